/*
 * logo.c - the organisation's logo: put in and removed in its settings, shown in the rail and where people sign in.
 *
 * What is uploaded is decoded and encoded again as a small PNG by deskbell-picture, and never served as it came. It
 * lives in the organisation's row, so that every backup and export has it.
 */
#include "desk/logo.h"

#include "desk/access/picture-turn.h"
#include "desk/upload.h"
#include "files/picture.h"

#define LOGO_MAX_BYTES 131072 /* the column's limit */

/* ---- putting in ---- */

static const struct field fields[] = {
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 10, "set|remove", T("Choose what to do.") }, FIELD_LAST
};

/* NULL, or what stands in the way. */
static const char *logo_encode(struct desk_request *v, struct desk_upload *file, struct str *png)
{
	struct picture picture;
	struct explain why;
	if (!picture_turn_begin(v))
		return request_busy_text(v, GATE_PICTURES);
	enum err e = picture_make(v->pool, v->desk->picture_program, PICTURE_LOGO, str_of(upload_type(file)),
		file_writer_file(file->writer), &picture, &why);
	picture_turn_end(v);
	if (e != ERR_OK || picture.bytes.n > LOGO_MAX_BYTES)
		return request_translate(v, T("The picture could not be read. Choose another one."));
	*png = picture.bytes;
	return NULL;
}

static const char *logo_read(struct desk_request *v, struct str *png)
{
	struct desk_upload *file = v->uploads && v->uploads->n == 1 ? &v->uploads->files[0] : NULL;
	if (!v->desk->picture_program)
		return request_translate(v, T("This server cannot read pictures. Ask your host to install libgd."));
	if (!file)
		return request_translate(v, T("Choose a picture."));
	if (file->is_too_large)
		return request_translate(v, T("The picture is too large. Choose a smaller one."));
	if (!file->writer)
		return request_explain(v, &file->why).p;
	if (!picture_is_read(v->desk->picture_program, str_of(upload_type(file))))
		return request_translate(v, T("This is no picture. Choose a PNG, JPEG, WebP or GIF file."));
	return logo_encode(v, file, png);
}

static enum err logo_store(struct desk_request *v, void *arg)
{
	const struct str *png = arg;
	struct sql_organization_set_logo_rows r;
	enum err e = sql_organization_set_logo(v->db, v->pool, v->caller.org_id, *png, &r);
	if (e != ERR_OK || r.n == 0) /* no row: it was so before */
		return e;
	return request_audit(
		v, "organization.edit", png->p ? STR("{\"logo\":\"set\"}") : STR("{\"logo\":\"removed\"}"));
}

enum err desk_logo_save(struct desk_request *v)
{
	struct form form;
	struct str png = STR_NONE;
	const char *error =
		form_parse(v->pool, &form, fields, &v->params, v->locale.translation) ? NULL : form_first_error(&form);
	bool removes = str_equal(form_value(&form, "do"), STR("remove"));
	if (!error && !removes)
		error = logo_read(v, &png);
	if (error)
		return organisation_show_again(v, error);
	enum err e = request_transaction(v, logo_store, &png);
	if (e != ERR_OK)
		return e;
	flash_set(v, removes ? "logo-removed" : "logo-saved");
	request_redirect(v, "/settings/organisation");
	return ERR_OK;
}

/* ---- showing ---- */

static enum err logo_find(struct desk_request *v, void *arg)
{
	struct sql_organization_logo_rows r;
	struct str *png = arg;
	enum err e = sql_organization_logo(v->db, v->pool, v->caller.org_id, &r);
	struct str hex = e == ERR_OK ? sql_organization_logo_row(&r, 0).logo : STR_NONE;
	if (!hex.p)
		return e;
	unsigned char *bytes = pool_new_array(v->pool, hex.n / 2 + 1, unsigned char);
	if (!crypt_unhex(hex, bytes, hex.n / 2))
		return ERR_INTERNAL;
	*png = (struct str){ (const char *)bytes, hex.n / 2 };
	return ERR_OK;
}

/* Its address changes with it. */
enum err desk_logo(struct desk_request *v)
{
	struct str png = STR_NONE;
	enum err e = request_transaction(v, logo_find, &png);
	if (e != ERR_OK || !png.p)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	v->response->status = 200;
	v->response->content_type = "image/png";
	v->response->cache_control = "private, max-age=31536000, immutable";
	buf_reset(&v->response->body);
	buf_add_str(&v->response->body, png);
	return v->response->body.err;
}

struct str logo_path(struct desk_request *v, int64_t since_ms)
{
	return pool_printf(v->pool, "/logo?v=%lld", (long long)since_ms);
}

void logo_write_visited(struct desk_request *v, struct json_writer *w, struct str token_hash)
{
	struct sql_visited_rows r;
	if (REQUEST_CALL(v, sql_visited, token_hash, &r) != ERR_OK || r.n == 0) {
		json_member_bool(w, "visited", false);
		return;
	}
	const struct sql_visited_row row = sql_visited_row(&r, 0);
	json_key(w, "visited");
	json_begin_object(w);
	json_member_str(w, "name", row.org_name);
	page_member_or_false(w, "logo",
		row.logo.p ? pool_printf(v->pool, "data:image/png;base64,%.*s", (int)row.logo.n, row.logo.p)
			   : STR_NONE);
	json_end_object(w);
}
