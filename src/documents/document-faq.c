/*
 * document-faq.c - questions and answers that a page gives to search engines: the type FAQPage of schema.org, as
 * JSON-LD.
 *
 * A page often shows its questions as buttons and keeps the answers folded, so that its text has neither. Each pair
 * becomes a heading and a paragraph, unless the page's text has the question already. Owns nothing. What is not such
 * JSON is no error: pages hold much else in it.
 */
#include "documents/document-parts.h"

#include "core/json/json.h"
#include "documents/plain-text.h"

#define PAIRS_MAX 500
#define NESTED_MAX 4
#define QUESTION_MAX_BYTES 500
#define QUESTION_LEVEL 2

struct faq {
	struct document_writer *w;
	struct pool *pool;
	struct str shown; /* what the page's text says already; copied, because the writer's moves */
	int pairs;
};

static bool faq_is_type(const struct json *v, struct str type)
{
	const struct json *given = json_get(v, "@type");
	if (json_kind(given) != JSON_ARRAY)
		return str_equal(json_str(given), type);
	for (size_t i = 0; i < json_length(given); i++)
		if (str_equal(json_str(json_at(given, i)), type))
			return true;
	return false;
}

/* Tags become white space, so that the words of two paragraphs stay two. */
static struct str faq_spaced(struct pool *pool, struct str text)
{
	struct buf out;
	buf_init(&out, 2 * text.n + 16);
	for (size_t i = 0; i < text.n; i++) {
		buf_add_cstr(&out, text.p[i] == '<' ? " " : "");
		buf_add_char(&out, text.p[i]);
	}
	return pool_take(pool, &out);
}

/* The text of an answer, which may be HTML. */
static struct str answer_text(struct faq *f, const struct json *question)
{
	const struct json *answer = json_get(question, "acceptedAnswer");
	if (json_kind(answer) == JSON_ARRAY)
		answer = json_at(answer, 0);
	struct str text = faq_spaced(f->pool, plain_text(f->pool, json_str(json_get(answer, "text"))));
	return str_trim(plain_without_markup(f->pool, text));
}

static void faq_write_pair(struct faq *f, const struct json *question)
{
	struct str name = json_str(json_get(question, "name"));
	name = plain_line(f->pool, plain_without_markup(f->pool, name), QUESTION_MAX_BYTES);
	struct str text = answer_text(f, question);
	if (!name.n || !text.n || f->pairs == PAIRS_MAX || !faq_is_type(question, STR("Question")))
		return;
	if (memmem(f->shown.p, f->shown.n, name.p, name.n))
		return;
	f->pairs++;
	document_block(f->w, BLOCK_HEADING, QUESTION_LEVEL);
	document_text(f->w, name);
	document_block_end(f->w);
	document_block(f->w, BLOCK_PARAGRAPH, 0);
	document_text(f->w, text);
	document_block(f->w, BLOCK_PARAGRAPH, 0);
}

static void faq_write_questions(struct faq *f, const struct json *questions)
{
	if (json_kind(questions) == JSON_OBJECT)
		faq_write_pair(f, questions);
	for (size_t i = 0; json_kind(questions) == JSON_ARRAY && i < json_length(questions); i++)
		faq_write_pair(f, json_at(questions, i));
}

/* The page may be the whole, one of a list, or one of a graph. */
static void faq_write(struct faq *f, const struct json *v, int nested)
{
	if (nested == NESTED_MAX)
		return;
	if (json_kind(v) == JSON_ARRAY)
		for (size_t i = 0; i < json_length(v); i++)
			faq_write(f, json_at(v, i), nested + 1);
	if (json_kind(v) != JSON_OBJECT)
		return;
	if (faq_is_type(v, STR("FAQPage")))
		faq_write_questions(f, json_get(v, "mainEntity"));
	faq_write(f, json_get(v, "@graph"), nested + 1);
}

void document_faq(struct document_writer *w, struct str json)
{
	struct faq f = { .w = w, .pool = pool_new() };
	struct explain why;
	const struct json *v;
	f.shown = pool_str(f.pool, buf_str(&w->text));
	if (json_parse(f.pool, json, &v, &why) == ERR_OK)
		faq_write(&f, v, 0);
	pool_free(f.pool);
}
