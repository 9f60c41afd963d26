/*
 * knowledge-import.c - what a person gives as a document for the knowledge base.
 *
 * Owns which title a document gets and what may be stored; reading formats is document.h, fetching document-fetch.h.
 * Stores nothing.
 */
#include "answer/retrieval/knowledge-import.h"

#include "documents/document-fetch.h"
#include "domain/text.h"
#include "core/text/reason.h"

#define URL_MAX_BYTES 2000
#define LANGUAGE_MAX_BYTES 35

bool knowledge_is_language(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", s.p[i]))
			return false;
	return s.n <= LANGUAGE_MAX_BYTES;
}

/* A name of a file may hold any bytes. What is too long is cut: a title is there to tell documents apart. */
struct str knowledge_title(struct pool *pool, struct str given)
{
	return str_trim(str_cut(text_label(pool, given, KNOWLEDGE_TITLE_MAX_BYTES), KNOWLEDGE_TITLE_MAX_BYTES));
}

struct str knowledge_fault(struct pool *pool, const struct knowledge_document *d)
{
	if (str_is_empty(d->title))
		return str_of(CODE(title_empty));
	if (str_is_empty(str_trim(d->text)))
		return str_of(CODE(no_text_given));
	if (d->text.n > KNOWLEDGE_TEXT_MAX_BYTES)
		return REASON(pool, text_too_long, F_INT("limit", KNOWLEDGE_TEXT_MAX_BYTES));
	if (!knowledge_is_language(d->language))
		return str_of(CODE(language_tag));
	if (d->url.n > URL_MAX_BYTES)
		return str_of(CODE(url_long));
	return STR_NONE;
}

/* Without folders and ending. */
static struct str stem_of(struct str name)
{
	for (ptrdiff_t slash; (slash = str_find_char(name, '/')) >= 0;)
		name = (struct str){ name.p + slash + 1, name.n - (size_t)slash - 1 };
	struct str rest = name;
	struct str stem = str_take_until(&rest, '.');
	return str_is_empty(stem) ? name : stem;
}

static struct str knowledge_import_first_of(struct str a, struct str b, struct str c)
{
	a = str_trim(a);
	b = str_trim(b);
	return a.n ? a : b.n ? b : c;
}

static enum err read_document(struct pool *pool, enum document_format format, struct str bytes, struct str title,
	struct str otherwise, struct knowledge_document *out, struct explain *why)
{
	struct document document;
	enum err e = document_read(pool, format, bytes, &document, why);
	if (e != ERR_OK)
		return e;
	out->text = document.text;
	out->title = knowledge_title(pool, knowledge_import_first_of(title, document.title, otherwise));
	return ERR_OK;
}

enum err knowledge_from_bytes(struct pool *pool, struct str name, struct str content_type, struct str bytes,
	struct str title, struct knowledge_document *out, struct explain *why)
{
	enum document_format format;
	out->source = name.p ? STR("file") : STR("paste");
	enum err e = document_format_of(name, content_type, bytes, &format, why);
	return e == ERR_OK ? read_document(pool, format, bytes, title, stem_of(name), out, why) : e;
}

enum err knowledge_from_url(struct pool *pool, const struct conf *conf, struct str url, struct str title,
	int timeout_ms, struct knowledge_document *out, struct explain *why)
{
	struct document_source source;
	struct document_fetch_options options = { .allow_private = conf->net_private_addresses == CONF_PRIVATE_ALLOW,
		.timeout_ms = timeout_ms };
	enum err e = document_fetch(pool, url, &options, &source, why);
	if (e != ERR_OK)
		return e;
	out->source = STR("url");
	out->url = source.url;
	if (source.is_sitemap) {
		out->source = STR("sitemap");
		return explain_code(why, ERR_INVALID, CODE(page_is_sitemap));
	}
	return read_document(pool, source.format, source.bytes, title, source.url, out, why);
}
