/*
 * lead-override.c - what people say of a lead is stored beside what was found and wins over it; score, class and
 * summary follow at once.
 *
 * The row is locked from reading to writing, so two people who edit at once lose nothing. Works out no facts: the
 * sender does. Never logs a value.
 */
#include "domain/leads/lead-override.h"

#include "core/clock.h"
#include "db/statements.h"
#include "domain/settings.h"

/* Columns of lead_lock. */
enum { FACTS, MANUAL, SETTINGS, LANGUAGE, CONTACT_NAME, CONTACT_PHONE };

static struct lead_judged lead_override_judge(struct pool *pool, const struct db_result *r, struct str manual)
{
	struct lead facts;
	struct settings settings;
	settings_read(pool, db_str(r, 0, SETTINGS), &settings);
	struct lead_view view = { .manual = manual,
		.contact_name = db_str(r, 0, CONTACT_NAME),
		.contact_phone = db_str(r, 0, CONTACT_PHONE),
		.language = db_str(r, 0, LANGUAGE),
		.hot_from = (int)settings.hot_lead_score,
		.now_s = clock_wall_ms() / 1000 };
	lead_read(pool, db_str(r, 0, FACTS), &facts);
	return lead_judge(pool, &facts, &view);
}

enum err lead_set_by_hand(struct db *db, struct pool *pool, int64_t org, int64_t conversation,
	const struct lead_change *changes, int n, int *refused, struct explain *why)
{
	struct db_result *r;
	enum err e = DB_QUERY(db, pool, &sql_lead_ensure_statement, NULL, DB_INT(org), DB_INT(conversation));
	if (e == ERR_OK)
		e = DB_QUERY(db, pool, &sql_lead_lock_statement, &r, DB_INT(org), DB_INT(conversation));
	if (e != ERR_OK)
		return e;
	if (db_rows(r) == 0)
		return ERR_NOT_FOUND;
	struct str manual = db_str(r, 0, MANUAL);
	for (int i = 0; i < n; i++) {
		*refused = i;
		if ((e = lead_edit(pool, manual, changes[i].field, changes[i].value, &manual, why)) != ERR_OK)
			return e;
	}
	struct lead_judged j = lead_override_judge(pool, r, manual);
	return DB_QUERY(db, pool, &sql_lead_override_statement, NULL, DB_INT(org), DB_INT(conversation),
		DB_TEXT(manual), DB_INT(j.score), DB_CSTR(lead_class_name(j.class)), DB_TEXT(j.summary));
}
