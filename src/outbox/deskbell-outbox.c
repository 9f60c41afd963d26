/*
 * deskbell-outbox.c - deskbell-outbox: works out the answers that are due and delivers what is due. Started by cron, by
 * autostart, or by systemd.
 */
#include "answer/skills/training/skill-trainer.h"
#include "core/allowance.h"
#include "core/process/libraries.h"
#include "core/log.h"
#include "core/net/http-client.h"
#include "core/process/place.h"
#include "core/process/process.h"
#include "files/picture.h"
#include "outbox/notify/mail-program.h"
#include "outbox/sender.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Tests ask for it; a production host should not have it. */
#ifdef ENABLE_CRASH_POINTS
#define BUILT_WITH "\nbuilt with crash points"
#else
#define BUILT_WITH ""
#endif

static void deskbell_outbox_usage(FILE *to)
{
	fputs("usage: deskbell-outbox --once | --linger SECONDS | --foreground | --mail  [--shard NAME] [--config "
	      "FILE]\n\n"
	      "Works out the answers that are due and delivers the replies that wait.\n\n"
	      "  --once             do what is due now, then leave (for cron)\n"
	      "  --linger SECONDS   do what is due and wait for more until the time is up;\n"
	      "                     cron every minute with 58 gives replies in milliseconds without a daemon\n"
	      "  --foreground       until SIGTERM (for systemd)\n"
	      "  --mail             send the e-mails that wait, then leave; a sender starts it when one is due\n"
	      "  --shard NAME       one sender a shard runs at a time, a second start leaves at once (default: main)\n"
	      "  --config FILE      configuration (default: $DESKBELL_CONF, then " SYSCONFDIR
	      "/deskbell/deskbell.conf)\n"
	      "  --help, --version\n",
		to);
}

static NORETURN void deskbell_outbox_misused(const char *words)
{
	fprintf(stderr, "deskbell-outbox: %s\n\n", words);
	deskbell_outbox_usage(stderr);
	exit(err_info(ERR_USAGE)->exit_status);
}

struct arguments {
	const char *config, *shard;
	int mode; /* -1: none yet */
	bool sends_mail;
	int64_t linger_s;
};

static void set_mode(struct arguments *a, enum sender_mode mode)
{
	if (a->mode >= 0)
		deskbell_outbox_misused("give only one of --once, --linger and --foreground");
	a->mode = (int)mode;
}

static void parse_arguments(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = { { "once", no_argument, NULL, 'o' },
		{ "linger", required_argument, NULL, 'l' }, { "foreground", no_argument, NULL, 'f' },
		{ "mail", no_argument, NULL, 'm' }, { "shard", required_argument, NULL, 's' },
		{ "config", required_argument, NULL, 'c' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	int c;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'o': set_mode(a, SENDER_ONCE); break;
		case 'f': set_mode(a, SENDER_FOREGROUND); break;
		case 'l':
			set_mode(a, SENDER_LINGER);
			if (!str_to_i64(str_of(optarg), &a->linger_s) || a->linger_s < 1 || a->linger_s > 86400)
				deskbell_outbox_misused("--linger takes a number of seconds from 1 to 86400");
			break;
		case 'm': a->sends_mail = true; break;
		case 's': a->shard = optarg; break;
		case 'c': a->config = optarg; break;
		case 'h': deskbell_outbox_usage(stdout); exit(0);
		case 'v': puts("deskbell-outbox (Deskbell) " PACKAGE_VERSION BUILT_WITH); exit(0);
		default: deskbell_outbox_misused("see the usage");
		}
	}
	if (optind < argc)
		deskbell_outbox_misused("too many arguments");
	if (a->sends_mail == (a->mode >= 0))
		deskbell_outbox_misused("say how to run: --once, --linger SECONDS, --foreground or --mail");
}

int main(int argc, char **argv)
{
	process_protect();
	process_refuse_cgi("deskbell-outbox");
	/* What a sender starts to train a model (skill-trainer.h); needs neither configuration nor database. */
	if (argc == 2 && strcmp(argv[1], "--train") == 0)
		return skill_trainer_main();
	struct arguments a = { .shard = "main", .mode = -1 };
	struct pool *pool = pool_new();
	struct conf conf;
	struct crypt_keys *keys;
	struct explain why;
	parse_arguments(argc, argv, &a);
	if (conf_load(pool, a.config, place_conf(pool, SYSCONFDIR "/deskbell/deskbell.conf"), &conf, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	http_client_trust(conf.tls_ca_file);
	log_open("outbox", conf.log_file, conf.log_level);
	allowance_share(conf.run_dir);
	libraries_need();
	if (crypt_keys_load(conf.key_file, &keys, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	int status = a.sends_mail ? mail_main(&conf)
				  : sender_run(&(struct sender_options){ .conf = &conf,
					  .keys = keys,
					  .mode = (enum sender_mode)a.mode,
					  .linger_s = a.linger_s,
					  .shard = a.shard,
					  .trainer = place_program(pool),
					  .picture_program = picture_program(pool, place_program(pool)) });
	log_report_left_out();
	crypt_keys_free(keys);
	pool_free(pool);
	return status;
}
