/*
 * cmd-knowledge-import.c - `deskbellctl knowledge import`: files, pages or sites as documents, or one document a line
 * of a JSONL file.
 *
 * A document is known by its title, whatever its case: importing the same file twice changes nothing. Each file is
 * checked as a whole before anything of it is written, and written in one transaction; one that fails ends the command,
 * and those before it stay. A bad line is named by its number.
 */
#include "answer/retrieval/site-import.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#define FILE_MAX_BYTES (256u << 20)
#define LINES_MAX 100000
#define SITE_TIMEOUT_MS 60000 /* to find the pages */

const struct arg_spec ctl_knowledge_import_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "jsonl", "FILE", false, SHAPE_ANY, NULL,
		"one document a line of this file; - is standard input" },
	{ ARG_OPTION, "language", "xx", false, SHAPE_ANY, NULL,
		"the documents' language, as en, tr, pt-BR; default: the organisation's" },
	{ ARG_OPTION, "site", "ADDRESS", false, SHAPE_ANY, NULL,
		"the pages that the site's sitemap names, each fetched once; those that cannot be read are told" },
	{ ARG_OPTION, "title", "TITLE", false, SHAPE_ANY, NULL, "the title of the only document" },
	{ ARG_OPTION, "url", "ADDRESS", false, SHAPE_ANY, NULL, "a page or file on the web, fetched once" }, ARG_JSON,
	{ ARG_WORDS, "FILE", NULL, false, SHAPE_ANY, NULL,
		"files of text, Markdown, HTML or PDF; - is standard input" },
	ARG_LAST };

/* One file: its documents, and what became of them. */
struct import {
	int64_t org;
	const char *name;
	bool is_standard; /* input */
	bool is_page;     /* of a site: known by its address */
	struct knowledge_document *documents;
	size_t n, room;
	size_t *lines;                 /* where each document stands in its file; NULL: the file is one document */
	int64_t outcomes[3], passages; /* by enum knowledge_outcome */
};

static enum err cmd_knowledge_import_read_all(struct ctl *ctl, int fd, const char *name, struct buf *text)
{
	for (;;) {
		char *room = buf_reserve(text, 65536);
		ssize_t n = room ? read(fd, room, 65536) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return explain(&ctl->why, ERR_IO, "%s cannot be read: %s", name, strerror(errno));
		if (!room)
			return explain(&ctl->why, ERR_TOO_LARGE, "%s is too long: at most %u bytes are taken", name,
				FILE_MAX_BYTES);
		if (n == 0)
			return ERR_OK;
		buf_commit(text, (size_t)n);
	}
}

/* The file's bytes in the pool. */
static enum err cmd_knowledge_import_read_file(struct ctl *ctl, const char *name, struct str *out)
{
	struct buf text;
	bool standard = !strcmp(name, "-");
	int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return explain(&ctl->why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s cannot be opened: %s", name,
			strerror(errno));
	buf_init(&text, FILE_MAX_BYTES + 65536);
	enum err e = cmd_knowledge_import_read_all(ctl, fd, standard ? "standard input" : name, &text);
	if (e == ERR_OK)
		*out = pool_str(ctl->pool, buf_str(&text));
	buf_fini(&text);
	if (!standard)
		close(fd);
	return e;
}

/* As the database takes it. */
static struct str cmd_knowledge_import_clean(struct pool *pool, struct str s)
{
	struct buf out;
	buf_init(&out, 3 * s.n + 1);
	buf_add_utf8_clean(&out, s);
	return pool_take(pool, &out);
}

static enum err cmd_knowledge_import_refuse(struct ctl *ctl, const struct import *im, size_t line, const char *words)
{
	if (line)
		return explain(
			&ctl->why, ERR_INVALID, "%s, line %zu: %s. Nothing of it was imported.", im->name, line, words);
	return explain(&ctl->why, ERR_INVALID, "%s: %s. Nothing of it was imported.", im->name, words);
}

static void cmd_knowledge_import_add_document(
	struct ctl *ctl, struct import *im, struct knowledge_document d, size_t line)
{
	if (im->n == im->room) {
		size_t room = im->room ? 2 * im->room : 16;
		struct knowledge_document *documents = pool_new_array(ctl->pool, room, struct knowledge_document);
		size_t *lines = pool_new_array(ctl->pool, room, size_t);
		if (im->n) {
			memcpy(documents, im->documents, im->n * sizeof(*documents));
			memcpy(lines, im->lines, im->n * sizeof(*lines));
		}
		im->documents = documents;
		im->lines = lines;
		im->room = room;
	}
	im->lines[im->n] = line;
	im->documents[im->n++] = d;
}

/* ---- JSONL ---- */

struct titled {
	struct str title;
	size_t line;
};

/* A member that is a string or is not there; false when it is something else. */
static bool cmd_knowledge_import_take_member(struct pool *pool, const struct json *v, const char *key, struct str *out)
{
	const struct json *member = json_get(v, key);
	enum json_kind kind = json_kind(member);
	if (kind == JSON_STRING)
		*out = cmd_knowledge_import_clean(pool, json_str(member));
	return kind == JSON_STRING || kind == JSON_NULL || kind == JSON_ABSENT;
}

static enum err cmd_knowledge_import_take_line(
	struct ctl *ctl, struct import *im, struct str line, size_t number, struct str language)
{
	struct knowledge_document d = { .source = STR("jsonl"), .language = language };
	const struct json *v;
	struct explain why = { "" };
	if (json_parse(ctl->pool, line, &v, &why) != ERR_OK)
		return cmd_knowledge_import_refuse(
			ctl, im, number, pool_printf(ctl->pool, "it is no JSON: %s", why.text).p);
	if (json_kind(v) != JSON_OBJECT)
		return cmd_knowledge_import_refuse(ctl, im, number, "it must be a JSON object with title and text");
	if (!cmd_knowledge_import_take_member(ctl->pool, v, "title", &d.title)
		|| !cmd_knowledge_import_take_member(ctl->pool, v, "text", &d.text)
		|| !cmd_knowledge_import_take_member(ctl->pool, v, "language", &d.language)
		|| !cmd_knowledge_import_take_member(ctl->pool, v, "url", &d.url))
		return cmd_knowledge_import_refuse(ctl, im, number, "title, text, language and url must be strings");
	d.title = knowledge_title(ctl->pool, str_trim(d.title));
	struct str fault = knowledge_fault(ctl->pool, &d);
	if (fault.p)
		return cmd_knowledge_import_refuse(ctl, im, number, reason_cstr(ctl->pool, fault.p));
	cmd_knowledge_import_add_document(ctl, im, d, number);
	return im->n <= LINES_MAX
		       ? ERR_OK
		       : cmd_knowledge_import_refuse(ctl, im, number, "there are more lines than are taken at once");
}

/* By title, ASCII letters without case; of equal ones the earlier line first. Letters beyond ASCII are compared by the
 * database, which takes the later document. */
static int compare_titles(const void *a, const void *b)
{
	const struct titled *x = a, *y = b;
	int order = strncasecmp(x->title.p, y->title.p, x->title.n < y->title.n ? x->title.n : y->title.n);
	if (order == 0)
		order = (x->title.n > y->title.n) - (x->title.n < y->title.n);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static enum err cmd_knowledge_import_check_double(struct ctl *ctl, const struct import *im)
{
	struct titled *all = pool_new_array(ctl->pool, im->n, struct titled);
	for (size_t i = 0; i < im->n; i++)
		all[i] = (struct titled){ im->documents[i].title, im->lines[i] };
	qsort(all, im->n, sizeof(*all), compare_titles);
	for (size_t i = 1; i < im->n; i++)
		if (str_equal_nocase(all[i - 1].title, all[i].title))
			return cmd_knowledge_import_refuse(ctl, im, all[i].line,
				pool_printf(ctl->pool, "line %zu has the same title", all[i - 1].line).p);
	return ERR_OK;
}

static enum err parse_lines(struct ctl *ctl, struct import *im, struct str text, struct str language)
{
	enum err e = ERR_OK;
	for (size_t number = 1; text.p && e == ERR_OK; number++) {
		struct str line = str_trim(str_take_until(&text, '\n'));
		if (line.n)
			e = cmd_knowledge_import_take_line(ctl, im, line, number, language);
	}
	if (e == ERR_OK && im->n == 0)
		return cmd_knowledge_import_refuse(ctl, im, 0, "it is empty");
	return e == ERR_OK ? cmd_knowledge_import_check_double(ctl, im) : e;
}

/* ---- a file that is one document ---- */

static enum err parse_file(struct ctl *ctl, struct import *im, struct str bytes, struct str language)
{
	struct knowledge_document d = { .language = language };
	struct explain why = { "" };
	enum err e = knowledge_from_bytes(ctl->pool, im->is_standard ? STR_NONE : str_of(im->name), STR_NONE, bytes,
		str_of(arg_text(ctl, "title")), &d, &why);
	struct str fault = e == ERR_OK ? knowledge_fault(ctl->pool, &d) : STR_NONE;
	if (e != ERR_OK)
		return explain(&ctl->why, e, "%s: %s", im->name, why.text);
	if (fault.p)
		return cmd_knowledge_import_refuse(ctl, im, 0, reason_cstr(ctl->pool, fault.p));
	cmd_knowledge_import_add_document(ctl, im, d, 0);
	return ERR_OK;
}

/* ---- storing ---- */

static enum err cmd_knowledge_import_store(struct ctl *ctl, void *arg)
{
	struct import *im = arg;
	struct knowledge_writer *w;
	struct knowledge_stored stored;
	memset(im->outcomes, 0, sizeof(im->outcomes));
	im->passages = 0;
	enum err e = knowledge_begin(ctl->db, ctl->pool, im->org, &w);
	for (size_t i = 0; e == ERR_OK && i < im->n; i++) {
		e = (im->is_page ? knowledge_put_page : knowledge_put)(w, &im->documents[i], &stored);
		if (e == ERR_INVALID || e == ERR_TOO_LARGE)
			return cmd_knowledge_import_refuse(
				ctl, im, im->lines[i], "the database does not take the document");
		im->outcomes[stored.outcome] += e == ERR_OK;
		im->passages += e == ERR_OK ? stored.passages : 0;
	}
	if (e == ERR_OK)
		e = knowledge_end(w, &ctl->why);
	return e != ERR_OK ? e
			   : ctl_audit(ctl, im->org, "knowledge.import",
				   pool_printf(ctl->pool, "{\"added\":%lld,\"replaced\":%lld}",
					   (long long)im->outcomes[KNOWLEDGE_ADDED],
					   (long long)im->outcomes[KNOWLEDGE_REPLACED]));
}

static void cmd_knowledge_import_report(struct ctl *ctl, const struct import *im)
{
	if (arg_flag(ctl, "json")) {
		struct out_json j;
		struct json_writer *w = out_json_begin(&j);
		json_begin_object(w);
		json_member_str(w, "file", str_of(im->name));
		json_member_i64(w, "added", im->outcomes[KNOWLEDGE_ADDED]);
		json_member_i64(w, "replaced", im->outcomes[KNOWLEDGE_REPLACED]);
		json_member_i64(w, "unchanged", im->outcomes[KNOWLEDGE_UNCHANGED]);
		json_member_i64(w, "passages", im->passages);
		json_end_object(w);
		out_json_end(&j);
		return;
	}
	struct str name = out_safe(ctl->pool, str_of(im->name));
	printf("%.*s: %zu document%s: %lld added, %lld replaced, %lld unchanged; %lld new passage%s.\n", OUT_STR(name),
		im->n, im->n == 1 ? "" : "s", (long long)im->outcomes[KNOWLEDGE_ADDED],
		(long long)im->outcomes[KNOWLEDGE_REPLACED], (long long)im->outcomes[KNOWLEDGE_UNCHANGED],
		(long long)im->passages, im->passages == 1 ? "" : "s");
}

static enum err store_and_report(struct ctl *ctl, struct import *im)
{
	enum err e = ctl_transaction(ctl, im->org, cmd_knowledge_import_store, im);
	if (e == ERR_OK)
		cmd_knowledge_import_report(ctl, im);
	return e;
}

static enum err import_file(struct ctl *ctl, const char *name, bool lines, struct str language)
{
	bool is_standard = strcmp(name, "-") == 0;
	struct import im = {
		.org = arg_number(ctl, "org"), .name = is_standard ? "standard input" : name, .is_standard = is_standard
	};
	struct str bytes = STR_NONE;
	enum err e = cmd_knowledge_import_read_file(ctl, name, &bytes);
	if (e == ERR_OK)
		e = (lines ? parse_lines : parse_file)(ctl, &im, bytes, language);
	return e == ERR_OK ? store_and_report(ctl, &im) : e;
}

static enum err import_url(struct ctl *ctl, const char *url, struct str language)
{
	struct import im = { .org = arg_number(ctl, "org"), .name = url };
	struct knowledge_document d = { .language = language };
	enum err e = knowledge_from_url(
		ctl->pool, &ctl->conf, str_of(url), str_of(arg_text(ctl, "title")), 0, &d, &ctl->why);
	struct str fault = e == ERR_OK ? knowledge_fault(ctl->pool, &d) : STR_NONE;
	if (e != ERR_OK)
		return e;
	if (fault.p)
		return cmd_knowledge_import_refuse(ctl, &im, 0, reason_cstr(ctl->pool, fault.p));
	cmd_knowledge_import_add_document(ctl, &im, d, 0);
	return store_and_report(ctl, &im);
}

/* One page of a site. What cannot be read or stored is told, and the others follow. */
static enum err import_page(struct ctl *ctl, struct str url, struct str language)
{
	struct import im = { .org = arg_number(ctl, "org"), .name = url.p, .is_page = true };
	struct knowledge_document d = { .language = language };
	struct explain why = { "" };
	enum err e = knowledge_from_url(ctl->pool, &ctl->conf, url, STR_NONE, 0, &d, &why);
	struct str fault = e == ERR_OK ? knowledge_fault(ctl->pool, &d) : STR_NONE;
	if (e != ERR_OK || fault.p) {
		struct str address = out_safe(ctl->pool, url);
		fprintf(stderr, "%.*s: %s\n", OUT_STR(address), fault.p ? reason_cstr(ctl->pool, fault.p) : why.text);
		return ERR_OK;
	}
	cmd_knowledge_import_add_document(ctl, &im, d, 0);
	return store_and_report(ctl, &im);
}

static enum err import_site(struct ctl *ctl, const char *url, struct str language)
{
	struct site_pages site;
	enum err e = site_pages_find(ctl->pool, &ctl->conf, str_of(url), SITE_TIMEOUT_MS, &site, &ctl->why);
	for (int i = 0; e == ERR_OK && i < site.pages.n; i++)
		e = import_page(ctl, site.pages.urls[i], language);
	if (e == ERR_OK && site.pages.more)
		fprintf(stderr, "There are more pages; the first %d were fetched.\n", site.pages.n);
	if (e == ERR_OK && site.pages.foreign)
		fprintf(stderr, "Addresses on other hosts were left out.\n");
	return e;
}

static enum err read_language(struct ctl *ctl, struct str *out)
{
	struct sql_organization_find_rows r;
	*out = str_of(arg_text(ctl, "language"));
	if (!knowledge_is_language(*out))
		return explain(&ctl->why, ERR_USAGE, "--language must be a language tag such as en, tr or pt-BR");
	enum err e = CTL_QUERY(ctl, arg_number(ctl, "org"), sql_organization_find, arg_number(ctl, "org"), &r);
	if (e == ERR_OK && !out->n)
		*out = sql_organization_find_row(&r, 0).language;
	return e;
}

enum err ctl_knowledge_import(struct ctl *ctl)
{
	struct str language;
	const char *jsonl = arg_text(ctl, "jsonl"), *url = arg_text(ctl, "url");
	int n_words = ctl->args.n_words;
	const char *site = arg_text(ctl, "site");
	if ((n_words > 0) + (jsonl != NULL) + (url != NULL) + (site != NULL) != 1)
		return explain(&ctl->why, ERR_USAGE,
			"name either FILEs, or --jsonl FILE, or --url ADDRESS, or --site ADDRESS");
	if (arg_text(ctl, "title") && (jsonl || site || n_words > 1))
		return explain(&ctl->why, ERR_USAGE, "--title is for one document");
	enum err e = read_language(ctl, &language);
	if (e == ERR_OK && jsonl)
		return import_file(ctl, jsonl, true, language);
	if (e == ERR_OK && url)
		return import_url(ctl, url, language);
	if (e == ERR_OK && site)
		return import_site(ctl, site, language);
	for (int i = 0; e == ERR_OK && i < n_words; i++)
		e = import_file(ctl, ctl->args.words[i], false, language);
	return e;
}
