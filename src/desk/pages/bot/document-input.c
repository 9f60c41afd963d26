/*
 * document-input.c - reads what is given as a document, within what a web process can bear.
 *
 * A conversion takes memory and seconds, a fetch up to five seconds of waiting: without a database connection, and
 * only for a request that has a place for it (gate.h). The words about documents that cannot be read are those of
 * documents/document.h.
 */
#include "desk/pages/bot/document-input.h"

#include "documents/document.h"

#define FETCH_TIMEOUT_MS 5000

/* "the page could not be fetched: no answer" as a sentence in the person's language. */
void document_explain(struct desk_request *v, struct explain *why)
{
	struct str words = request_explain(v, why);
	if (words.n > 0)
		(void)explain(why, ERR_INVALID, "%.*s%s", (int)words.n, words.p,
			strchr(".!?", words.p[words.n - 1]) ? "" : ".");
}

/* What was read, or why not. A title of the document's own is cut where it is too long. */
static enum err document_input_judge(
	struct desk_request *v, enum err e, struct knowledge_document *out, struct explain *why)
{
	struct str fault = STR_NONE;
	if (e == ERR_OK) {
		out->title = knowledge_title(v->pool, out->title);
		fault = knowledge_fault(v->pool, out);
	}
	if (fault.p)
		(void)explain_reason(why, ERR_INVALID, fault);
	document_explain(v, why);
	return e == ERR_OK && !fault.p ? ERR_OK : ERR_INVALID;
}

enum err document_from_file(struct desk_request *v, struct str name, struct str content_type, struct str bytes,
	struct str title, struct knowledge_document *out, struct explain *why)
{
	*why = (struct explain){ "" };
	request_put_db(v);
	enum err e = knowledge_from_bytes(v->pool, name.p ? name : STR(""), content_type, bytes, title, out, why);
	return document_input_judge(v, e, out, why);
}

enum err document_from_url(
	struct desk_request *v, struct str url, struct str title, struct knowledge_document *out, struct explain *why)
{
	*why = (struct explain){ "" };
	request_put_db(v);
	enum err e = knowledge_from_url(v->pool, v->desk->conf, url, title, FETCH_TIMEOUT_MS, out, why);
	return document_input_judge(v, e, out, why);
}

/* Never taken for anything but text, whatever it begins with. */
enum err document_from_text(
	struct desk_request *v, struct str text, struct str title, struct knowledge_document *out, struct explain *why)
{
	struct document document;
	*why = (struct explain){ "" };
	enum err e = document_read(v->pool, DOCUMENT_TEXT, text, &document, why);
	out->title = title;
	out->source = STR("paste");
	out->text = document.text;
	return document_input_judge(v, e, out, why);
}

enum err document_record(struct desk_request *v, const struct knowledge_stored *stored, struct str title)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 8192);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "document", stored->document_id);
	json_member_str(&w, "title", title);
	json_end_object(&w);
	enum err e = request_audit(
		v, stored->outcome == KNOWLEDGE_ADDED ? "knowledge.add" : "knowledge.replace", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

/* ---- words ---- */

/* Those that have stems, by themselves. */
static const struct {
	const char *tag, *name;
} languages[] = { { "ar", "العربية" }, { "da", "Dansk" }, { "de", "Deutsch" }, { "el", "Ελληνικά" },
	{ "en", "English" }, { "es", "Español" }, { "fi", "Suomi" }, { "fr", "Français" }, { "hi", "हिन्दी" },
	{ "hu", "Magyar" }, { "id", "Indonesia" }, { "it", "Italiano" }, { "nl", "Nederlands" }, { "no", "Norsk" },
	{ "pt", "Português" }, { "ro", "Română" }, { "ru", "Русский" }, { "sv", "Svenska" }, { "tr", "Türkçe" } };
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

struct str document_language_name(struct desk_request *v, struct str tag)
{
	for (size_t i = 0; i < LANGUAGES; i++)
		if (str_equal_nocase(tag, str_of(languages[i].tag)))
			return str_of(languages[i].name);
	return tag.n ? tag : str_of(request_translate(v, T("another language")));
}

static void write_language(struct json_writer *w, struct str tag, struct str name, bool here)
{
	json_begin_object(w);
	json_member_str(w, "code", tag);
	json_member_str(w, "name", name);
	json_member_bool(w, "here", here);
	json_end_object(w);
}

void document_write_languages(struct desk_request *v, struct json_writer *w, struct str chosen, bool or_another)
{
	bool found = chosen.n == 0;
	json_key(w, "languages");
	json_begin_array(w);
	for (size_t i = 0; i < LANGUAGES; i++) {
		bool here = str_equal_nocase(chosen, str_of(languages[i].tag));
		write_language(w, str_of(languages[i].tag), str_of(languages[i].name), here);
		found = found || here;
	}
	if (!found)
		write_language(w, chosen, chosen, true);
	if (or_another)
		write_language(w, STR(""), document_language_name(v, STR("")), chosen.n == 0);
	json_end_array(w);
}

struct str document_source_words(struct desk_request *v, struct str source, struct str url)
{
	struct str rest = url;
	if (str_equal(source, STR("url")) && url.p) {
		str_take_until(&rest, '/');
		str_take_until(&rest, '/');
		return str_cut(rest.p ? str_take_until(&rest, '?') : url, 80);
	}
	if (str_equal(source, STR("file")))
		return str_of(request_translate(v, T("uploaded")));
	return str_of(request_translate(v, str_equal(source, STR("paste")) ? T("pasted") : T("imported")));
}
