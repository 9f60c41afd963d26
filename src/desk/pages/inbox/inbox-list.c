/*
 * inbox-list.c - the list of conversations: what narrows it, its rows, its addresses.
 *
 * Pages go by keys (the last row's time and id), so that the ten thousandth costs what the first does. Never counts.
 * A search comes first and says which conversations fit.
 */
#include "desk/pages/inbox/inbox-list.h"

#include "channel/channel.h"
#include "core/formats/query.h"
#include "domain/hours/calendar.h"
#include "desk/media.h"
#include "desk/format/avatar.h"

#define ROWS 50
#define ROWS_BYTES 44000 /* of HTML: fewer rows where they are long, so that a page with a conversation stays small */
#define ROW_BYTES 620    /* without texts and marks */
#define MARK_BYTES 150
#define FILE_BYTES 500 /* of what was found in a row */
#define TAGS_SHOWN 1   /* in inbox_rows, of a row */
#define COUNTED 100    /* the limit in inbox_counts */
#define QUERY_MAX 4096
#define Q_BYTES 200
#define DAY_S (24 * 3600)
#define REV_BYTES 5                   /* of a row's digest: enough to tell two versions of one row apart */
#define WAIT_LATE_MS (30 * 60 * 1000) /* from here on a wait is shown in red */

static const char *const views[] = { "all", "waiting", "mine", "unassigned", "snoozed", "closed" };
#define VIEWS (sizeof(views) / sizeof(views[0]))

struct str inbox_name(struct desk_request *v, struct str name, struct str username, struct str phone)
{
	if (!str_is_empty(name))
		return name;
	if (!str_is_empty(username))
		return pool_printf(v->pool, "@%.*s", (int)username.n, username.p);
	return str_is_empty(phone) ? str_of(request_translate(v, T("Unknown customer"))) : phone;
}

/* ---- what is asked for ---- */

/* A value of the address that is text; absent when empty or longer than `max` bytes. */
static struct str text_query(struct desk_request *v, const char *name, size_t max)
{
	struct str s = str_trim(request_query(v->request, name));
	return s.n == 0 || s.n > max || !str_is_utf8(s) || memchr(s.p, 0, s.n) ? STR_NONE : s;
}

/* MICROSECONDS-ID */
static bool read_key(struct str key, struct inbox_list *list)
{
	struct str at = str_take_until(&key, '-');
	return str_to_i64(at, &list->after_us) && str_to_i64(key, &list->after_id) && list->after_us > 0
	       && list->after_us < (int64_t)1 << 52 && list->after_id > 0;
}

/* A day of the address, and when it begins on the reader's clock, or, `days` later, the day after it. */
static struct str inbox_list_day(struct desk_request *v, const char *name, int days, int64_t *at_ms)
{
	struct str day = text_query(v, name, 10);
	int64_t n;
	if (!calendar_parse_day(day, &n))
		return STR_NONE;
	int64_t local_s = (n + days) * DAY_S;
	*at_ms = (local_s - zone_offset_s(v->locale.zone, (time_t)local_s)) * 1000;
	return day;
}

void inbox_list_read(struct desk_request *v, struct inbox_list *list)
{
	struct str view = text_query(v, "view", 20);
	*list = (struct inbox_list){ .view = views[0] };
	for (size_t i = 0; i < VIEWS; i++)
		if (str_equal(view, str_of(views[i])))
			list->view = views[i];
	list->platform = text_query(v, "platform", 20);
	list->tag = text_query(v, "tag", 160);
	list->q = text_query(v, "q", Q_BYTES);
	list->has = inbox_found_known(text_query(v, "has", 20));
	if (!str_to_i64(text_query(v, "assignee", 20), &list->assignee) || list->assignee < 0)
		list->assignee = 0;
	list->from = inbox_list_day(v, "from", 0, &list->from_ms);
	list->to = inbox_list_day(v, "to", 1, &list->until_ms);
	list->paged = read_key(text_query(v, "after", 60), list);
	if (!str_to_i64(text_query(v, "here", 20), &list->here))
		list->here = 0;
}

/* ---- loading ---- */

static int64_t inbox_list_person(const struct desk_request *v)
{
	return v->caller.kind == CALLER_PERSON ? v->caller.id : 0;
}

static enum err inbox_list_load_rows(struct desk_request *v, struct inbox_list *list)
{
	struct str hits;
	enum err e = inbox_found_load_hits(v, list, &hits);
	if (e != ERR_OK)
		return e;
	const struct sql_inbox_rows_args args = { .org_id = v->caller.org_id,
		.user_id = inbox_list_person(v),
		.view = str_of(list->view),
		.platform = list->platform,
		.tag = list->tag,
		.hits = hits,
		.after_us = list->paged ? &list->after_us : NULL,
		.after_id = list->paged ? &list->after_id : NULL,
		.max_rows = ROWS + 1,
		.assignee_id = list->assignee ? &list->assignee : NULL,
		.from_ms = list->from.p && !list->has.p ? &list->from_ms : NULL,
		.until_ms = list->to.p && !list->has.p ? &list->until_ms : NULL };
	e = sql_inbox_rows(v->db, v->pool, &args, &list->rows);
	return e == ERR_OK ? inbox_found_load(v, list) : e;
}

/* How many each view has: what changes none of the rows of one may change the number of another. */
static enum err inbox_list_count_views(struct desk_request *v, struct inbox_list *list)
{
	return sql_inbox_counts(v->db, v->pool, v->caller.org_id, inbox_list_person(v), &list->counts);
}

static enum err inbox_list_stamp_of(struct desk_request *v, const struct inbox_list *list, struct str rows)
{
	const struct sql_inbox_counts_row n = sql_inbox_counts_row(&list->counts, 0);
	return fragment_stamp(
		v, pool_printf(v->pool, "%lld %lld %lld %lld %.*s", (long long)n.unassigned, (long long)n.open,
			   (long long)n.snoozed, (long long)n.closed, (int)rows.n, rows.p ? rows.p : ""));
}

/* A search is not made every two seconds: what is new in it is there when the stamp's time is over. */
enum err inbox_list_stamp(struct desk_request *v, struct inbox_list *list)
{
	struct sql_inbox_stamp_rows r;
	enum err e = inbox_list_count_views(v, list);
	if (e != ERR_OK || list->q.p || list->has.p)
		return e == ERR_OK ? inbox_list_stamp_of(v, list, STR_NONE) : e;
	e = sql_inbox_stamp(v->db, v->pool,
		&(struct sql_inbox_stamp_args){ .org_id = v->caller.org_id,
			.user_id = &(int64_t){ inbox_list_person(v) },
			.view = str_of(list->view),
			.platform = list->platform,
			.tag = list->tag,
			.max_rows = ROWS + 1,
			.assignee_id = list->assignee ? &list->assignee : NULL,
			.from_ms = list->from.p ? &list->from_ms : NULL,
			.until_ms = list->to.p ? &list->until_ms : NULL },
		&r);
	return e == ERR_OK ? inbox_list_stamp_of(v, list, sql_inbox_stamp_row(&r, 0).stamp) : e;
}

enum err inbox_list_load(struct desk_request *v, struct inbox_list *list)
{
	enum err e = inbox_list_load_rows(v, list);
	if (e == ERR_OK && list->counts.n == 0)
		e = inbox_list_count_views(v, list);
	if (e == ERR_OK)
		e = sql_inbox_channels(v->db, v->pool, v->caller.org_id, &list->channels);
	if (e == ERR_OK)
		e = sql_inbox_tags(v->db, v->pool, v->caller.org_id, &list->tags);
	if (e == ERR_OK)
		e = sql_people_list(v->db, v->pool, v->caller.org_id, &list->people);
	if (e == ERR_OK)
		e = sql_saved_filters(v->db, v->pool, v->caller.org_id, inbox_list_person(v), &list->saved);
	return e;
}

/* ---- addresses ---- */

static void add_filters(struct buf *out, const struct inbox_list *list)
{
	query_add(out, "view", strcmp(list->view, views[0]) != 0 ? str_of(list->view) : STR_NONE);
	query_add(out, "platform", list->platform);
	query_add(out, "tag", list->tag);
	query_add(out, "q", list->q);
	query_add(out, "has", list->has);
	query_add_i64(out, "assignee", list->assignee);
	query_add(out, "from", list->from);
	query_add(out, "to", list->to);
}

static struct str inbox_list_key_of(struct desk_request *v, int64_t at_us, int64_t id)
{
	return pool_printf(v->pool, "%lld-%lld", (long long)at_us, (long long)id);
}

struct str inbox_list_query(struct desk_request *v, const struct inbox_list *list)
{
	struct buf out;
	buf_init(&out, QUERY_MAX);
	add_filters(&out, list);
	query_add(&out, "after", list->paged ? inbox_list_key_of(v, list->after_us, list->after_id) : STR_NONE);
	return pool_take(v->pool, &out);
}

/* Writes an address of the list as it would be with these filters, behind `after` when that is not empty. */
void inbox_list_write_href(
	struct json_writer *w, const char *key, const char *path, const struct inbox_list *list, struct str after)
{
	struct buf out;
	buf_init(&out, QUERY_MAX);
	buf_add_cstr(&out, path);
	add_filters(&out, list);
	query_add(&out, "after", after);
	query_add_i64(&out, "here", list->here);
	json_member_str(w, key, buf_str(&out));
	buf_fini(&out);
}

/* The list with the same filters, from its first page on. */
struct inbox_list inbox_list_first(const struct inbox_list *list)
{
	struct inbox_list first = *list;
	first.paged = false;
	return first;
}

/* ---- writing ---- */

/* "7", or "99+" when there are more; empty for none. */
static struct str inbox_list_count(struct desk_request *v, int64_t n)
{
	if (n == 0)
		return STR("");
	return n < COUNTED ? locale_number(v->pool, &v->locale, n) : pool_printf(v->pool, "%d+", COUNTED - 1);
}

static void inbox_list_write_views(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	const struct sql_inbox_counts_row n = sql_inbox_counts_row(&list->counts, 0);
	const int64_t counts[VIEWS] = { n.open, n.waiting, n.mine, n.unassigned, n.snoozed, n.closed };
	json_key(w, "views");
	json_begin_object(w);
	for (size_t i = 0; i < VIEWS; i++) {
		struct inbox_list other = inbox_list_first(list);
		other.view = views[i];
		other.q = STR_NONE;
		other.here = 0;
		json_key(w, views[i]);
		json_begin_object(w);
		inbox_list_write_href(w, "href", "/inbox", &other, STR_NONE);
		json_member_bool(w, "here", list->view == views[i]);
		json_member_str(w, "count", inbox_list_count(v, counts[i]));
		json_end_object(w);
	}
	json_end_object(w);
}

/* Why there is nothing. */
static void write_none(struct json_writer *w, const struct inbox_list *list)
{
	bool narrows = list->assignee || list->from.p || list->to.p || list->has.p;
	const struct sql_inbox_counts_row n = sql_inbox_counts_row(&list->counts, 0);
	bool has_any = n.open + n.snoozed + n.closed > 0;
	const char *why = list->platform.p || list->tag.p || list->q.p || narrows ? "filtered"
			  : has_any || list->paged                                ? "view"
			  : list->channels.n > 0                                  ? "waiting"
										  : "unconnected";
	json_key(w, "none");
	json_begin_object(w);
	if (list->rows.n == 0)
		json_member_bool(w, why, true);
	json_end_object(w);
}

static void write_last(struct desk_request *v, struct json_writer *w, const struct sql_inbox_rows_row *r)
{
	bool theirs = str_equal(r->sender, STR("contact"));
	json_key(w, "last");
	json_begin_object(w);
	struct description held;
	description_read(v->pool, channel_find(r->platform), r->kind, r->metadata, &held);
	struct str name = inbox_name(v, r->name, r->username, r->phone);
	page_write_text(
		w, "text", r->kind.p ? media_words(v->pool, v->locale.translation, &held, name, r->body) : STR_NONE);
	json_member_bool(w, "ours", r->sender.p && !theirs);
	json_end_object(w);
}

/* Of a conversation without an assignee: which other operator has it open, so that two do not begin the same. */
static void inbox_list_write_viewers(struct desk_request *v, struct json_writer *w, const struct sql_inbox_rows_row *r)
{
	if (r->assignee.p || !r->viewers.p) {
		json_member_bool(w, "viewer", false);
		return;
	}
	json_key(w, "viewer");
	json_begin_object(w);
	json_member_str(w, "name", r->viewers);
	json_member_str(w, "initials", person_initials(v->pool, r->viewers));
	json_end_object(w);
}

/* Who answers: the bot, no user while it waits, or a user. */
static void inbox_list_write_who(struct desk_request *v, struct json_writer *w, const struct sql_inbox_rows_row *r)
{
	json_member_bool(w, "bot", str_equal(r->agent, STR("bot")) && !r->assignee.p);
	if (!r->assignee.p) {
		json_member_bool(w, "assignee", false);
		return;
	}
	json_key(w, "assignee");
	json_begin_object(w);
	json_member_str(w, "name", r->assignee);
	json_member_str(w, "initials", person_initials(v->pool, r->assignee));
	json_member_bool(w, "me", v->caller.kind == CALLER_PERSON && r->assignee_id == v->caller.id);
	json_end_object(w);
}

static void inbox_list_write_wait(struct desk_request *v, struct json_writer *w, const struct sql_inbox_rows_row *r)
{
	bool waits = r->has_waiting_ms && r->is_open;
	if (waits) {
		json_key(w, "waiting");
		json_begin_object(w);
		json_member_str(w, "text", locale_ago(v->pool, &v->locale, r->waiting_ms));
		json_member_i64(w, "since_s", r->waiting_ms / 1000);
		json_member_bool(w, "late", v->locale.now_ms - r->waiting_ms >= WAIT_LATE_MS);
		page_member_or_false(w, "reason", reason_text(v->pool, v->locale.translation, r->reason));
		page_member_or_false(w, "reason_code", r->reason);
		json_end_object(w);
	} else {
		json_member_bool(w, "waiting", false);
	}
	page_member_or_false(
		w, "snoozed", r->has_snoozed_ms ? locale_time(v->pool, &v->locale, r->snoozed_ms) : STR_NONE);
	/* What the bot has settled is quiet. */
	json_member_bool(w, "settled", !waits && !r->assignee.p && str_equal(r->agent, STR("bot")));
}

static void write_marks(struct json_writer *w, const struct inbox_list *list, const struct sql_inbox_rows_row *r)
{
	int64_t more = r->n_tags - TAGS_SHOWN;
	json_member_bool(w, "failed", r->is_failed);
	json_member_bool(w, "closed", (list->q.p || list->has.p) && !r->is_open && !r->has_snoozed_ms);
	json_member_bool(w, "suggested", r->has_draft);
	json_key(w, "tags");
	json_write_raw(w, r->tags.p ? r->tags : STR("[]"));
	if (more > 0)
		json_member_i64(w, "more_tags", more);
	else
		json_member_bool(w, "more_tags", false);
}

static void inbox_list_write_row(
	struct desk_request *v, struct json_writer *w, const struct inbox_list *list, int i, struct str query)
{
	const struct sql_inbox_rows_row r = sql_inbox_rows_row(&list->rows, i);
	struct str name = inbox_name(v, r.name, r.username, r.phone);
	query = inbox_found_place(v, list, r.id, query);
	json_begin_object(w);
	json_member_str(w, "href",
		pool_printf(v->pool, "/inbox/%lld%.*s", (long long)r.id, (int)query.n, query.p ? query.p : ""));
	json_member_bool(w, "here", r.id == list->here);
	json_member_str(w, "name", name);
	json_member_str(w, "initials", person_initials(v->pool, name));
	json_member_i64(w, "hue", person_hue(r.id));
	json_member_bool(w, "whatsapp", str_equal(r.platform, STR("whatsapp")));
	json_member_bool(w, "telegram", str_equal(r.platform, STR("telegram")));
	json_member_i64(w, "unread", r.unread);
	write_last(v, w, &r);
	inbox_found_write(v, w, list, r.id);
	locale_write_time_as(w, "time", r.at_ms, locale_brief(v->pool, &v->locale, r.at_ms));
	inbox_list_write_who(v, w, &r);
	inbox_list_write_viewers(v, w, &r);
	inbox_list_write_wait(v, w, &r);
	write_marks(w, list, &r);
	json_end_object(w);
}

/* Whether the page has this version of the row: its X-Have says "ID.REV ID.REV ...". */
static bool inbox_list_is_had(struct desk_request *v, int64_t id, struct str rev)
{
	struct str have = v->fragment ? request_header(v->request, "HTTP_X_HAVE") : STR_NONE;
	struct str wanted = pool_printf(v->pool, "%lld.%.*s", (long long)id, (int)rev.n, rev.p);
	while (have.p)
		if (str_equal(str_take_until(&have, ' '), wanted))
			return true;
	return false;
}

/* The row with its version, which is a digest of it; of one that the page has already only that. */
static void inbox_list_write_versioned(
	struct desk_request *v, struct json_writer *w, const struct inbox_list *list, int i, struct str query)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	int64_t id = sql_inbox_rows_row(&list->rows, i).id;
	struct buf row, hex;
	struct json_writer to;
	buf_init(&row, 64 << 10);
	buf_init(&hex, 2 * REV_BYTES + 1);
	json_writer_init(&to, &row);
	inbox_list_write_row(v, &to, list, i, query);
	crypt_sha256(buf_str(&row), digest);
	crypt_hex(&hex, (struct str){ (const char *)digest, REV_BYTES });
	struct str rev = pool_str(v->pool, buf_str(&hex));
	bool had = inbox_list_is_had(v, id, rev);
	struct str members = row.len > 1 && !had ? (struct str){ row.data + 1, row.len - 2 } : STR("");
	json_write_raw(
		w, pool_printf(v->pool, "{\"id\":%lld,\"rev\":\"%.*s\",\"had\":%s%s%.*s}", (long long)id, (int)rev.n,
			   rev.p, had ? "true" : "false", members.n ? "," : "", (int)members.n, members.p));
	buf_fini(&row);
	buf_fini(&hex);
}

/* What a row takes as HTML, nearly. */
static size_t row_bytes(const struct sql_inbox_rows_row *r)
{
	const struct str texts[] = { r->name, r->username, r->phone, r->body, r->reason, r->assignee, r->tags };
	size_t bytes = ROW_BYTES;
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		bytes += page_html_bytes(texts[t]);
	return bytes + MARK_BYTES * (size_t)(r->has_waiting_ms + r->is_failed + r->has_draft + (r->assignee.p != NULL));
}

static int inbox_list_shown(const struct inbox_list *list)
{
	size_t bytes = 0;
	int n = 0;
	while (n < list->rows.n && n < ROWS && (n == 0 || bytes < ROWS_BYTES)) {
		const struct sql_inbox_rows_row r = sql_inbox_rows_row(&list->rows, n++);
		bytes += row_bytes(&r) + (list->has.p ? FILE_BYTES : 0);
	}
	return n;
}

static void inbox_list_write_each_row(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	struct str query = inbox_list_query(v, list);
	int n = inbox_list_shown(list);
	write_none(w, list);
	json_key(w, "rows");
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		inbox_list_write_versioned(v, w, list, i, query);
	json_end_array(w);
}

static void write_pages(struct desk_request *v, struct json_writer *w, const struct inbox_list *list)
{
	struct inbox_list plain = inbox_list_first(list);
	plain.here = 0;
	int last = inbox_list_shown(list) - 1;
	if (list->paged)
		inbox_list_write_href(w, "newer", "/inbox", &plain, STR_NONE);
	else
		json_member_bool(w, "newer", false);
	if (last + 1 < list->rows.n)
		inbox_list_write_href(w, "older", "/inbox", &plain,
			inbox_list_key_of(v, sql_inbox_rows_row(&list->rows, last).sort_us,
				sql_inbox_rows_row(&list->rows, last).id));
	else
		json_member_bool(w, "older", false);
}

void inbox_list_write(struct desk_request *v, const struct inbox_list *list)
{
	struct json_writer *w = &v->w;
	struct inbox_list clear = { .view = list->view };
	json_key(w, "list");
	json_begin_object(w);
	if (list->paged)
		json_member_str(w, "updates", STR(""));
	else
		inbox_list_write_href(w, "updates", "/inbox/updates", list, STR_NONE);
	json_member_str(w, "view", str_of(list->view));
	json_member_str(w, "q", list->q.p ? list->q : STR(""));
	json_member_str(w, "platform", list->platform.p ? list->platform : STR(""));
	json_member_str(w, "tag", list->tag.p ? list->tag : STR(""));
	json_member_str(w, "has", list->has.p ? list->has : STR(""));
	json_member_bool(w, "partial", list->partial);
	json_member_bool(w, "partial_files", list->partial_files);
	inbox_list_write_href(w, "clear", "/inbox", &clear, STR_NONE);
	inbox_list_write_views(v, w, list);
	inbox_filters_write(v, list);
	write_pages(v, w, list);
	inbox_list_write_each_row(v, w, list);
	json_end_object(w);
}

void inbox_list_write_rows(struct desk_request *v, const struct inbox_list *list)
{
	json_key(&v->w, "list");
	json_begin_object(&v->w);
	inbox_list_write_views(v, &v->w, list);
	inbox_list_write_each_row(v, &v->w, list);
	json_end_object(&v->w);
}
