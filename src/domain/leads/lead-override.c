/*
 * lead-override.c - what people say of a lead is stored next to what was found and wins over it; score, class and
 * summary follow at once.
 *
 * The row is locked from reading to writing, so two people who edit at once lose nothing. Works out no facts: the
 * sender does. Never logs a value.
 */
#include "domain/leads/lead-override.h"

#include "core/clock.h"
#include "db/statements.h"
#include "domain/settings.h"

static struct lead_judged lead_override_judge(struct pool *pool, const struct sql_lead_lock_rows *r, struct str manual)
{
	struct lead facts;
	struct settings settings;
	const struct sql_lead_lock_row row = sql_lead_lock_row(r, 0);
	settings_read(pool, row.settings, &settings);
	struct lead_view view = { .manual = manual,
		.contact_name = row.name,
		.contact_phone = row.contact_phone,
		.language = row.language,
		.hot_from = (int)settings.hot_lead_score,
		.now_s = clock_wall_ms() / 1000 };
	lead_read(pool, row.facts, &facts);
	return lead_judge(pool, &facts, &view);
}

enum err lead_set_manual(struct db *db, struct pool *pool, int64_t org, int64_t conversation,
	const struct lead_change *changes, int n, int *refused, struct explain *why)
{
	struct sql_lead_lock_rows r;
	enum err e = sql_lead_ensure(db, pool, org, conversation);
	if (e == ERR_OK)
		e = sql_lead_lock(db, pool, org, conversation, &r);
	if (e != ERR_OK)
		return e;
	if (r.n == 0)
		return ERR_NOT_FOUND;
	struct str manual = sql_lead_lock_row(&r, 0).manual;
	for (int i = 0; i < n; i++) {
		*refused = i;
		if ((e = lead_edit(pool, manual, changes[i].field, changes[i].value, &manual, why)) != ERR_OK)
			return e;
	}
	struct lead_judged j = lead_override_judge(pool, &r, manual);
	return sql_lead_override(db, pool,
		&(struct sql_lead_override_args){ .org_id = org,
			.conversation_id = conversation,
			.manual = manual,
			.score = j.score,
			.class = str_of(lead_class_name(j.class)),
			.summary = j.summary });
}
