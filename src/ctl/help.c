/*
 * help.c - the table of commands, how one is found by its words, and --help, written from the same tables that parse.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

#define COLUMNS 100

static const struct command commands[] = {
#define X(name, words, handler, needs, more) { name, words, ctl_##handler, needs, ctl_##handler##_args, more },
	CTL_COMMANDS(X)
#undef X
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* How many elements of argv the command's name takes; 0 when they are not its name. */
static int help_matches(const struct command *c, int argc, char **argv)
{
	struct str rest = str_of(c->name);
	int n = 0;
	while (rest.p)
		if (n >= argc || !str_equal(str_take_until(&rest, ' '), str_of(argv[n++])))
			return 0;
	return n;
}

/* "add, list": the commands whose first word this is. */
static bool list_group(const char *first, char *out, size_t size)
{
	size_t n = strlen(first), used = 0;
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strncmp(commands[i].name, first, n) && commands[i].name[n] == ' ' && used < size)
			used += (size_t)snprintf(
				out + used, size - used, "%s%s", used ? ", " : "", commands[i].name + n + 1);
	return used > 0;
}

const struct command *command_find(int argc, char **argv, int *words, struct explain *why)
{
	char group[200];
	for (size_t i = 0; i < COMMANDS; i++)
		if ((*words = help_matches(&commands[i], argc, argv)) > 0)
			return &commands[i];
	if (argv[0][0] == '-')
		explain(why, ERR_USAGE,
			"unknown option %.*s before the command; 'deskbellctl --help' gives the overview",
			(int)strcspn(argv[0], "="), argv[0]);
	else if (!list_group(argv[0], group, sizeof(group)))
		explain(why, ERR_USAGE, "there is no command '%.40s'; 'deskbellctl --help' lists all", argv[0]);
	else if (argc > 1 && argv[1][0] != '-')
		explain(why, ERR_USAGE, "there is no command '%s %.40s'; '%s' has: %s", argv[0], argv[1], argv[0],
			group);
	else
		explain(why, ERR_USAGE, "'%s' what? There is: %s", argv[0], group);
	return NULL;
}

void help_overview(FILE *to)
{
	fputs("Usage: deskbellctl [--config FILE] COMMAND [ARGUMENT...]\n\nSets up and looks after Deskbell.\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-20s%s\n", commands[i].name, commands[i].words);
	fputs("\n  --config FILE       the configuration; else $DESKBELL_CONF, else the installed one\n"
	      "  --help              of a command: what it takes\n"
	      "  --version           print the version\n\n"
	      "The first time: conf --sample, key new, migrate, setup-code; the rest in the browser. Or all of it "
	      "here:\n"
	      "org add, user add, channel connect, skill import, bot-mode, doctor.\n",
		to);
}

static void usage_line(FILE *to, const struct command *c)
{
	fprintf(to, "Usage: deskbellctl [--config FILE] %s", c->name);
	for (const struct arg_spec *s = c->args; s->kind != ARG_END; s++) {
		const char *value = s->choices ? s->choices : s->value;
		fputs(s->required ? " " : " [", to);
		if (s->kind == ARG_WORD || s->kind == ARG_WORDS)
			fprintf(to, "%s%s", s->choices && !s->required ? s->choices : s->name,
				s->kind == ARG_WORDS ? "..." : "");
		else
			fprintf(to, "--%s%s%s", s->name, s->kind == ARG_OPTION ? " " : "",
				s->kind == ARG_OPTION ? value : "");
		fputs(s->required ? "" : "]", to);
	}
	fputc('\n', to);
}

static void help_argument(FILE *to, const struct arg_spec *s)
{
	char left[60];
	snprintf(left, sizeof(left), "%s%s%s%s", s->kind == ARG_WORD || s->kind == ARG_WORDS ? "" : "--", s->name,
		s->kind == ARG_OPTION ? " " : "", s->kind == ARG_OPTION ? s->value : "");
	fprintf(to, "  %-20s", left);
	out_wrapped(to, str_of(s->words), 22, COLUMNS);
	if (s->choices)
		fprintf(to, "\n  %-20s%s", "", s->choices);
	fputc('\n', to);
}

void help_command(FILE *to, const struct command *c)
{
	struct buf about;
	buf_init(&about, 8192);
	buf_addf(&about, "%c%s.%s%s", c->words[0] - 'a' + 'A', c->words + 1, *c->more ? " " : "", c->more);
	usage_line(to, c);
	fputc('\n', to);
	out_wrapped(to, buf_str(&about), 0, COLUMNS);
	fputs("\n\n", to);
	buf_fini(&about);
	for (const struct arg_spec *s = c->args; s->kind != ARG_END; s++)
		help_argument(to, s);
	fputs("  --config FILE       the configuration; else $DESKBELL_CONF, else the installed one\n", to);
}
