/*
 * bot-page.h - what the files of the bot's settings share.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_BOT_PAGE_H
#define DESKBELL_DESK_PAGES_BOT_BOT_PAGE_H

#include "domain/settings.h"
#include "domain/hours/working-hours.h"
#include "desk/desk.h"
#include "desk/pages/bot/content-form.h"

/* The pages, each a form that is saved by itself and touches nothing of the others. */
enum bot_part { BOT_TEXTS, BOT_HOURS, BOT_EXPERT, BOT_PARTS };

struct bot_page {
	const char *part, *name, *path; /* its flag in the model; of the template; where it is */
	const struct field *fields;
};
extern const struct bot_page bot_pages[BOT_PARTS];

/* Which field of which page is which setting. */
struct bot_row {
	enum bot_part part;
	const char *field, *setting;
	const char *remove; /* of a secret: the field that takes it away */
};
/* Ends with a NULL field; the working hours are not in it, they have fields of their own. */
extern const struct bot_row bot_rows[];

/* How sure the bot has to be, in a word for both thresholds. The last one stands for numbers that no word has. */
struct bot_sureness {
	const char *name;
	double skill, knowledge;
};
#define BOT_SURENESS_NAMES "careful|balanced|bold|own"
/* Ends with "own". */
extern const struct bot_sureness bot_sureness[];

/* The organisation's side of it. */
struct bot_stored {
	struct str language, mode;
	struct str text;                  /* the settings, as they are stored */
	const struct json *values;        /* the same, parsed; NULL when that fails */
	struct content_form_view content; /* of the fallback */
};

/* What the test of a model found. */
struct bot_finding {
	const char *subject; /* translated */
	enum { BOT_FINDING_GOOD, BOT_FINDING_WARNING, BOT_FINDING_BAD } level;
	struct str words;
};

/* For request_transaction; `arg` is a struct bot_stored. */
enum err bot_load(struct desk_request *v, void *arg) MUST_CHECK;
/* The page; `form` NULL: as it is stored; `content_error`: of what the fallback was to take along, NULL: none. */
enum err bot_show(struct desk_request *v, enum bot_part part, const struct form *form, const char *content_error,
	const struct bot_finding *findings, int n_findings, int status) MUST_CHECK;
/* The name of a field of the grid of hours: "from_mon". In the pool. */
const char *bot_hours_field(struct desk_request *v, const char *which, int day);
/* One small call of each model that the stored settings name, at most 5 s. Returns how many findings there are. */
#define BOT_FINDINGS_MAX 4
enum err bot_test(struct desk_request *v, struct bot_finding findings[BOT_FINDINGS_MAX], int *n) MUST_CHECK;

#endif
