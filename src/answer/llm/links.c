/*
 * links.c - rewrites an answer so that it points only to what stands in its sources. Pure.
 *
 * Owns what is done with each thing that was found: kept, repaired, taken out with the brackets around it, or made
 * harmless by a space. The rest of the text stays as it is, byte by byte.
 */
#include "answer/llm/links.h"

#include "answer/llm/link-parts.h"
#include "core/buf.h"

struct writer {
	struct pool *pool;
	const struct skeleton *g;
	const struct links_known *known;
	struct buf out;
	struct links_result *result;
};

static uint32_t last_of(const struct buf *out)
{
	return out->len ? (unsigned char)out->data[out->len - 1] : 0;
}

static void drop_last_while(struct buf *out, const char *set)
{
	while (out->len > 0 && strchr(set, out->data[out->len - 1]))
		buf_truncate(out, out->len - 1);
}

static bool links_ends_sentence(uint32_t c)
{
	return c == 0 || c == '\n' || (c < 0x80 && strchr(".!?", (int)c));
}

static const struct {
	const char *open;
	uint32_t close;
} brackets[] = { { "(", ')' }, { "[", ']' }, { "<", '>' }, { "{", '}' }, { "\"", '"' }, { "'", '\'' },
	{ "\xC2\xAB", 0xBB }, { "\xE2\x80\x9C", 0x201D }, { "\xE2\x80\x9E", 0x201C }, { "\xE2\x80\x98", 0x2019 } };

/* Takes one pair that now holds nothing. */
static bool drop_brackets(struct writer *w, size_t *at)
{
	for (size_t i = 0; i < sizeof(brackets) / sizeof(brackets[0]); i++) {
		struct str open = str_of(brackets[i].open);
		if (w->g->c[*at] == brackets[i].close && str_has_suffix(buf_str(&w->out), open)) {
			buf_truncate(&w->out, w->out.len - open.n);
			++*at;
			return true;
		}
	}
	return false;
}

/* Leaves the sentence readable: no empty brackets, no two spaces, no colon that announces nothing. Returns where the
 * text goes on. */
static size_t leave_out(struct writer *w, size_t at)
{
	w->result->removed++;
	do
		drop_last_while(&w->out, " ");
	while (drop_brackets(w, &at));
	while (w->g->c[at] == ' ')
		at++;
	if (links_ends_sentence(w->g->c[at]))
		drop_last_while(&w->out, " :,;-");
	else if (w->out.len > 0 && last_of(&w->out) != '\n' && last_of(&w->out) != '('
		 && !(w->g->c[at] < 0x80 && strchr(",;:)]", (int)w->g->c[at])))
		buf_add_char(&w->out, ' ');
	if (w->out.len == 0 || last_of(&w->out) == '\n')
		while (w->g->c[at] && w->g->c[at] != '\n'
			&& strchr(" .,;:!?)", (int)(w->g->c[at] < 0x80 ? w->g->c[at] : 'x')))
			at++;
	return at;
}

static size_t put_link(struct writer *w, const struct link *link, const struct link_span *span, bool cut)
{
	struct str written = skeleton_source(w->g, span->from, span->to);
	size_t at = span->to;

	if (str_equal(written, link->shown))
		w->result->kept++;
	else
		w->result->repaired++;
	buf_add_str(&w->out, link->shown);
	if (cut && (w->g->c[at] == 0x2026 || (w->g->c[at] == '.' && w->g->c[at + 1] == '.')))
		while (w->g->c[at] == 0x2026 || w->g->c[at] == '.')
			at++;
	return at;
}

/* "here.Then" gets its space. */
static size_t put_words(struct writer *w, const struct link_span *span)
{
	for (size_t i = span->from; i < span->to; i++) {
		buf_add_str(&w->out, skeleton_source(w->g, i, i + 1));
		if (w->g->c[i] == '.')
			buf_add_char(&w->out, ' ');
	}
	return span->to;
}

/* Files, which no app takes for a host. */
static bool is_file(struct str name)
{
	static const char *const endings[] = { ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".jpg", ".jpeg", ".png",
		".txt", ".js" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct str ending = str_of(endings[i]);
		if (name.n > ending.n && str_equal_nocase((struct str){ name.p + name.n - ending.n, ending.n }, ending))
			return true;
	}
	return false;
}

/* The part before the first letter beyond ASCII: scripts without spaces go on right behind a link. */
static bool without_neighbour(struct writer *w, const struct link_span *span, struct link_span *out)
{
	*out = *span;
	for (out->to = span->from; out->to < span->to && w->g->c[out->to] < 0x80;)
		out->to++;
	return span->kind == LINK_WEB && out->to > span->from && out->to < span->to;
}

static const struct link *links_find_known(struct writer *w, const struct link_span *span, bool *cut)
{
	struct link link = link_parse(w->pool, w->g, span);

	return links_find(w->known, &link, cut);
}

static size_t links_put_number(struct writer *w, const struct link_span *span)
{
	size_t to = links_known_number_end(w->known, w->g, span);

	if (to == span->from)
		return leave_out(w, span->to);
	w->result->kept++;
	buf_add_str(&w->out, skeleton_source(w->g, span->from, to));
	return to;
}

/* In no source as a link, and yet nothing new: a file's name, "tel:112" where a source has the number. */
static bool is_harmless(struct writer *w, const struct link_span *span)
{
	struct link link = link_parse(w->pool, w->g, span);

	return span->kind == LINK_NAME ? is_file(link.shown) : links_knows_short_number(w->known, &link);
}

static size_t put_found(struct writer *w, const struct link_span *span)
{
	struct link_span shorter;
	bool cut = false;

	if (span->kind == LINK_NUMBER)
		return links_put_number(w, span);
	const struct link *known = links_find_known(w, span, &cut);
	if (known)
		return put_link(w, known, span, cut);
	if (without_neighbour(w, span, &shorter) && (known = links_find_known(w, &shorter, &cut)) != NULL && !cut) {
		size_t at = put_link(w, known, &shorter, false);
		buf_add_char(&w->out, ' ');
		return at;
	}
	if (is_harmless(w, span)) {
		buf_add_str(&w->out, skeleton_source(w->g, span->from, span->to));
		return span->to;
	}
	return span->kind == LINK_NAME && !link_name_is_host(w->g, span) ? put_words(w, span) : leave_out(w, span->to);
}

struct links_result links_check(struct pool *pool, struct str text, const struct str *sources, int n_sources)
{
	struct links_result result = { .kept = 0 };
	struct pool *own = pool_new();
	struct links_known known = links_known_of(own, sources, n_sources);
	struct skeleton g = skeleton_of(own, text);
	struct writer w = { .pool = own, .g = &g, .known = &known, .result = &result };
	struct link_span span;
	size_t at = 0;

	buf_init(&w.out, SIZE_MAX);
	while (link_scan(&g, at, &span)) {
		if (span.from < at) /* it begins with slashes that are written already */
			span.from = at;
		buf_add_str(&w.out, skeleton_source(&g, at, span.from));
		at = put_found(&w, &span);
	}
	buf_add_str(&w.out, skeleton_source(&g, at, g.n));
	result.text = pool_str(pool, str_trim(buf_str(&w.out)));
	buf_fini(&w.out);
	pool_free(own);
	return result;
}
