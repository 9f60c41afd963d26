/*
 * cmd-doctor.c - `deskbellctl doctor`: the list of checks, and how their findings are printed.
 *
 * Changes nothing. A check whose ground is missing (no configuration, no database) is left out: the finding about the
 * ground says enough.
 */
#include "ctl/doctor/doctor.h"

#include "ctl/output.h"

const struct arg_spec ctl_doctor_args[] = { ARG_JSON, ARG_LAST };

enum ground { ON_CONFIGURATION, ON_DATABASE, ON_SCHEMA };

static const struct {
	void (*run)(struct doctor *d);
	enum ground ground;
} checks[] = {
	{ doctor_libraries, ON_CONFIGURATION },
	{ doctor_limits, ON_CONFIGURATION },
	{ doctor_run_dir, ON_CONFIGURATION },
	{ doctor_files, ON_CONFIGURATION },
	{ doctor_pictures, ON_CONFIGURATION },
	{ doctor_log, ON_CONFIGURATION },
	{ doctor_database, ON_CONFIGURATION },
	{ doctor_connections, ON_DATABASE },
	{ doctor_clock, ON_DATABASE },
	{ doctor_row_security, ON_SCHEMA },
	{ doctor_desk_role, ON_SCHEMA },
	{ doctor_zones, ON_SCHEMA },
	{ doctor_keys, ON_CONFIGURATION },
	{ doctor_secret_files, ON_CONFIGURATION },
	{ doctor_documents, ON_CONFIGURATION },
	{ doctor_model, ON_CONFIGURATION },
	{ doctor_mail, ON_CONFIGURATION },
	{ doctor_own_models, ON_SCHEMA },
	{ doctor_breakers, ON_SCHEMA },
	{ doctor_channels, ON_SCHEMA },
	{ doctor_webhooks, ON_SCHEMA },
	{ doctor_sender, ON_SCHEMA },
	{ doctor_queue, ON_SCHEMA },
	{ doctor_address, ON_CONFIGURATION },
};

void doctor_note(struct doctor *d, enum doctor_level level, const char *check, const char *next, const char *fmt, ...)
{
	struct finding *f = pool_new_of(d->ctl->pool, struct finding);
	struct buf words;
	va_list ap;
	buf_init(&words, 4096);
	va_start(ap, fmt);
	buf_addv(&words, fmt, ap);
	va_end(ap);
	*f = (struct finding){
		.level = level, .check = check, .words = out_safe(d->ctl->pool, buf_str(&words)), .next = str_of(next)
	};
	buf_fini(&words);
	*d->last = f;
	d->last = &f->after;
}

static bool has_ground(const struct doctor *d, enum ground ground)
{
	return ground == ON_CONFIGURATION || (ground == ON_DATABASE && d->database_answers)
	       || (ground == ON_SCHEMA && d->is_migrated);
}

static const char *const levels[] = { [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "FAIL" };

static void cmd_doctor_print_json(const struct doctor *d)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_array(w);
	for (const struct finding *f = d->first; f; f = f->after) {
		json_begin_object(w);
		json_member_str(w, "level", str_of(levels[f->level]));
		json_member_str(w, "check", str_of(f->check));
		json_member_str(w, "words", f->words);
		json_member_str(w, "next", f->next);
		json_end_object(w);
	}
	json_end_array(w);
	out_json_end(&j);
}

static void cmd_doctor_print(const struct doctor *d)
{
	for (const struct finding *f = d->first; f; f = f->after)
		printf("%-5s %-14s %.*s%s%.*s\n", levels[f->level], f->check, OUT_STR(f->words),
			f->next.n ? " -> " : "", OUT_STR(f->next));
}

enum err ctl_doctor(struct ctl *ctl)
{
	struct doctor d = { .ctl = ctl };
	d.last = &d.first;
	if (ctl_load_conf(ctl) == ERR_OK) {
		ctl->db = db_new(&ctl->conf, "deskbellctl");
		doctor_configuration(&d);
		for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
			if (has_ground(&d, checks[i].ground))
				checks[i].run(&d);
	} else {
		doctor_note(&d, DOCTOR_FAIL, "configuration", "correct it; nothing else can be checked before", "%s",
			ctl->why.text);
	}
	if (arg_flag(ctl, "json"))
		cmd_doctor_print_json(&d);
	else
		cmd_doctor_print(&d);
	for (const struct finding *f = d.first; f; f = f->after)
		if (f->level == DOCTOR_FAIL)
			ctl->exit_status = 1;
	return ERR_OK;
}
