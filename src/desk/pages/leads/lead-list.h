/*
 * lead-list.h - which leads are asked for, and one page of them: for the page and for the file.
 */
#ifndef DESKBELL_DESK_PAGES_LEADS_LEAD_LIST_H
#define DESKBELL_DESK_PAGES_LEADS_LEAD_LIST_H

#include "desk/desk.h"

struct lead_filter {
	struct str level; /* hot, warm or cold; absent for all */
	struct str words;
	int64_t days; /* 0: at any time */
	bool has_key; /* only those behind this one */
	int64_t key_score, key_us, key_conversation;
};

/* From the query; what makes no sense there is left out. */
struct lead_filter lead_filter_of(struct desk_request *v);
/* "?level=hot&days=7&q=..." in the pool, "" for none; without the key. */
struct str lead_filter_query(struct pool *pool, const struct lead_filter *filter);
/* Inside request_transaction: at most `most` leads, the best first. */
enum err lead_list_load(
	struct desk_request *v, const struct lead_filter *filter, int most, struct sql_lead_list_rows *out) MUST_CHECK;
/* Goes on behind this row. */
void lead_filter_go_on(struct lead_filter *filter, const struct sql_lead_list_row *row);
/* The member "level": {CLASS: true, "score"}. */
void lead_write_level(struct json_writer *w, struct str class, int64_t score);
/* How the customer is called: manually, by what they said, by the channel, by the number; in the pool. */
struct str lead_name_of(struct desk_request *v, const struct sql_lead_list_row *row, const struct json *facts);

#endif
