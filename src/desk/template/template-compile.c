/*
 * template-compile.c - Mustache source into a row of nodes.
 *
 * Owns the grammar: tags, delimiters, which tags stand alone on their line and take it with them, where lines begin.
 * Templates are our own files, so an error is told with file and line when the program starts and nothing is served.
 * Source: mustache(5) and the specification's modules for the parts that template.h names.
 */
#include "desk/template/template-parts.h"

#define NESTING_MAX 32
#define DELIMITER_MAX 8

struct compiler {
	struct pool *pool;
	const char *name;
	struct str source;
	size_t at;
	struct str open, close; /* delimiters */
	bool line_begins;
	struct node *nodes;
	size_t n, capacity;
	size_t sections[NESTING_MAX]; /* those that are open, by node */
	size_t depth;
	struct explain *why;
};

struct tag {
	char kind;         /* # ^ / ! > = { & or v for a value */
	struct str inner;  /* trimmed, without the kind */
	size_t from, to;   /* the whole tag in the source */
	size_t line_start; /* of the line it begins on */
	bool alone;        /* nothing but white space next to it on its lines */
	size_t after_line; /* behind the line end that follows it, when it stands alone */
};

static enum err template_compile_wrong(const struct compiler *c, size_t at, const char *words)
{
	int line = 1;
	for (size_t i = 0; i < at && i < c->source.n; i++)
		line += c->source.p[i] == '\n';
	return explain(c->why, ERR_INVALID, "%s.mustache, line %d: %s", c->name, line, words);
}

static struct str template_compile_slice(struct str s, size_t from, size_t to)
{
	return (struct str){ s.p + from, to - from };
}

static struct node *template_compile_add(struct compiler *c, enum node_kind kind, struct str text)
{
	if (c->n == c->capacity) {
		struct node *old = c->nodes;
		c->capacity = c->capacity ? 2 * c->capacity : 64;
		c->nodes = pool_new_array(c->pool, c->capacity, struct node);
		for (size_t i = 0; i < c->n; i++)
			c->nodes[i] = old[i];
	}
	c->nodes[c->n] = (struct node){ .kind = kind, .text = text };
	return &c->nodes[c->n++];
}

static void begin_line(struct compiler *c)
{
	if (c->line_begins)
		template_compile_add(c, NODE_INDENT, STR_NONE);
	c->line_begins = false;
}

static void template_compile_add_text(struct compiler *c, struct str text)
{
	while (text.n) {
		ptrdiff_t end = str_find_char(text, '\n');
		size_t n = end < 0 ? text.n : (size_t)end + 1;
		begin_line(c);
		template_compile_add(c, NODE_TEXT, template_compile_slice(text, 0, n));
		c->line_begins = end >= 0;
		text = template_compile_slice(text, n, text.n);
	}
}

static bool template_compile_find(struct str s, size_t from, struct str what, size_t *at)
{
	const char *p = from <= s.n ? memmem(s.p + from, s.n - from, what.p, what.n) : NULL;
	if (p)
		*at = (size_t)(p - s.p);
	return p;
}

bool template_name_parse(struct pool *pool, struct str text, struct template_name *out)
{
	size_t n = 1;
	*out = (struct template_name){ .text = text };
	if (str_equal(text, STR(".")))
		return true;
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] <= 0x20 || strchr("{}<>&\"'", text.p[i]))
			return false;
		n += text.p[i] == '.';
	}
	const char **parts = pool_new_array(pool, n, const char *);
	out->parts = parts;
	struct str rest = text;
	while (rest.p) {
		struct str part = str_take_until(&rest, '.');
		if (str_is_empty(part))
			return false;
		parts[out->n++] = pool_cstr(pool, part);
	}
	return out->n > 0;
}

/* Whether the tag has its lines for itself: then they vanish with it. */
static void look_around(const struct compiler *c, struct tag *tag)
{
	size_t from = tag->from, to = tag->to;
	while (from > 0 && (c->source.p[from - 1] == ' ' || c->source.p[from - 1] == '\t'))
		from--;
	while (to < c->source.n && (c->source.p[to] == ' ' || c->source.p[to] == '\t'))
		to++;
	tag->line_start = from;
	bool begins = from == 0 || c->source.p[from - 1] == '\n';
	bool crlf = to + 1 < c->source.n && c->source.p[to] == '\r' && c->source.p[to + 1] == '\n';
	bool ends = to == c->source.n || c->source.p[to] == '\n' || crlf;
	tag->alone = begins && ends && strchr("#^/!>=", tag->kind);
	tag->after_line = to + (to == c->source.n ? 0 : crlf ? 2 : 1);
}

static enum err read_tag(const struct compiler *c, size_t from, struct tag *tag)
{
	size_t inner = from + c->open.n, end;
	char kind = inner < c->source.n ? c->source.p[inner] : '\0';
	struct str close = c->close;
	*tag = (struct tag){ .kind = kind && strchr("#^/!>={&", kind) ? kind : 'v', .from = from };
	if (tag->kind == '{')
		close = STR("}}}");
	if (!template_compile_find(c->source, inner, close, &end))
		return template_compile_wrong(c, from, "a tag is not closed");
	tag->to = end + close.n;
	tag->inner = str_trim(template_compile_slice(c->source, tag->kind == 'v' ? inner : inner + 1, end));
	look_around(c, tag);
	return ERR_OK;
}

/* The message id: white space at the ends gone, other runs one space. */
static struct str template_compile_collapse(struct pool *pool, struct str raw)
{
	char *out = pool_alloc(pool, raw.n + 1);
	size_t n = 0;
	raw = str_trim(raw);
	for (size_t i = 0; i < raw.n; i++) {
		bool space = raw.p[i] == ' ' || raw.p[i] == '\t' || raw.p[i] == '\n' || raw.p[i] == '\r';
		if (!space)
			out[n++] = raw.p[i];
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	out[n] = '\0';
	return (struct str){ out, n };
}

/* {{#t}}...{{/t}}: one node, whatever is inside. */
static enum err take_words(struct compiler *c, const struct tag *tag)
{
	size_t end;
	if (!str_equal(c->open, STR("{{")))
		return template_compile_wrong(c, tag->from, "words to translate need the usual delimiters");
	if (!template_compile_find(c->source, tag->to, STR("{{/t}}"), &end))
		return template_compile_wrong(c, tag->from, "{{#t}} is not closed by {{/t}}");
	struct str id = template_compile_collapse(c->pool, template_compile_slice(c->source, tag->to, end));
	for (size_t i = 0, at; template_compile_find(id, i, STR("{{"), &at); i = at + 2)
		if (at + 2 < id.n && strchr("#^/!>={&", id.p[at + 2]))
			return template_compile_wrong(c, tag->from, "words to translate may hold plain {{names}} only");
	if (str_is_empty(id))
		return template_compile_wrong(c, tag->from, "there are no words to translate");
	begin_line(c);
	template_compile_add(c, NODE_WORDS, id);
	c->at = end + strlen("{{/t}}");
	return ERR_OK;
}

static enum err take_section(struct compiler *c, const struct tag *tag)
{
	struct template_name name;
	if (!template_name_parse(c->pool, tag->inner, &name))
		return template_compile_wrong(c, tag->from, "this is no name");
	if (c->depth == NESTING_MAX)
		return template_compile_wrong(c, tag->from, "sections are nested too deeply");
	if (!tag->alone)
		begin_line(c);
	c->sections[c->depth++] = c->n;
	template_compile_add(c, tag->kind == '#' ? NODE_SECTION : NODE_INVERTED, tag->inner)->name = name;
	return ERR_OK;
}

static enum err take_end(struct compiler *c, const struct tag *tag)
{
	if (c->depth == 0)
		return template_compile_wrong(c, tag->from, "a section ends that has not begun");
	struct node *section = &c->nodes[c->sections[--c->depth]];
	if (!str_equal(section->text, tag->inner))
		return template_compile_wrong(c, tag->from, "another section ends than the last that began");
	section->end = c->n;
	return ERR_OK;
}

static enum err take_delimiters(struct compiler *c, const struct tag *tag)
{
	struct str rest = tag->inner;
	if (!str_has_suffix(rest, STR("=")))
		return template_compile_wrong(c, tag->from, "delimiters are set as {{=<% %>=}}");
	rest = str_trim(template_compile_slice(rest, 0, rest.n - 1));
	struct str open = str_take_until(&rest, ' ');
	struct str close = rest.p ? str_trim(rest) : STR_NONE;
	if (open.n == 0 || close.n == 0 || open.n > DELIMITER_MAX || close.n > DELIMITER_MAX
		|| str_find_char(close, ' ') >= 0)
		return template_compile_wrong(c, tag->from, "delimiters are set as {{=<% %>=}}");
	c->open = open;
	c->close = close;
	return ERR_OK;
}

static enum err take_value(struct compiler *c, const struct tag *tag)
{
	struct template_name name;
	bool raw = tag->kind != 'v';
	if (raw && !str_equal(tag->inner, STR("content")))
		return template_compile_wrong(c, tag->from, "only content is inserted raw");
	if (!template_name_parse(c->pool, tag->inner, &name))
		return template_compile_wrong(c, tag->from, "this is no name");
	begin_line(c);
	template_compile_add(c, raw ? NODE_CONTENT : NODE_VALUE, tag->inner)->name = name;
	return ERR_OK;
}

static enum err take_partial(struct compiler *c, const struct tag *tag)
{
	if (!tag->alone)
		begin_line(c);
	if (str_is_empty(tag->inner))
		return template_compile_wrong(c, tag->from, "a partial without a name");
	template_compile_add(c, NODE_PARTIAL, str_of(pool_cstr(c->pool, tag->inner)))->indent =
		tag->alone ? template_compile_slice(c->source, tag->line_start, tag->from) : STR("");
	return ERR_OK;
}

static enum err take_tag(struct compiler *c, const struct tag *tag)
{
	switch (tag->kind) {
	case '!': return ERR_OK;
	case '#': return str_equal(tag->inner, STR("t")) ? take_words(c, tag) : take_section(c, tag);
	case '^': return take_section(c, tag);
	case '/': return take_end(c, tag);
	case '>': return take_partial(c, tag);
	case '=': return take_delimiters(c, tag);
	default: return take_value(c, tag);
	}
}

enum err template_compile(
	struct pool *pool, const char *name, struct str source, struct template_body *out, struct explain *why)
{
	struct compiler c = { .pool = pool,
		.name = name,
		.source = source,
		.open = STR("{{"),
		.close = STR("}}"),
		.line_begins = true,
		.why = why };
	size_t from;
	while (template_compile_find(source, c.at, c.open, &from)) {
		struct tag tag;
		enum err e = read_tag(&c, from, &tag);
		if (e != ERR_OK)
			return e;
		/* Words to translate are never alone: what stands between the tags is text. */
		tag.alone = tag.alone && !(tag.kind == '#' && str_equal(tag.inner, STR("t")));
		template_compile_add_text(&c, template_compile_slice(source, c.at, tag.alone ? tag.line_start : from));
		c.at = tag.alone ? tag.after_line : tag.to;
		if ((e = take_tag(&c, &tag)) != ERR_OK)
			return e;
	}
	if (c.depth > 0)
		return template_compile_wrong(&c, source.n, "a section is not closed");
	template_compile_add_text(&c, template_compile_slice(source, c.at, source.n));
	*out = (struct template_body){ .name = name, .nodes = c.nodes, .n = c.n };
	return ERR_OK;
}
