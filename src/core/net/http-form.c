/*
 * http-form.c - a body of multipart/form-data (RFC 7578) with at most one file, as a request sends it.
 *
 * Owns the grammar. Never reads the file: the client does, while it sends.
 */
#include "core/net/http-form.h"

#include "core/crypto/crypt.h"

#define BEFORE_MAX_BYTES (1u << 20)
#define BOUNDARY_BYTES 18

void http_form_begin(struct http_form *form, struct pool *pool)
{
	struct buf token;
	buf_init(&token, 64);
	buf_add_cstr(&token, "deskbell-");
	crypt_random_token(&token, BOUNDARY_BYTES);
	*form = (struct http_form){ .pool = pool, .boundary = pool_str(pool, buf_str(&token)) };
	buf_fini(&token);
	buf_init(&form->before, BEFORE_MAX_BYTES);
}

static void http_form_part(struct http_form *form, const char *name)
{
	buf_addf(&form->before, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", form->boundary.p, name);
}

void http_form_text(struct http_form *form, const char *name, struct str value)
{
	if (!value.p)
		return;
	http_form_part(form, name);
	buf_add_cstr(&form->before, "\r\n\r\n");
	buf_add_str(&form->before, value);
	buf_add_cstr(&form->before, "\r\n");
}

static void http_form_file_head(struct http_form *form, const char *name, struct str file_name, struct str type)
{
	http_form_part(form, name);
	buf_add_cstr(&form->before, "; filename=\"");
	for (size_t i = 0; i < file_name.n; i++) {
		unsigned char c = (unsigned char)file_name.p[i];
		buf_add_char(&form->before, c < 0x20 || c == 0x7f || c == '"' || c == '\\' ? '_' : (char)c);
	}
	buf_addf(&form->before, "\"\r\nContent-Type: %.*s\r\n\r\n", (int)type.n, type.p);
}

void http_form_bytes(struct http_form *form, const char *name, struct str file_name, struct str type, struct str bytes)
{
	http_form_file_head(form, name, file_name, type);
	buf_add_str(&form->before, bytes);
	buf_add_cstr(&form->before, "\r\n");
}

static enum err http_form_give(struct http_form *form, struct http_request *out)
{
	enum err e = form->before.err;
	out->content_type =
		pool_printf(form->pool, "multipart/form-data; boundary=%.*s", (int)form->boundary.n, form->boundary.p);
	out->body = pool_str(form->pool, buf_str(&form->before));
	buf_fini(&form->before);
	return e;
}

enum err http_form_end(struct http_form *form, struct http_request *out)
{
	buf_addf(&form->before, "--%s--\r\n", form->boundary.p);
	return http_form_give(form, out);
}

enum err http_form_end_with_file(struct http_form *form, const char *name, struct str file_name, struct str type,
	int fd, int64_t bytes, struct http_request *out)
{
	http_form_file_head(form, name, file_name, type);
	struct http_body_file *file = pool_new_of(form->pool, struct http_body_file);
	*file = (struct http_body_file){
		.fd = fd, .bytes = bytes, .after = pool_printf(form->pool, "\r\n--%s--\r\n", form->boundary.p)
	};
	out->file = file;
	return http_form_give(form, out);
}
