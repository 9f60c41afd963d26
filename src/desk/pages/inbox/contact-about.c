/*
 * contact-about.c - what stands next to a conversation about its contact: numbers, fields of the organisation's own,
 * notes of the team, and the contact's other conversations.
 *
 * Loaded for a whole page only: what is polled does not ask for it.
 */
#include "desk/pages/inbox/contact-about.h"

#include "channel/channel.h"
#include "desk/format/rich-text.h"
#include "files/media-type.h"
#include "files/picture.h"

/* Of many or long notes the newest, as far as they fit, and a link to all. */
#define NOTES_BYTES 500 /* of HTML */
#define NOTE_CHARACTERS 500
#define NOTE_WHOLE 16000
#define FILES_SHOWN 12
#define FILES_ALL 200

static bool contact_about_is_all(struct desk_request *v, const char *what)
{
	return str_equal(request_query(v->request, what), STR("all"));
}

/* Which files are asked for; absent for the newest of all kinds. */
static struct str contact_about_kind(struct desk_request *v)
{
	static const char *const kinds[] = { "all", "pictures", "sound", "documents" };
	struct str asked = request_query(v->request, "files");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_equal(asked, str_of(kinds[i])))
			return asked;
	return STR_NONE;
}

enum err contact_about_load(struct desk_request *v, int64_t conversation, struct contact_about *about)
{
	const int64_t org = v->caller.org_id;
	enum err e = sql_contact_about(v->db, v->pool, org, conversation, &about->head);
	if (e == ERR_OK)
		e = sql_contact_conversations(v->db, v->pool, org, conversation, &about->others);
	if (e == ERR_OK)
		e = sql_contact_fields(v->db, v->pool, org, conversation, &about->fields);
	if (e == ERR_OK)
		e = sql_contact_notes(v->db, v->pool, org, conversation,
			contact_about_is_all(v, "notes") ? NOTE_WHOLE : NOTE_CHARACTERS, &about->notes);
	if (e == ERR_OK)
		e = sql_contact_files(v->db, v->pool, org, conversation, contact_about_kind(v),
			contact_about_kind(v).p ? FILES_ALL : FILES_SHOWN + 1, &about->files);
	return e;
}

static void contact_about_write_others(struct desk_request *v, const struct contact_about *about)
{
	struct json_writer *w = &v->w;
	json_member_bool(w, "has_others", about->others.n > 0);
	json_key(w, "others");
	json_begin_array(w);
	for (int i = 0; i < about->others.n; i++) {
		const struct sql_contact_conversations_row r = sql_contact_conversations_row(&about->others, i);
		const struct channel_ops *ops = channel_find(r.platform);
		json_begin_object(w);
		json_member_str(w, "href", pool_printf(v->pool, "/inbox/%lld", (long long)r.id));
		json_member_str(w, "channel", ops ? str_of(ops->title) : r.platform);
		locale_write_time_as(w, "time", r.last_ms, locale_date(v->pool, &v->locale, r.last_ms));
		json_end_object(w);
	}
	json_end_array(w);
}

static void contact_about_write_fields(struct desk_request *v, const struct contact_about *about)
{
	struct json_writer *w = &v->w;
	json_member_bool(w, "has_fields", about->fields.n > 0);
	json_key(w, "fields");
	json_begin_array(w);
	for (int i = 0; i < about->fields.n; i++) {
		const struct sql_contact_fields_row r = sql_contact_fields_row(&about->fields, i);
		json_begin_object(w);
		json_member_i64(w, "id", r.id);
		json_member_str(w, "name", r.name);
		json_member_str(w, "value", r.value.p ? r.value : STR(""));
		json_end_object(w);
	}
	json_end_array(w);
}

static void contact_about_write_notes(struct desk_request *v, const struct contact_about *about)
{
	struct json_writer *w = &v->w;
	bool is_admin = v->caller.role >= ROLE_ADMIN, is_person = v->caller.kind == CALLER_PERSON;
	bool is_all = contact_about_is_all(v, "notes"), has_cut = false;
	size_t bytes = 0;
	int i = 0;
	json_member_bool(w, "has_notes", about->notes.n > 0);
	json_key(w, "notes");
	json_begin_array(w);
	for (; i < about->notes.n && (is_all || bytes < NOTES_BYTES); i++) {
		const struct sql_contact_notes_row r = sql_contact_notes_row(&about->notes, i);
		bytes += page_html_bytes(r.body);
		has_cut = has_cut || r.is_cut;
		json_begin_object(w);
		json_member_i64(w, "id", r.id);
		json_member_str(w, "body", r.body);
		rich_text_write_note(v->pool, w, r.body, r.mentions);
		page_member_or_false(w, "author", r.author);
		locale_write_time_as(w, "time", r.at_ms, locale_time(v->pool, &v->locale, r.at_ms));
		json_member_bool(w, "removable", is_admin || (is_person && r.user_id == v->caller.id));
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "more_notes", has_cut || i < about->notes.n);
}

static void contact_about_write_file(struct desk_request *v, const struct sql_contact_files_row *file)
{
	struct json_writer *w = &v->w;
	struct str href =
		pool_printf(v->pool, "/files/%lld/%lld", (long long)file->message_id, (long long)file->position);
	struct str preview = pool_printf(v->pool, "%.*s?size=small", (int)href.n, href.p);
	bool is_image = str_has_prefix(file->media_type, STR("image/")),
	     is_shown = media_type_is_shown(file->media_type);
	bool has_preview = !file->has_no_preview && picture_has_preview(v->desk->picture_program, file->media_type);
	json_begin_object(w);
	json_member_str(w, "href", href);
	json_key(w, "picture");
	if (is_image && (is_shown || has_preview)) {
		json_begin_object(w);
		json_member_str(w, "small", has_preview ? preview : href);
		json_member_str(w, "full", is_shown ? href : preview);
		json_end_object(w);
	} else
		json_write_bool(w, false);
	page_member_or_false(w, "name", file->file_name);
	page_member_or_false(w, "description", file->description);
	locale_write_time_as(w, "time", file->at_ms, locale_date(v->pool, &v->locale, file->at_ms));
	json_end_object(w);
}

static void contact_about_write_files(struct desk_request *v, const struct contact_about *about)
{
	struct json_writer *w = &v->w;
	struct str kind = contact_about_kind(v);
	int n = kind.p || about->files.n <= FILES_SHOWN ? about->files.n : FILES_SHOWN;
	json_member_bool(w, "has_files", n > 0 || kind.p);
	json_member_bool(w, "by_kind", kind.p != NULL);
	json_member_bool(w, "none_of_kind", kind.p && n == 0);
	page_write_flag(w, "shelf", kind);
	json_key(w, "files");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		const struct sql_contact_files_row file = sql_contact_files_row(&about->files, i);
		contact_about_write_file(v, &file);
	}
	json_end_array(w);
	json_member_bool(w, "more_files", n < about->files.n);
}

void contact_about_write(struct desk_request *v, const struct contact_about *about)
{
	struct json_writer *w = &v->w;
	const struct sql_contact_about_row r = sql_contact_about_row(&about->head, 0);
	json_key(w, "contact");
	json_begin_object(w);
	json_member_i64(w, "id", r.contact_id);
	json_member_str(w, "corrected", r.name.p ? r.name : STR(""));
	page_member_or_false(w, "profile_name", r.profile_name);
	page_member_or_false(
		w, "blocked", r.has_blocked_ms ? locale_date(v->pool, &v->locale, r.blocked_ms) : STR_NONE);
	page_member_or_false(w, "closed", r.n_closed > 0 ? locale_number(v->pool, &v->locale, r.n_closed) : STR_NONE);
	json_member_bool(w, "has_numbers", r.numbers.p != NULL);
	json_key(w, "numbers");
	json_write_raw(w, r.numbers.p ? r.numbers : STR("[]"));
	contact_about_write_others(v, about);
	contact_about_write_fields(v, about);
	contact_about_write_notes(v, about);
	contact_about_write_files(v, about);
	json_end_object(w);
}
