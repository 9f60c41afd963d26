/*
 * lead-list.c - the filter of the leads, from the address of the page and back into it.
 *
 * Never fails over what a user typed into an address: a filter that makes no sense is none.
 */
#include "desk/pages/leads/lead-list.h"

#include "core/formats/query.h"

static bool one_of(struct str s, const char *choices)
{
	struct str rest = str_of(choices);
	while (rest.p)
		if (str_equal(str_take_until(&rest, '|'), s))
			return true;
	return false;
}

/* SCORE-MICROSECONDS-CONVERSATION of the last lead of the page before. */
static void take_key(struct desk_request *v, struct lead_filter *f)
{
	struct str rest = request_query(v->request, "after");
	struct str score = str_take_until(&rest, '-'), at = str_take_until(&rest, '-');
	f->has_key = rest.p && str_to_i64(score, &f->key_score) && str_to_i64(at, &f->key_us)
		     && str_to_i64(rest, &f->key_conversation) && f->key_score >= 0 && f->key_score <= 10
		     && f->key_us >= 0 && f->key_us < INT64_C(1) << 53;
}

struct lead_filter lead_filter_of(struct desk_request *v)
{
	struct lead_filter f = { .words = request_query_text(v, "q", 100) };
	struct str level = request_query(v->request, "level"), days = request_query(v->request, "days");
	if (one_of(level, "hot|warm|cold"))
		f.level = level;
	if (!one_of(days, "1|7|30") || !str_to_i64(days, &f.days))
		f.days = 0;
	take_key(v, &f);
	return f;
}

struct str lead_filter_query(struct pool *pool, const struct lead_filter *filter)
{
	struct buf b;
	buf_init(&b, 1000);
	query_add(&b, "level", filter->level);
	query_add_i64(&b, "days", filter->days);
	query_add(&b, "q", filter->words);
	return pool_take(pool, &b);
}

enum err lead_list_load(
	struct desk_request *v, const struct lead_filter *filter, int most, struct sql_lead_list_rows *out)
{
	bool k = filter->has_key;
	return sql_lead_list(v->db, v->pool,
		&(struct sql_lead_list_args){ .org_id = v->caller.org_id,
			.class = filter->level,
			.below_score = k ? &filter->key_score : NULL,
			.below_us = k ? &filter->key_us : NULL,
			.below_conversation = k ? &filter->key_conversation : NULL,
			.max_rows = most,
			.days = filter->days ? &filter->days : NULL,
			.words = filter->words },
		out);
}

void lead_filter_go_on(struct lead_filter *filter, const struct sql_lead_list_row *row)
{
	filter->has_key = true;
	filter->key_score = row->score;
	filter->key_us = row->updated_us;
	filter->key_conversation = row->conversation;
}

struct str lead_name_of(struct desk_request *v, const struct sql_lead_list_row *row, const struct json *facts)
{
	struct str told = json_str(json_get(facts, "name"));
	struct str name = told.n ? told : row->name;
	if (!name.n)
		name = row->phone;
	return name.n ? name : str_of(request_translate(v, T("Customer without a name")));
}

void lead_write_level(struct json_writer *w, struct str class, int64_t score)
{
	json_key(w, "level");
	json_begin_object(w);
	json_member_bool(w, "hot", str_equal(class, STR("hot")));
	json_member_bool(w, "warm", str_equal(class, STR("warm")));
	json_member_bool(w, "cold", str_equal(class, STR("cold")));
	json_member_i64(w, "score", score);
	json_end_object(w);
}
