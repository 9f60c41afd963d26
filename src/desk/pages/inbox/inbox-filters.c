/*
 * inbox-filters.c - what narrows the list of conversations: channel, tag, kind of file, assignee and days, and the
 * filters that a user has saved.
 *
 * A saved filter is an address of the inbox as inbox_list_query writes it, and so never more than what can be chosen.
 */
#include "desk/pages/inbox/inbox-list.h"

#include "channel/channel.h"

#define FILTERED_BYTES 4096
#define NAME_BYTES 160
#define NAME_CHARACTERS 40

/* ---- what can be chosen ---- */

static void inbox_filters_write_choice(struct json_writer *w, struct str name, bool here, const struct inbox_list *list)
{
	json_begin_object(w);
	json_member_str(w, "name", name);
	inbox_list_write_href(w, "href", "/inbox", list, STR_NONE);
	json_member_bool(w, "here", here);
	json_end_object(w);
}

/* What is chosen already leads back to the list without it. */
static void inbox_filters_write_narrowing(struct json_writer *w, const struct inbox_list *list)
{
	json_key(w, "platforms");
	json_begin_array(w);
	for (int i = 0; i < list->channels.n; i++) {
		struct str platform = sql_inbox_channels_row(&list->channels, i).platform;
		const struct channel_ops *ops = channel_find(platform);
		bool here = str_equal(platform, list->platform);
		struct inbox_list other = inbox_list_first(list);
		other.here = 0;
		other.platform = here ? STR_NONE : platform;
		inbox_filters_write_choice(w, ops ? str_of(ops->title) : platform, here, &other);
	}
	json_end_array(w);
	json_member_bool(w, "has_tags", list->tags.n > 0);
	json_key(w, "tags");
	json_begin_array(w);
	for (int i = 0; i < list->tags.n; i++) {
		struct str tag = sql_inbox_tags_row(&list->tags, i).tag;
		bool here = str_equal(tag, list->tag);
		struct inbox_list other = inbox_list_first(list);
		other.here = 0;
		other.tag = here ? STR_NONE : tag;
		inbox_filters_write_choice(w, tag, here, &other);
	}
	json_end_array(w);
}

static void inbox_filters_write_kinds(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	json_key(w, "kinds");
	json_begin_array(w);
	for (int i = 0; inbox_found_code(i).p; i++) {
		struct str code = inbox_found_code(i);
		bool here = str_equal(code, list->has);
		struct inbox_list other = inbox_list_first(list);
		other.here = 0;
		other.has = here ? STR_NONE : code;
		inbox_filters_write_choice(w, inbox_found_title(v, code), here, &other);
	}
	json_end_array(w);
}

static struct str inbox_filters_assignee(const struct inbox_list *list)
{
	for (int i = 0; list->assignee && i < list->people.n; i++) {
		const struct sql_people_list_row r = sql_people_list_row(&list->people, i);
		if (r.user_id == list->assignee)
			return r.name.n ? r.name : r.email;
	}
	return list->assignee ? STR("?") : STR_NONE;
}

/* What the form for assignee and days shows, and the filters that were saved. */
static void inbox_filters_write_form(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	json_member_str(w, "from", list->from.p ? list->from : STR(""));
	json_member_str(w, "to", list->to.p ? list->to : STR(""));
	json_member_str(
		w, "assignee", list->assignee ? pool_printf(v->pool, "%lld", (long long)list->assignee) : STR(""));
	json_key(w, "people");
	json_begin_array(w);
	for (int i = 0; i < list->people.n; i++) {
		const struct sql_people_list_row r = sql_people_list_row(&list->people, i);
		json_begin_object(w);
		json_member_i64(w, "id", r.user_id);
		json_member_str(w, "name", r.name.n ? r.name : r.email);
		json_member_bool(w, "here", r.user_id == list->assignee);
		json_end_object(w);
	}
	json_end_array(w);
	struct inbox_list first = inbox_list_first(list);
	struct str query = inbox_list_query(v, &first);
	json_member_str(w, "query", query.p ? query : STR(""));
	json_member_bool(w, "has_saved", list->saved.n > 0);
	json_key(w, "saved");
	json_begin_array(w);
	for (int i = 0; i < list->saved.n; i++) {
		const struct sql_saved_filters_row r = sql_saved_filters_row(&list->saved, i);
		json_begin_object(w);
		json_member_i64(w, "id", r.id);
		json_member_str(w, "name", r.name);
		json_member_str(w, "href", pool_printf(v->pool, "/inbox%.*s", (int)r.query.n, r.query.p));
		json_end_object(w);
	}
	json_end_array(w);
}

/* "WhatsApp, wholesale"; false when nothing narrows the list. */
static void inbox_filters_write_filtered(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	const struct channel_ops *ops = list->platform.p ? channel_find(list->platform) : NULL;
	struct str parts[] = { ops ? str_of(ops->title) : list->platform, list->tag, inbox_found_title(v, list->has),
		inbox_filters_assignee(list),
		list->from.p ? pool_printf(v->pool, "≥ %.*s", (int)list->from.n, list->from.p) : STR_NONE,
		list->to.p ? pool_printf(v->pool, "≤ %.*s", (int)list->to.n, list->to.p) : STR_NONE, list->q };
	struct buf text;
	buf_init(&text, FILTERED_BYTES);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].p)
			buf_addf(&text, "%s%.*s", text.len ? ", " : "", (int)parts[i].n, parts[i].p);
	json_key(w, "filtered");
	json_write_str(w, text.len ? pool_str(v->pool, buf_str(&text)) : STR(""));
	buf_fini(&text);
}

void inbox_filters_write(struct desk_request *v, const struct inbox_list *list)
{
	inbox_filters_write_narrowing(&v->w, list);
	inbox_filters_write_kinds(v, &v->w, list);
	inbox_filters_write_form(v, &v->w, list);
	inbox_filters_write_filtered(v, &v->w, list);
}

/* ---- saved filters ---- */

static const struct field filter_fields[] = { { "name", FIELD_LINE, FIELD_REQUIRED, NAME_BYTES, NULL,
						      T("Write a name of at most 40 characters.") },
	FIELD_LAST };

struct filter_work {
	struct str name, query;
};

static enum err inbox_filters_add(struct desk_request *v, void *arg)
{
	const struct filter_work *work = arg;
	struct sql_saved_filter_add_rows r;
	enum err e = sql_saved_filter_add(v->db, v->pool, v->caller.org_id, v->caller.id, work->name, work->query, &r);
	return e == ERR_OK && r.n == 0 ? ERR_CONFLICT : e;
}

enum err desk_filter_add(struct desk_request *v)
{
	struct form form;
	struct inbox_list list;
	struct filter_work work;
	inbox_list_read(v, &list);
	list.paged = false;
	work.query = inbox_list_query(v, &list);
	if (!form_parse(v->pool, &form, filter_fields, &v->params, v->locale.translation)
		|| str_characters(form_value(&form, "name")) > NAME_CHARACTERS)
		return request_refuse(v, 400, filter_fields[0].words);
	if (str_is_empty(work.query))
		return request_refuse(v, 400, T("Nothing narrows the list. Choose a filter, then save it."));
	work.name = form_value(&form, "name");
	enum err e = request_transaction(v, inbox_filters_add, &work);
	if (e == ERR_CONFLICT)
		return request_refuse(v, 409,
			T("You have a filter of this name, or 20 filters. Choose another name, or remove a filter."));
	if (e != ERR_OK)
		return e;
	flash_set(v, "filter-saved");
	request_redirect(v, pool_printf(v->pool, "/inbox%.*s", (int)work.query.n, work.query.p).p);
	return ERR_OK;
}

static enum err inbox_filters_remove(struct desk_request *v, void *unused)
{
	struct sql_saved_filter_remove_rows r;
	(void)unused;
	enum err e = sql_saved_filter_remove(v->db, v->pool, v->caller.org_id, v->caller.id, v->path.ids[0], &r);
	return e == ERR_OK && r.n == 0 ? ERR_NOT_FOUND : e;
}

enum err desk_filter_remove(struct desk_request *v)
{
	enum err e = request_transaction(v, inbox_filters_remove, NULL);
	if (e != ERR_OK)
		return e;
	flash_set(v, "filter-removed");
	request_redirect(v, "/inbox");
	return ERR_OK;
}
