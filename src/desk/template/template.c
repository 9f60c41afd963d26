/*
 * template.c - renders compiled templates.
 *
 * Owns the stack of contexts. Everything that comes from the model is escaped; nothing here can be told not to. Nesting
 * is bounded, so a partial that includes itself without end is an error and not the end of the stack.
 */
#include "desk/template/template-parts.h"

#include "core/text/translation.h"

#include <stdlib.h>

#define CONTEXTS_MAX 64
#define PARTIALS_MAX 32
#define INDENT_MAX 200

struct renderer {
	const struct template_set *set;
	const struct template_input *input;
	struct pool *pool;
	struct buf *out;
	const struct json *contexts[CONTEXTS_MAX];
	size_t n_contexts;
	const char *body; /* the template whose nodes are being rendered */
	int partials;
	struct buf indent;
};

struct template_set *template_set_new(const struct embedded_file *files, struct explain *why)
{
	struct pool *pool = pool_new();
	struct template_set *set = pool_new_of(pool, struct template_set);
	size_t n = 0;
	while (files[n].name)
		n++;
	*set = (struct template_set){ .pool = pool, .bodies = pool_new_array(pool, n + 1, struct template_body) };
	for (; set->n < n; set->n++) {
		struct str name = str_of(files[set->n].name);
		struct str source = { (const char *)files[set->n].bytes, files[set->n].n };
		if (str_has_suffix(name, STR(".mustache")))
			name.n -= strlen(".mustache");
		if (template_compile(pool, pool_cstr(pool, name), source, &set->bodies[set->n], why) != ERR_OK) {
			pool_free(pool);
			return NULL;
		}
	}
	return set;
}

void template_set_free(struct template_set *set)
{
	if (set)
		pool_free(set->pool);
}

static const struct template_body *find_body(const struct template_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->bodies[i].name, name))
			return &set->bodies[i];
	return NULL;
}

bool template_exists(const struct template_set *set, const char *name)
{
	return find_body(set, name);
}

void template_escape(struct buf *out, struct str s)
{
	static const char *const references[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"
	};
	size_t plain = 0;
	if (!s.p)
		return;
	for (size_t i = 0; i < s.n; i++) {
		const char *reference = references[(unsigned char)s.p[i]];
		if (!reference)
			continue;
		buf_add(out, s.p + plain, i - plain);
		buf_add_cstr(out, reference);
		plain = i + 1;
	}
	buf_add(out, s.p + plain, s.n - plain);
}

static bool count_true(void *arg, struct str key, const struct json *value)
{
	(void)key;
	*(int *)arg += json_bool(value, false) ? 1 : 2;
	return true;
}

/* An object that holds nothing, or one name that is true, says which of several something is (page_write_flag); and
 * what is false itself has no members that could be missing. */
static bool may_lack_members(const struct json *v)
{
	int members = 0;
	if (json_kind(v) != JSON_OBJECT)
		return v != NULL;
	json_each(v, count_true, &members);
	return members < 2;
}

/* The first part is searched from the innermost context outwards, the others only inside what it named. */
static const struct json *find_value(const struct renderer *r, const struct template_name *name)
{
	const struct json *v = NULL, *holder = NULL;
	if (name->n == 0)
		return r->contexts[r->n_contexts - 1];
	for (size_t i = r->n_contexts; i > 0 && !v; i--)
		v = json_get(r->contexts[i - 1], name->parts[0]);
	for (size_t i = 1; i < name->n && v; i++) {
		holder = v;
		v = json_get(v, name->parts[i]);
	}
	if (!v && r->input->missing && !may_lack_members(holder))
		r->input->missing(r->input->arg, r->body, name->text);
	return v;
}

static bool template_is_true(const struct json *v)
{
	switch (json_kind(v)) {
	case JSON_ABSENT:
	case JSON_NULL: return false;
	case JSON_BOOL: return json_bool(v, false);
	case JSON_INT:
	case JSON_DOUBLE: return json_double(v, 0) != 0;
	case JSON_STRING: return json_str(v).n > 0;
	case JSON_ARRAY: return json_length(v) > 0;
	case JSON_OBJECT: return true;
	}
	return false;
}

static void render_value(struct renderer *r, const struct template_name *name)
{
	const struct json *v = find_value(r, name);
	if (json_kind(v) == JSON_BOOL)
		buf_add_cstr(r->out, json_bool(v, false) ? "true" : "false");
	else
		template_escape(r->out, json_text(r->pool, v));
}

/* A translated text with {{names}}; one that is no name stays as it is. */
static void render_words(struct renderer *r, const char *id)
{
	struct str text = str_of(translation_find(r->input->translation, id));
	while (text.n) {
		const char *open = memmem(text.p, text.n, "{{", 2);
		const char *close = open ? memmem(open, text.n - (size_t)(open - text.p), "}}", 2) : NULL;
		struct template_name name;
		if (!close) {
			buf_add_str(r->out, text);
			return;
		}
		buf_add(r->out, text.p, (size_t)(open - text.p));
		struct str inner = { open + 2, (size_t)(close - open - 2) };
		if (template_name_parse(r->pool, str_trim(inner), &name))
			render_value(r, &name);
		text.n -= (size_t)(close + 2 - text.p);
		text.p = close + 2;
	}
}

static enum err render_nodes(struct renderer *r, const struct template_body *body, size_t from, size_t to);

static enum err render_with(
	struct renderer *r, const struct template_body *body, const struct node *section, const struct json *context)
{
	if (r->n_contexts == CONTEXTS_MAX)
		return ERR_INVALID;
	r->contexts[r->n_contexts++] = context;
	enum err e = render_nodes(r, body, (size_t)(section - body->nodes) + 1, section->end);
	r->n_contexts--;
	return e;
}

static enum err render_section(struct renderer *r, const struct template_body *body, const struct node *section)
{
	const struct json *v = find_value(r, &section->name);
	enum err e = ERR_OK;
	if (!template_is_true(v))
		return ERR_OK;
	if (json_kind(v) != JSON_ARRAY)
		return render_with(r, body, section, v);
	for (size_t i = 0; i < json_length(v) && e == ERR_OK; i++)
		e = render_with(r, body, section, json_at(v, i));
	return e;
}

/* A partial that does not exist is empty, as the language has it. */
static enum err render_partial(struct renderer *r, const struct node *node)
{
	const struct template_body *body = find_body(r->set, node->text.p);
	size_t indent = r->indent.len;
	if (!body)
		return ERR_OK;
	if (r->partials == PARTIALS_MAX)
		return ERR_INVALID;
	r->partials++;
	buf_add_str(&r->indent, node->indent);
	enum err e = render_nodes(r, body, 0, body->n);
	buf_truncate(&r->indent, indent);
	r->partials--;
	return e;
}

static enum err render_node(struct renderer *r, const struct template_body *body, const struct node *node)
{
	switch (node->kind) {
	case NODE_TEXT: buf_add_str(r->out, node->text); return ERR_OK;
	case NODE_INDENT: buf_add_str(r->out, buf_str(&r->indent)); return ERR_OK;
	case NODE_VALUE: render_value(r, &node->name); return ERR_OK;
	case NODE_CONTENT: buf_add_str(r->out, r->input->content); return ERR_OK;
	case NODE_WORDS: render_words(r, node->text.p); return ERR_OK;
	case NODE_SECTION: return render_section(r, body, node);
	case NODE_INVERTED:
		return template_is_true(find_value(r, &node->name))
			       ? ERR_OK
			       : render_nodes(r, body, (size_t)(node - body->nodes) + 1, node->end);
	case NODE_PARTIAL: return render_partial(r, node);
	}
	bug("unknown kind of node");
}

static enum err render_nodes(struct renderer *r, const struct template_body *body, size_t from, size_t to)
{
	enum err e = ERR_OK;
	const char *outer = r->body;
	r->body = body->name;
	for (size_t i = from; i < to && e == ERR_OK; i++) {
		const struct node *node = &body->nodes[i];
		e = render_node(r, body, node);
		if (node->kind == NODE_SECTION || node->kind == NODE_INVERTED)
			i = node->end - 1;
		if (e == ERR_OK)
			e = r->out->err;
	}
	r->body = outer;
	return e;
}

enum err template_render(
	const struct template_set *set, const char *name, const struct template_input *input, struct buf *out)
{
	const struct template_body *body = find_body(set, name);
	if (!body)
		return ERR_NOT_FOUND;
	struct renderer r = { .set = set,
		.input = input,
		.pool = pool_new(),
		.out = out,
		.contexts = { input->model },
		.n_contexts = 1 };
	buf_init(&r.indent, INDENT_MAX);
	enum err e = render_nodes(&r, body, 0, body->n);
	buf_fini(&r.indent);
	pool_free(r.pool);
	return e;
}
