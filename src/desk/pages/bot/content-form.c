/*
 * content-form.c - what a reply takes along, on its page: the picture, document or place of a skill, a canned reply or
 * the fallback.
 *
 * A file must be one that every platform takes together with a text, so that a reply looks alike whatever the customer
 * uses. It is cleaned like one that an operator sends (pages/inbox/conversation-attach.c).
 */
#include "desk/pages/bot/content-form.h"

#include "desk/pages/inbox/conversation.h"
#include "desk/pages/inbox/file-preview.h"
#include "desk/upload.h"
#include "domain/quota.h"
#include "files/picture.h"

#define PLACE_NAME_MAX_BYTES 200

static const struct field fields[] = { { "do", FIELD_CHOICE, FIELD_REQUIRED, 10, "file|place|remove",
					       T("Choose what to do.") },
	{ "place", FIELD_LINE, FIELD_OPTIONAL, 80, NULL,
		T("Write the place as latitude and longitude, such as 41.0082, 28.9784.") },
	{ "place_name", FIELD_LINE, FIELD_OPTIONAL, PLACE_NAME_MAX_BYTES, NULL,
		T("Write the name of the place, at most 200 bytes.") },
	FIELD_LAST };

struct content_form_saving {
	const char *owner;
	int64_t owner_id;
	struct reply_content content;
	bool removes;
	struct explain why; /* of ERR_QUOTA */
};

/* ---- showing ---- */

enum err content_form_load(struct desk_request *v, const char *owner, int64_t owner_id, struct content_form_view *view)
{
	return reply_content_find(v->db, v->pool, v->caller.org_id, owner, owner_id, &view->content);
}

static void content_form_write_file(struct desk_request *v, struct str action, const struct reply_content *content)
{
	struct json_writer *w = &v->w;
	bool has_preview = !(content->is_tried && !content->preview.p)
			   && picture_has_preview(v->desk->picture_program, content->type);
	json_begin_object(w);
	json_member_str(w, "name", content->name);
	json_member_str(w, "href", action);
	page_member_or_false(w, "preview",
		has_preview ? pool_printf(v->pool, "%.*s?size=small", (int)action.n, action.p) : STR_NONE);
	json_end_object(w);
}

static void content_form_write_place(struct desk_request *v, const struct outgoing_place *place)
{
	struct json_writer *w = &v->w;
	json_begin_object(w);
	json_member_str(w, "at", pool_printf(v->pool, "%.6g, %.6g", place->latitude, place->longitude));
	page_write_text(w, "name", place->name);
	json_end_object(w);
}

void content_form_write(struct desk_request *v, struct str action, const struct content_form_view *view)
{
	struct json_writer *w = &v->w;
	const struct reply_content *content = view->content;
	json_key(w, "content");
	json_begin_object(w);
	json_member_str(w, "action", action);
	json_member_bool(w, "fallback", view->is_fallback);
	json_member_bool(w, "any", content != NULL);
	json_key(w, "file");
	if (content && content->sha256.p)
		content_form_write_file(v, action, content);
	else
		json_write_bool(w, false);
	json_key(w, "place");
	if (content && !content->sha256.p)
		content_form_write_place(v, &content->place);
	else
		json_write_bool(w, false);
	page_member_or_false(w, "error", str_of(view->error));
	json_end_object(w);
}

/* ---- saving ---- */

static enum err content_form_store(struct desk_request *v, void *arg)
{
	struct content_form_saving *s = arg;
	const int64_t org = v->caller.org_id;
	struct quota_change quota;
	struct sql_reply_exists_rows exists;
	struct sql_reply_content_remove_rows removed;
	enum err e = sql_reply_exists(v->db, v->pool, org, str_of(s->owner), s->owner_id, &exists);
	if (e == ERR_OK && !sql_reply_exists_row(&exists, 0).is_there)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = quota_begin(&quota, v->db, org, QUOTA_OF_FILES);
	if (e == ERR_OK)
		e = s->removes ? sql_reply_content_remove(v->db, v->pool, org, str_of(s->owner), s->owner_id, &removed)
			       : reply_content_set(v->db, v->pool, org, s->owner, s->owner_id, &s->content);
	if (e == ERR_OK)
		e = quota_end(&quota, &s->why);
	if (e != ERR_OK)
		return e;
	return request_audit(v, s->removes ? "reply_content.remove" : "reply_content.set",
		pool_printf(v->pool, "{\"of\":\"%s\",\"id\":%lld}", s->owner, (long long)s->owner_id));
}

/* NULL, or why the file cannot go along with a reply, translated. */
static const char *content_form_check_file(struct desk_request *v, struct attached *out)
{
	struct attached files[UPLOADS_MAX];
	int n = 0;
	if (!v->uploads || v->uploads->n == 0)
		return request_translate(v, T("Choose a file."));
	for (size_t i = 0; channel_platforms[i]; i++) {
		const char *error = attach_check(v, channel_platforms[i], false, files, &n);
		if (error)
			return error;
		if (i == 0)
			*out = files[0];
		if (!files[0].rule->takes_caption)
			return request_translate(v, T("A recording cannot go along with a text. Choose a picture, a "
						      "video or a document."));
	}
	return n == 1 ? NULL : request_translate(v, T("Choose one file."));
}

static enum err content_form_save_file(struct desk_request *v, struct content_form_saving *s, const char **error)
{
	struct attached file;
	*error = content_form_check_file(v, &file);
	if (*error)
		return ERR_OK;
	enum err e = attach_keep(v, &file, 1);
	if (e != ERR_OK)
		return e;
	s->content = (struct reply_content){ .sha256 = file.sha256,
		.type = file.facts.type,
		.name = file.name,
		.bytes = file.facts.bytes,
		.width = file.facts.width,
		.height = file.facts.height };
	e = request_transaction(v, content_form_store, s);
	if (e != ERR_OK)
		attach_drop(v, &file, 1);
	if (e != ERR_QUOTA)
		return e;
	*error = request_quota(v, &s->why);
	return ERR_OK;
}

enum err content_form_save(struct desk_request *v, const char *owner, int64_t owner_id, const char **error)
{
	struct content_form_saving s = { .owner = owner, .owner_id = owner_id };
	struct form form;
	enum err e;
	*error = NULL;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation)) {
		*error = form_first_error(&form);
		return ERR_OK;
	}
	struct str what = form_value(&form, "do");
	s.removes = str_equal(what, STR("remove"));
	s.content.place.name = form_value(&form, "place_name");
	if (str_equal(what, STR("file"))) {
		e = content_form_save_file(v, &s, error);
	} else if (!s.removes && !reply_content_read_place(form_value(&form, "place"), &s.content.place)) {
		*error = request_translate(v, fields[1].words);
		e = ERR_OK;
	} else {
		e = request_transaction(v, content_form_store, &s);
	}
	if (e == ERR_OK && !*error)
		flash_set(v, s.removes ? "content-removed" : "content-saved");
	return e;
}

/* ---- the file ---- */

struct content_form_finding {
	const char *owner;
	int64_t owner_id;
	struct content_form_view view;
};

static enum err content_form_find(struct desk_request *v, void *arg)
{
	struct content_form_finding *f = arg;
	return content_form_load(v, f->owner, f->owner_id, &f->view);
}

enum err content_form_answer(struct desk_request *v, const char *owner, int64_t owner_id)
{
	struct content_form_finding f = { .owner = owner, .owner_id = owner_id };
	enum err e = request_transaction(v, content_form_find, &f);
	if (e != ERR_OK)
		return e;
	const struct reply_content *content = f.view.content;
	if (!content || !content->sha256.p)
		return ERR_NOT_FOUND;
	return file_answer(v, &(struct sql_attachment_row){ .state = STR("stored"),
				      .sha256 = content->sha256,
				      .media_type = content->type,
				      .file_name = content->name,
				      .preview = content->preview,
				      .is_tried = content->is_tried });
}
