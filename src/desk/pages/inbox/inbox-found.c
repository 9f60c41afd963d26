/*
 * inbox-found.c - what a search of the list has found: conversations by words and by files of a kind, and for each row
 * the sentence or the file that was looked for.
 *
 * Days that narrow the list are those of the last message, and those of the file where files are looked for. Never
 * looks through everything: sql/functions/search.sql says how far, and the page says when there may be more.
 */
#include "desk/pages/inbox/inbox-list.h"

#include "domain/contact/search.h"
#include "files/picture.h"

#define HITS 500 /* conversations that a search may find */
#define FOUND_WORDS 10
#define WORDS_BYTES 8192

/* As found_as of attachments names them, and as the page does. */
static const struct {
	const char *code, *many, *one, *icon;
} inbox_found_kinds[] = {
	{ "image", T("Photos"), T("Photo"), "image" },
	{ "video", T("Videos"), T("Video"), "video" },
	{ "voice", T("Voice messages"), T("Voice message"), "mic" },
	{ "audio", T("Audio files"), T("Audio file"), "play" },
	{ "document", T("Documents"), T("Document"), "file" },
	{ "sticker", T("Stickers"), T("Sticker"), "sticker" },
};
#define KINDS (sizeof(inbox_found_kinds) / sizeof(inbox_found_kinds[0]))

static size_t inbox_found_kind(struct str code)
{
	size_t i = 0;
	while (i < KINDS && !str_equal(code, str_of(inbox_found_kinds[i].code)))
		i++;
	return i;
}

struct str inbox_found_known(struct str code)
{
	size_t i = inbox_found_kind(code);
	return i < KINDS ? str_of(inbox_found_kinds[i].code) : STR_NONE;
}

struct str inbox_found_title(struct desk_request *v, struct str code)
{
	size_t i = inbox_found_kind(code);
	return i < KINDS ? str_of(request_translate(v, inbox_found_kinds[i].many)) : STR_NONE;
}

struct str inbox_found_code(int i)
{
	return i < (int)KINDS ? str_of(inbox_found_kinds[i].code) : STR_NONE;
}

/* ---- conversations ---- */

enum err inbox_found_load_hits(struct desk_request *v, struct inbox_list *list, struct str *hits)
{
	struct sql_search_files_rows r;
	bool complete = true;
	*hits = STR_NONE;
	enum err e = list->q.p ? search_conversations(v->db, v->pool, v->caller.org_id, list->q, HITS, hits, &complete)
			       : ERR_OK;
	list->partial = !complete;
	if (e != ERR_OK || !list->has.p)
		return e;
	e = sql_search_files(v->db, v->pool,
		&(struct sql_search_files_args){ .org_id = v->caller.org_id,
			.kind = list->has,
			.from_ms = list->from.p ? &list->from_ms : NULL,
			.until_ms = list->to.p ? &list->until_ms : NULL,
			.among = *hits,
			.max_hits = HITS },
		&r);
	if (e != ERR_OK)
		return e;
	const struct sql_search_files_row row = sql_search_files_row(&r, 0);
	*hits = row.hits;
	list->partial_files = !row.complete;
	return ERR_OK;
}

/* ---- what each row shows ---- */

/* The words as they were typed, and as they are found: a sentence may have either. */
static enum err inbox_found_load_sentences(struct desk_request *v, struct inbox_list *list, struct str ids)
{
	struct str folded[FOUND_WORDS], rest = list->q;
	struct buf words;
	int n = search_typed_words(v->pool, list->q, folded, FOUND_WORDS);
	struct db_array array;
	buf_init(&words, WORDS_BYTES);
	db_array_begin(&array, &words);
	while (rest.p && rest.n > 0) {
		struct str word = str_take_until(&rest, ' ');
		if (word.n > 1)
			db_array_text(&array, word);
	}
	for (int i = 0; i < n; i++)
		db_array_text(&array, folded[i]);
	db_array_end(&array);
	return sql_search_snippets(v->db, v->pool, v->caller.org_id, ids, pool_take(v->pool, &words), &list->snippets);
}

enum err inbox_found_load(struct desk_request *v, struct inbox_list *list)
{
	struct buf b;
	enum err e = ERR_OK;
	if (!list->q.p && !list->has.p)
		return e;
	buf_init(&b, WORDS_BYTES);
	for (int i = 0; i < list->rows.n; i++)
		buf_addf(&b, "%s%lld", i ? "," : "{", (long long)sql_inbox_rows_row(&list->rows, i).id);
	buf_add_cstr(&b, list->rows.n ? "}" : "{}");
	struct str ids = pool_take(v->pool, &b);
	if (list->q.p)
		e = inbox_found_load_sentences(v, list, ids);
	if (e == ERR_OK && list->has.p)
		e = sql_found_files(v->db, v->pool, v->caller.org_id, ids, list->has,
			list->from.p ? &list->from_ms : NULL, list->to.p ? &list->until_ms : NULL, &list->files);
	return e;
}

/* The sentence that a search found, in three parts around the word. */
static void inbox_found_write_sentence(struct json_writer *w, const struct inbox_list *list, int64_t id)
{
	json_key(w, "found");
	for (int i = 0; i < list->snippets.n; i++) {
		const struct sql_search_snippets_row r = sql_search_snippets_row(&list->snippets, i);
		if (r.conversation_id != id)
			continue;
		json_begin_object(w);
		json_member_str(w, "preceding", r.preceding);
		json_member_str(w, "hit", r.hit);
		json_member_str(w, "following", r.following);
		json_end_object(w);
		return;
	}
	json_write_bool(w, false);
}

static bool inbox_found_file(const struct inbox_list *list, int64_t id, struct sql_found_files_row *out)
{
	for (int i = 0; i < list->files.n; i++) {
		*out = sql_found_files_row(&list->files, i);
		if (out->conversation_id == id)
			return true;
	}
	return false;
}

/* What the file is called, or else what was written below it. */
static void inbox_found_write_file(struct desk_request *v, struct json_writer *w, const struct inbox_list *list,
	const struct sql_found_files_row *r)
{
	size_t kind = inbox_found_kind(list->has); /* there is one: inbox_list_read takes no other */
	struct str title = str_of(request_translate(v, inbox_found_kinds[kind].one));
	struct str text = str_is_empty(r->file_name) ? r->caption : r->file_name;
	bool has_preview = !r->has_no_preview && picture_has_preview(v->desk->picture_program, r->media_type);
	json_begin_object(w);
	json_member_str(w, "icon", str_of(inbox_found_kinds[kind].icon));
	page_member_or_false(w, "title", str_is_empty(text) ? STR_NONE : title);
	page_write_text(w, "text", str_is_empty(text) ? title : text);
	page_member_or_false(w, "picture",
		has_preview ? pool_printf(
			v->pool, "/files/%lld/%lld?size=small", (long long)r->message_id, (long long)r->position)
			    : STR_NONE);
	json_member_bool(w, "ours", r->is_ours);
	locale_write_time_as(w, "time", r->at_ms, locale_brief(v->pool, &v->locale, r->at_ms));
	json_end_object(w);
}

void inbox_found_write(struct desk_request *v, struct json_writer *w, const struct inbox_list *list, int64_t id)
{
	struct sql_found_files_row file;
	inbox_found_write_sentence(w, list, id);
	json_key(w, "file");
	if (inbox_found_file(list, id, &file))
		inbox_found_write_file(v, w, list, &file);
	else
		json_write_bool(w, false);
}

struct str inbox_found_place(struct desk_request *v, const struct inbox_list *list, int64_t id, struct str query)
{
	struct sql_found_files_row file;
	if (!inbox_found_file(list, id, &file) || !file.has_before)
		return query;
	return pool_printf(v->pool, "%.*s&before=%lld", (int)query.n, query.p ? query.p : "", (long long)file.before);
}
