/*
 * document-html.c - HTML pages, read by libxml2's HTML parser; the only file that knows it.
 *
 * The page becomes a tree, which is walked without recursion; a table says what each element means. Menus, headers,
 * footers and side columns go, unless nothing would be left. Tables made for layout are told from tables of data by
 * what stands in their cells. Owns the tree while it walks.
 *
 * Hostile input: nothing is fetched and the HTML parser knows no entities but HTML's own; depth and the number of one
 * element's attributes, in both of which libxml2 is quadratic, are bounded before and while it parses, and so is the
 * number of elements, which is memory.
 */
#include "documents/document-parts.h"

#include "core/text/reason.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>

#define DEPTH_MAX 512
#define ELEMENTS_MAX 150000 /* some 105 MB as a tree when each is a link */
#define ATTRIBUTES_MAX 256
#define CHARSET_WITHIN_BYTES 4096
#define CHROME_MARK "chrome" /* an attribute of our own */
#define MENU_WORDS 4         /* of a link in a menu, at most */
#define BLANKS " \t\r\n"
#define SEPARATORS "|/-\xc2\xb7\xbb\xa0\xe2\x80\xa2" /* and middle dots, angle quotes, bullets */
#define FAQ_SCRIPTS_MAX 20

enum meaning {
	MEANS_NOTHING, /* its content counts, it does not: span, b */
	MEANS_BLOCK,
	MEANS_HEADING,
	MEANS_ITEM,
	MEANS_LIST,
	MEANS_BREAK,
	MEANS_PRE,
	MEANS_TABLE,
	MEANS_ROW,
	MEANS_CELL,
	MEANS_LINK,
	MEANS_TERM,
	MEANS_TITLE,
	MEANS_MAIN,   /* what is in it is the page itself */
	MEANS_HEADER, /* menu and logo, unless in the page itself */
	MEANS_CHROME,
	MEANS_FORM, /* chrome, unless it holds the page itself */
	MEANS_HIDDEN
};

static const struct element {
	const char *name;
	enum meaning meaning;
} elements[] = {
	{ "a", MEANS_LINK },
	{ "address", MEANS_BLOCK },
	{ "article", MEANS_MAIN },
	{ "aside", MEANS_CHROME },
	{ "audio", MEANS_HIDDEN },
	{ "blockquote", MEANS_BLOCK },
	{ "body", MEANS_BLOCK },
	{ "br", MEANS_BREAK },
	{ "button", MEANS_HIDDEN },
	{ "canvas", MEANS_HIDDEN },
	{ "caption", MEANS_BLOCK },
	{ "center", MEANS_BLOCK },
	{ "datalist", MEANS_HIDDEN },
	{ "dd", MEANS_BREAK },
	{ "details", MEANS_BLOCK },
	{ "dialog", MEANS_CHROME },
	{ "div", MEANS_BLOCK },
	{ "dl", MEANS_BLOCK },
	{ "dt", MEANS_TERM },
	{ "embed", MEANS_HIDDEN },
	{ "fieldset", MEANS_BLOCK },
	{ "figcaption", MEANS_BLOCK },
	{ "figure", MEANS_BLOCK },
	{ "footer", MEANS_CHROME },
	{ "form", MEANS_FORM },
	{ "h1", MEANS_HEADING },
	{ "h2", MEANS_HEADING },
	{ "h3", MEANS_HEADING },
	{ "h4", MEANS_HEADING },
	{ "h5", MEANS_HEADING },
	{ "h6", MEANS_HEADING },
	{ "header", MEANS_HEADER },
	{ "hr", MEANS_BLOCK },
	{ "iframe", MEANS_HIDDEN },
	{ "input", MEANS_HIDDEN },
	{ "label", MEANS_NOTHING },
	{ "li", MEANS_ITEM },
	{ "main", MEANS_MAIN },
	{ "math", MEANS_HIDDEN },
	{ "menu", MEANS_CHROME },
	{ "nav", MEANS_CHROME },
	{ "noframes", MEANS_HIDDEN },
	{ "noscript", MEANS_HIDDEN },
	{ "object", MEANS_HIDDEN },
	{ "ol", MEANS_LIST },
	{ "p", MEANS_BLOCK },
	{ "pre", MEANS_PRE },
	{ "script", MEANS_HIDDEN },
	{ "section", MEANS_BLOCK },
	{ "select", MEANS_HIDDEN },
	{ "style", MEANS_HIDDEN },
	{ "summary", MEANS_BLOCK },
	{ "svg", MEANS_HIDDEN },
	{ "table", MEANS_TABLE },
	{ "td", MEANS_CELL },
	{ "template", MEANS_HIDDEN },
	{ "textarea", MEANS_HIDDEN },
	{ "th", MEANS_CELL },
	{ "title", MEANS_TITLE },
	{ "tr", MEANS_ROW },
	{ "ul", MEANS_LIST },
	{ "video", MEANS_HIDDEN },
};

/* One walk over the tree. */
struct walk {
	struct document_writer *w;
	bool keep_all;     /* menus and the like too */
	int mains, pres;   /* how many of them we are in */
	int layout_tables; /* of the tables that we are in, those made for layout; counted from outside */
	int tables;
};

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct element *)element)->name);
}

static enum meaning meaning_of(const xmlNode *node)
{
	const struct element *found = bsearch(
		node->name, elements, sizeof(elements) / sizeof(elements[0]), sizeof(elements[0]), compare_name);

	return found ? found->meaning : MEANS_NOTHING;
}

/* ---- looking ahead ---- */

/* The next node of the tree below `top` in order of the text, NULL at its end. */
static const xmlNode *next_below(const xmlNode *node, const xmlNode *top)
{
	if (node->children && node->type == XML_ELEMENT_NODE)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

static bool document_html_is_one_of(const xmlNode *node, const char *const *names)
{
	for (; *names; names++)
		if (strcmp((const char *)node->name, *names) == 0)
			return true;
	return false;
}

/* Stops at the first, so that tables within tables are not gone through again and again. */
static bool holds_one_of(const xmlNode *top, const char *const *names)
{
	for (const xmlNode *n = next_below(top, top); n; n = next_below(n, top))
		if (n->type == XML_ELEMENT_NODE && document_html_is_one_of(n, names))
			return true;
	return false;
}

static bool is_layout(const xmlNode *table)
{
	static const char *const signs[] = { "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "form", "article",
		"main", "section", "nav", "dl", "pre", NULL };

	return holds_one_of(table, signs);
}

static bool is_chrome(const xmlNode *node)
{
	static const char *const page[] = { "main", "article", "h1", NULL };
	return node->properties && strcmp((const char *)node->properties->name, CHROME_MARK) == 0
	       && !holds_one_of(node, page);
}

static struct str document_html_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (strcmp((const char *)a->name, name) == 0 && a->children && !a->children->next)
			return str_of((const char *)a->children->content);
	return STR_NONE;
}

/* The words of a link's text, as far as it is text and no more elements. */
static int link_words(const xmlNode *link)
{
	int n = 0;
	for (const xmlNode *child = link->children; child; child = child->next)
		for (const char *p = child->content ? (const char *)child->content : ""; *(p += strspn(p, BLANKS)); n++)
			p += strcspn(p, BLANKS);
	return n;
}

/* A short link to another page; not what says where to write or whom to call. */
static bool is_menu_link(const xmlNode *node)
{
	struct str to = document_html_attribute(node, "href");
	return meaning_of(node) == MEANS_LINK && link_words(node) <= MENU_WORDS && !str_has_prefix(to, STR("tel:"))
	       && !str_has_prefix(to, STR("mailto:"));
}

/* Whether an item is a short link, with at most a list below it. */
static bool is_menu_item(const xmlNode *item)
{
	bool link = false;
	for (const xmlNode *child = item->children; child; child = child->next) {
		if (child->type == XML_TEXT_NODE && !str_is_empty(str_trim(str_of((const char *)child->content))))
			return false;
		if (child->type != XML_ELEMENT_NODE || meaning_of(child) == MEANS_LIST)
			continue;
		if (link || !is_menu_link(child))
			return false;
		link = true;
	}
	return link;
}

/* A list of two or more short links and nothing else. */
static bool is_menu(const xmlNode *list)
{
	int items = 0;
	for (const xmlNode *child = list->children; child; child = child->next) {
		bool counts = child->type == XML_ELEMENT_NODE;
		if (counts && (meaning_of(child) != MEANS_ITEM || !is_menu_item(child)))
			return false;
		items += counts;
	}
	return items >= 2;
}

/* Three or more such links next to each other, with nothing but separators between them. */
static bool is_row_of_links(const xmlNode *node)
{
	int links = 0;
	for (const xmlNode *child = node->children; child; child = child->next) {
		const char *text = child->type == XML_TEXT_NODE ? (const char *)child->content : NULL;
		bool counts = child->type == XML_ELEMENT_NODE && meaning_of(child) != MEANS_BREAK;
		if ((text && text[strspn(text, BLANKS SEPARATORS)]) || (counts && !is_menu_link(child)))
			return false;
		links += counts;
	}
	return links >= 3 && strcmp((const char *)node->name, "div") == 0;
}

static bool document_html_is_dropped(const struct walk *walk, const xmlNode *node, enum meaning meaning)
{
	static const char *const page[] = { "h1", "main", "article", "form", NULL };

	if (!walk->keep_all && (is_chrome(node) || is_row_of_links(node) || (meaning == MEANS_LIST && is_menu(node))))
		return true;
	switch (meaning) {
	case MEANS_HIDDEN: return true;
	case MEANS_CHROME: return !walk->keep_all;
	case MEANS_HEADER: return !walk->keep_all && walk->mains == 0;
	case MEANS_FORM: return !walk->keep_all && !holds_one_of(node, page);
	default: return false;
	}
}

/* ---- the walk ---- */

/* The parser makes one text of a title's content. */
static void take_title(struct walk *walk, const xmlNode *node)
{
	if (node->children && node->children->content)
		document_title(walk->w, str_of((const char *)node->children->content));
}

static void take_lines(struct document_writer *w, struct str text)
{
	while (text.p) {
		document_text(w, str_take_until(&text, '\n'));
		if (text.p)
			document_break(w);
	}
}

static void document_html_take_text(struct walk *walk, const xmlNode *node)
{
	struct str text = str_of((const char *)node->content);

	if (walk->pres > 0)
		take_lines(walk->w, text);
	else
		document_text(walk->w, text);
}

static bool in_data_table(const struct walk *walk)
{
	return walk->tables > walk->layout_tables;
}

static void enter_table(struct walk *walk, const xmlNode *table)
{
	walk->tables++;
	if (is_layout(table))
		walk->layout_tables = walk->tables;
	document_block(walk->w, BLOCK_PARAGRAPH, 0);
}

/* A table of data holds no other, so leaving a table leaves one that is innermost. */
static void leave_table(struct walk *walk)
{
	walk->tables--;
	if (walk->layout_tables > walk->tables)
		walk->layout_tables = walk->tables;
	document_block_end(walk->w);
}

/* Says whether to go on with what is in it. */
static bool document_html_enter(struct walk *walk, const xmlNode *node)
{
	enum meaning meaning = meaning_of(node);

	if (document_html_is_dropped(walk, node, meaning))
		return false;
	switch (meaning) {
	case MEANS_HEADING: document_block(walk->w, BLOCK_HEADING, node->name[1] - '0'); break;
	case MEANS_ITEM: document_block(walk->w, BLOCK_ITEM, 0); break;
	case MEANS_BREAK: document_break(walk->w); break;
	case MEANS_TABLE: enter_table(walk, node); break;
	case MEANS_ROW: document_block(walk->w, in_data_table(walk) ? BLOCK_ROW : BLOCK_PARAGRAPH, 0); break;
	case MEANS_CELL:
		if (in_data_table(walk))
			document_cell(walk->w);
		else
			document_block(walk->w, BLOCK_PARAGRAPH, 0);
		break;
	case MEANS_LINK: document_link_begin(walk->w); break;
	case MEANS_TITLE: take_title(walk, node); return false;
	case MEANS_PRE:
		walk->pres++;
		document_block(walk->w, BLOCK_PARAGRAPH, 0);
		break;
	case MEANS_MAIN:
		walk->mains++;
		document_block(walk->w, BLOCK_PARAGRAPH, 0);
		break;
	case MEANS_NOTHING: break;
	default: document_block(walk->w, BLOCK_PARAGRAPH, 0);
	}
	return true;
}

static void document_html_leave(struct walk *walk, const xmlNode *node)
{
	switch (meaning_of(node)) {
	case MEANS_HEADING:
	case MEANS_ITEM:
	case MEANS_LIST: document_block_end(walk->w); break;
	case MEANS_ROW:
		if (in_data_table(walk))
			document_block_end(walk->w);
		break;
	case MEANS_TABLE: leave_table(walk); break;
	case MEANS_LINK: document_link_end(walk->w, document_html_attribute(node, "href")); break;
	case MEANS_PRE:
		walk->pres--;
		document_block(walk->w, BLOCK_PARAGRAPH, 0);
		break;
	case MEANS_MAIN:
		walk->mains--;
		document_block(walk->w, BLOCK_PARAGRAPH, 0);
		break;
	case MEANS_NOTHING:
	case MEANS_BREAK:
	case MEANS_CELL:
	case MEANS_TERM: break;
	default: document_block(walk->w, BLOCK_PARAGRAPH, 0);
	}
}

static void walk_page(struct document_writer *w, const xmlNode *root, bool keep_all)
{
	struct walk walk = { .w = w, .keep_all = keep_all };
	const xmlNode *node = root;

	while (node) {
		bool element = node->type == XML_ELEMENT_NODE;
		bool inside = element && document_html_enter(&walk, node);
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			document_html_take_text(&walk, node);
		if (inside && node->children) {
			node = node->children;
			continue;
		}
		if (inside)
			document_html_leave(&walk, node);
		while (node != root && !node->next) {
			node = node->parent;
			document_html_leave(&walk, node);
		}
		node = node == root ? NULL : node->next;
	}
}

/* ---- parsing ---- */

/* What one page has asked for. */
struct bounds {
	unsigned elements;
	const char *passed; /* the bound that was, a code; NULL: none */
};

/* Of the attributes an address is kept, the type of a script, and that an element is chrome: nothing else is looked at,
 * and a tree of millions is memory. */
static void start_element(void *arg, const xmlChar *name, const xmlChar **attributes)
{
	htmlParserCtxtPtr parser = arg;
	struct bounds *bounds = parser->_private;
	const xmlChar *kept[3] = { NULL };

	if (parser->nodeNr >= DEPTH_MAX)
		bounds->passed = CODE(html_nested);
	if (bounds->elements++ >= ELEMENTS_MAX)
		bounds->passed = CODE(html_elements);
	if (bounds->passed) {
		xmlStopParser(parser);
		return;
	}
	bool script = strcmp((const char *)name, "script") == 0;
	for (; attributes && attributes[0] && !kept[0]; attributes += 2)
		if (strcmp((const char *)attributes[0], script ? "type" : "href") == 0)
			memcpy(kept, attributes, 2 * sizeof(*kept));
		else if (document_names_chrome((const char *)attributes[0], (const char *)attributes[1]))
			kept[0] = (const xmlChar *)CHROME_MARK;
	xmlSAX2StartElement(arg, name, kept);
}

/* How many attributes the largest tag has, nearly: white space outside of quotes between < and >. */
static size_t most_attributes(struct str text)
{
	size_t most = 0, n = 0;
	char quote = 0;
	bool in_tag = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (!in_tag) {
			in_tag = c == '<' && i + 1 < text.n && (text.p[i + 1] | 0x20) >= 'a'
				 && (text.p[i + 1] | 0x20) <= 'z';
			n = 0;
		} else if (quote) {
			quote = c == quote ? 0 : quote;
		} else if ((c == '"' || c == '\'') && text.p[i - 1] == '=') {
			quote = c;
		} else if (c == '>') {
			in_tag = false;
		} else if ((c == ' ' || c == '\n' || c == '\t' || c == '/') && text.p[i - 1] != c) {
			n++;
			most = n > most ? n : most;
		}
	}
	return most;
}

static enum err document_html_refuse(const char *reason, struct explain *why)
{
	return EXPLAIN(why, ERR_INVALID, page_unreadable, F_REASON("reason", str_of(reason)));
}

static enum err document_html_parse(struct str text, htmlDocPtr *out, struct explain *why)
{
	struct bounds bounds = { .passed = NULL };
	htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(text.p, (int)text.n);

	*out = NULL;
	if (!parser)
		fatal(ERR_INTERNAL, "out of memory");
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET
					   | HTML_PARSE_NODEFDTD | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC);
	parser->options |= XML_PARSE_HUGE; /* our limits are in front of its own, which would cut silently */
	parser->sax->startElement = start_element;
	parser->sax->comment = NULL;
	parser->sax->processingInstruction = NULL;
	parser->_private = &bounds;
	xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
	htmlParseDocument(parser);
	*out = parser->myDoc;
	htmlFreeParserCtxt(parser);
	if (!bounds.passed)
		return ERR_OK;
	xmlFreeDoc(*out);
	*out = NULL;
	return document_html_refuse(bounds.passed, why);
}

/* What the page gives to search engines, which it may show folded or not at all. */
static void take_faq(struct document_writer *w, const xmlNode *root)
{
	int scripts = 0;
	for (const xmlNode *n = root; n && scripts < FAQ_SCRIPTS_MAX; n = next_below(n, root)) {
		if (n->type != XML_ELEMENT_NODE || strcmp((const char *)n->name, "script") != 0 || !n->children)
			continue;
		if (!str_equal_nocase(document_html_attribute(n, "type"), STR("application/ld+json")))
			continue;
		document_faq(w, str_of((const char *)n->children->content));
		scripts++;
	}
}

static bool has_text(const struct document_writer *w, size_t before)
{
	return w->text.len > before;
}

enum err document_read_html(struct document_writer *w, struct str text, struct explain *why)
{
	size_t before = w->text.len;
	htmlDocPtr page;

	if (str_is_empty(str_trim(text)))
		return ERR_OK;
	if (most_attributes(text) > ATTRIBUTES_MAX)
		return document_html_refuse(CODE(html_attributes), why);
	enum err e = document_html_parse(text, &page, why);
	const xmlNode *root = page ? xmlDocGetRootElement(page) : NULL;
	if (root)
		walk_page(w, root, false);
	if (root && !has_text(w, before))
		walk_page(w, root, true);
	if (root)
		take_faq(w, root);
	xmlFreeDoc(page);
	return e;
}

/* ---- charset, entities ---- */

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

struct str document_html_charset(struct str bytes)
{
	static const struct str key = { "charset=", 8 };
	struct str head = { bytes.p, bytes.n < CHARSET_WITHIN_BYTES ? bytes.n : CHARSET_WITHIN_BYTES };

	for (; head.n > key.n; head.p++, head.n--) {
		if (!str_equal_nocase((struct str){ head.p, key.n }, key))
			continue;
		struct str label = { head.p + key.n, 0 }, rest = { head.p + key.n, head.n - key.n };
		if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'')) {
			label.p++;
			rest.n--;
		}
		while (label.n < rest.n && is_label_char(label.p[label.n]))
			label.n++;
		return label;
	}
	return STR_NONE;
}

static uint32_t numeric_entity(struct str digits)
{
	bool hex = digits.n > 0 && (digits.p[0] == 'x' || digits.p[0] == 'X');
	uint32_t c = 0;

	for (size_t i = hex; i < digits.n && c <= 0x10FFFF; i++) {
		char d = digits.p[i];
		c = c * (hex ? 16 : 10) + (uint32_t)(d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
	}
	return c;
}

void document_html_entity(struct document_writer *w, struct str entity)
{
	const htmlEntityDesc *found;
	char name[16];
	struct str inner = { entity.p + 1, entity.n >= 2 ? entity.n - 2 : 0 }; /* without & and ; */
	uint32_t c = 0;
	struct buf b;

	if (inner.n > 1 && inner.p[0] == '#') {
		c = numeric_entity((struct str){ inner.p + 1, inner.n - 1 });
	} else if (inner.n > 0 && inner.n < sizeof(name)) {
		memcpy(name, inner.p, inner.n);
		name[inner.n] = '\0';
		found = htmlEntityLookup((const xmlChar *)name);
		c = found ? found->value : 0;
	}
	if (c == 0) {
		document_text(w, entity);
		return;
	}
	buf_init(&b, 8);
	buf_add_utf8(&b, c);
	document_text(w, buf_str(&b));
	buf_fini(&b);
}
