/*
 * conf.c - reads deskbell.conf and the environment.
 *
 * Owns nothing after it returns: strings live in the caller's pool. CONF_LIST becomes a table with one row a key, and
 * everything here walks that table, so a new key is one line in conf.h. Never shows the value of database.url, which
 * may hold a password, nor a line that it does not understand, which may be the rest of one; never writes a file. Every
 * failure is ERR_CONFIG with words that name the place.
 */
#include "core/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX_BYTES (1024 * 1024)
#define NAME_BYTES 128
#define SHOWN_BYTES 80
#define SAMPLE_COLUMNS 90

enum kind { KIND_TEXT, KIND_PLACE, KIND_URL, KIND_INT, KIND_CHOICE };

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *fallback; /* as it would stand in the file */
	int64_t min, max;     /* INT */
	const char *names;    /* CHOICE: "a|b|c", in the enum's order */
	const char *help;
};

static const struct key keys[] = {
#define TEXT(field, key, def, help) { key, KIND_TEXT, offsetof(struct conf, field), def, 0, 0, NULL, help },
#define PLACE(field, key, def, help) { key, KIND_PLACE, offsetof(struct conf, field), def, 0, 0, NULL, help },
#define URL(field, key, def, help) { key, KIND_URL, offsetof(struct conf, field), def, 0, 0, NULL, help },
#define INT(field, key, def, min, max, help) \
	{ key, KIND_INT, offsetof(struct conf, field), #def, min, max, NULL, help },
#define CHOICE(field, key, type, def, names, help) \
	{ key, KIND_CHOICE, offsetof(struct conf, field), def, 0, 0, names, help },
	CONF_LIST(TEXT, PLACE, URL, INT, CHOICE)
#undef TEXT
#undef PLACE
#undef URL
#undef INT
#undef CHOICE
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

/* A choice is stored through unsigned int; that holds for every enum here because none has a negative member. */
#define TEXT(field, key, def, help)
#define PLACE(field, key, def, help)
#define URL(field, key, def, help)
#define INT(field, key, def, min, max, help)
#define CHOICE(field, key, type, def, names, help) _Static_assert(sizeof(type) == sizeof(unsigned int), key);
CONF_LIST(TEXT, PLACE, URL, INT, CHOICE)
#undef TEXT
#undef PLACE
#undef URL
#undef INT
#undef CHOICE

struct reader {
	struct pool *pool;
	struct conf *out;
	struct explain *why;
	const char *place;   /* "deskbell.conf:7", or "DESKBELL_LOG_LEVEL" */
	size_t set_at[KEYS]; /* the line that set the key; 0: none did */
};

/* The row whose name is `name`, or NULL. */
static const struct key *find_key(struct str name)
{
	for (size_t i = 0; i < KEYS; i++)
		if (str_equal(name, str_of(keys[i].name)))
			return &keys[i];
	return NULL;
}

/* ---- values ---- */

static void *field_of(const struct reader *r, const struct key *key)
{
	return (char *)r->out + key->offset;
}

/* A refused value for a message: short, and nothing in it that acts on a terminal. */
static const char *conf_shown(const struct reader *r, struct str value)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	struct str head = { value.p, value.n < SHOWN_BYTES ? value.n : SHOWN_BYTES };
	for (size_t i = 0; i < head.n; i++)
		buf_add_char(&b, head.p[i] >= ' ' && head.p[i] <= '~' ? head.p[i] : '?');
	if (head.n < value.n)
		buf_add_cstr(&b, "...");
	return pool_take(r->pool, &b).p;
}

static enum err set_int(const struct reader *r, const struct key *key, struct str value)
{
	int64_t number;

	if (!str_to_i64(value, &number) || number < key->min || number > key->max)
		return explain(r->why, ERR_CONFIG, "%s: %s must be a whole number from %lld to %lld, not '%s'",
			r->place, key->name, (long long)key->min, (long long)key->max, conf_shown(r, value));
	memcpy(field_of(r, key), &number, sizeof(number));
	return ERR_OK;
}

/* "auto or off", "debug, info, warn or error" */
static const char *spoken_names(struct pool *pool, struct str names)
{
	struct str text = str_take_until(&names, '|');

	while (names.p) {
		struct str name = str_take_until(&names, '|');
		text = pool_printf(
			pool, "%.*s%s%.*s", (int)text.n, text.p, names.p ? ", " : " or ", (int)name.n, name.p);
	}
	return pool_cstr(pool, text);
}

static enum err set_choice(const struct reader *r, const struct key *key, struct str value)
{
	struct str names = str_of(key->names);

	for (unsigned int i = 0; names.p; i++) {
		if (str_equal(value, str_take_until(&names, '|'))) {
			memcpy(field_of(r, key), &i, sizeof(i));
			return ERR_OK;
		}
	}
	return explain(r->why, ERR_CONFIG, "%s: %s must be %s, not '%s'", r->place, key->name,
		spoken_names(r->pool, str_of(key->names)), conf_shown(r, value));
}

static enum err set_text(const struct reader *r, const struct key *key, struct str value)
{
	const char *text = pool_cstr(r->pool, value.p ? value : STR(""));

	memcpy(field_of(r, key), &text, sizeof(text));
	return ERR_OK;
}

/* http(s)://host with port and path. A user name or a query has no meaning for a base address, and either may be a
 * credential. */
static bool is_base_url(struct str url)
{
	struct str rest = url;

	if (!str_has_prefix(url, STR("http://")) && !str_has_prefix(url, STR("https://")))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"<>\\^`{|}@?#", url.p[i]))
			return false;
	str_take_until(&rest, '/');
	str_take_until(&rest, '/');
	struct str host = str_take_until(&rest, '/');
	return host.n > 0 && host.p[0] != ':';
}

static enum err set_url(const struct reader *r, const struct key *key, struct str value)
{
	while (str_has_suffix(value, STR("/")))
		value.n--;
	if (value.n > 0 && !is_base_url(value))
		return explain(r->why, ERR_CONFIG,
			"%s: %s must be empty or an address such as https://host.example/path, without user name, "
			"query or fragment",
			r->place, key->name);
	return set_text(r, key, value);
}

static enum err set_place(const struct reader *r, const struct key *key, struct str value)
{
	if (str_has_prefix(value, STR("~")))
		return explain(r->why, ERR_CONFIG,
			"%s: %s must be a whole path such as /home/you/%s: '~' is not replaced", r->place, key->name,
			key->name);
	return set_text(r, key, value);
}

static enum err set_value(const struct reader *r, const struct key *key, struct str value)
{
	switch (key->kind) {
	case KIND_TEXT: return set_text(r, key, value);
	case KIND_PLACE: return set_place(r, key, value);
	case KIND_URL: return set_url(r, key, value);
	case KIND_INT: return set_int(r, key, value);
	case KIND_CHOICE: return set_choice(r, key, value);
	}
	bug("%s has no kind", key->name);
}

/* ---- the file ---- */

static bool looks_like_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')
			    || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' || s.p[i] == '_' || s.p[i] == '-'))
			return false;
	return s.n > 0 && s.n < NAME_BYTES;
}

/* Levenshtein's distance: how many bytes to insert, remove or change. `b` is one of our own names. */
static size_t conf_distance(struct str a, struct str b)
{
	size_t row[NAME_BYTES];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t least = diagonal + (a.p[i - 1] != b.p[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
		}
	}
	return row[b.n];
}

/* The name that was probably meant, or NULL. */
static const char *closest_key(struct str name)
{
	const char *best = NULL;
	size_t nearest = 4;

	for (size_t i = 0; i < KEYS; i++) {
		size_t d = conf_distance(name, str_of(keys[i].name));
		if (d < nearest) {
			nearest = d;
			best = keys[i].name;
		}
	}
	return best;
}

/* What does not look like a key is not shown: it may be part of a value. */
static enum err refuse_line(const struct reader *r, struct str name)
{
	if (!looks_like_key(name))
		return explain(r->why, ERR_CONFIG, "%s: a line must be 'key = value', or a comment that starts with #",
			r->place);
	const char *meant = closest_key(name);
	return explain(r->why, ERR_CONFIG, "%s: there is no key %.*s%s%s%s", r->place, (int)name.n, name.p,
		meant ? "; did you mean " : "; 'deskbellctl conf --sample' lists all", meant ? meant : "",
		meant ? "?" : "");
}

static enum err conf_take_line(struct reader *r, struct str line, size_t number)
{
	struct str value = str_trim(line);

	if (value.n == 0 || value.p[0] == '#')
		return ERR_OK;
	r->place = pool_printf(r->pool, "%s:%zu", r->out->path, number).p;
	if (str_find_char(value, '\0') >= 0)
		return explain(r->why, ERR_CONFIG, "%s: the line holds a NUL byte", r->place);
	struct str name = str_trim(str_take_until(&value, '='));
	const struct key *key = value.p ? find_key(name) : NULL;
	if (!key)
		return refuse_line(r, value.p ? name : STR_NONE);
	size_t *set_at = &r->set_at[key - keys];
	if (*set_at)
		return explain(r->why, ERR_CONFIG, "%s: %s is already set in line %zu", r->place, key->name, *set_at);
	*set_at = number;
	return set_value(r, key, str_trim(value));
}

static enum err take_file(struct reader *r, struct str text)
{
	static const struct str byte_order_mark = { "\xEF\xBB\xBF", 3 };

	if (str_has_prefix(text, byte_order_mark)) {
		text.p += byte_order_mark.n;
		text.n -= byte_order_mark.n;
	}
	for (size_t number = 1; text.p; number++) {
		enum err e = conf_take_line(r, str_take_until(&text, '\n'), number);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* All of `path` into `out`; 0 or errno. */
static int conf_read_file(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int failure = fd < 0 ? errno : 0;

	while (fd >= 0) {
		char chunk[4096];
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			failure = errno;
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
		if (n <= 0 || out->err != ERR_OK)
			break;
	}
	if (fd >= 0)
		close(fd);
	return failure;
}

/* `named`: the user asked for this file, so it has to be there. */
static enum err load_file(struct reader *r, const char *path, bool named)
{
	struct buf text;
	enum err e = ERR_OK;

	buf_init(&text, FILE_MAX_BYTES);
	int failure = conf_read_file(path, &text);
	if (failure != 0 && (named || (failure != ENOENT && failure != ENOTDIR)))
		e = explain(r->why, ERR_CONFIG, "cannot read the configuration %s: %s", path, strerror(failure));
	else if (text.err != ERR_OK)
		e = explain(r->why, ERR_CONFIG, "the configuration %s is larger than %d bytes", path, FILE_MAX_BYTES);
	else if (failure == 0) {
		r->out->path = pool_cstr(r->pool, str_of(path));
		e = take_file(r, buf_str(&text));
	}
	buf_fini(&text);
	return e;
}

/* ---- the environment, defaults, paths ---- */

/* graph.base_url -> DESKBELL_GRAPH_BASE_URL */
static const char *variable_name(struct pool *pool, const struct key *key)
{
	char *name = pool_cstr(pool, pool_printf(pool, "DESKBELL_%s", key->name));

	for (char *p = name; *p; p++)
		*p = *p == '.' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	return name;
}

static enum err take_environment(struct reader *r)
{
	for (size_t i = 0; i < KEYS; i++) {
		r->place = variable_name(r->pool, &keys[i]);
		const char *value = getenv(r->place);
		enum err e = value ? set_value(r, &keys[i], str_trim(str_of(value))) : ERR_OK;
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static void set_defaults(struct reader *r)
{
	*r->out = (struct conf){ .path = "" };
	r->place = "default";
	for (size_t i = 0; i < KEYS; i++)
		if (set_value(r, &keys[i], str_of(keys[i].fallback)) != ERR_OK)
			bug("the default of %s is not allowed", keys[i].name);
}

/* The folder of `file`, absolute: every program has to find the same sockets, whatever folder it was started in. */
static struct str conf_folder_of(struct pool *pool, const char *file)
{
	char absolute[PATH_MAX];
	const char *slash = strrchr(file, '/');
	struct str folder = slash ? (struct str){ file, (size_t)(slash - file) } : STR(".");

	if (slash == file)
		folder = STR("/");
	if (realpath(pool_cstr(pool, folder), absolute))
		return pool_str(pool, str_of(absolute));
	if (file[0] == '/' || !getcwd(absolute, sizeof(absolute)))
		return folder;
	return pool_printf(pool, "%s/%.*s", absolute, (int)folder.n, folder.p);
}

static void complete_places(struct reader *r, const char *file)
{
	struct str folder = conf_folder_of(r->pool, file);
	const char *slash = str_equal(folder, STR("/")) ? "" : "/";

	if (!r->out->run_dir[0])
		r->out->run_dir = "run";
	if (!r->out->files_dir[0])
		r->out->files_dir = "files";
	for (size_t i = 0; i < KEYS; i++) {
		const char *path;
		if (keys[i].kind != KIND_PLACE)
			continue;
		memcpy(&path, field_of(r, &keys[i]), sizeof(path));
		if (!path[0] || path[0] == '/')
			continue;
		path = pool_printf(r->pool, "%.*s%s%s", (int)folder.n, folder.p, slash, path).p;
		memcpy(field_of(r, &keys[i]), &path, sizeof(path));
	}
}

enum err conf_load(struct pool *pool, const char *path, const char *default_path, struct conf *out, struct explain *why)
{
	struct reader r = { .pool = pool, .out = out, .why = why };
	const char *from_environment = getenv("DESKBELL_CONF");
	const char *file = path ? path : from_environment && from_environment[0] ? from_environment : NULL;
	bool named = file != NULL;

	set_defaults(&r);
	if (!named)
		file = default_path ? default_path : "";
	enum err e = file[0] || named ? load_file(&r, file, named) : ERR_OK;
	if (e == ERR_OK)
		e = take_environment(&r);
	if (e == ERR_OK)
		complete_places(&r, file);
	return e;
}

/* ---- the sample ---- */

/* `text` as comment lines. A word longer than a line stands alone. */
static void add_comment(struct buf *out, struct str text)
{
	size_t column = 0;

	while (text.p) {
		struct str word = str_take_until(&text, ' ');
		if (column > 0 && column + 1 + word.n > SAMPLE_COLUMNS) {
			buf_add_char(out, '\n');
			column = 0;
		}
		buf_add_cstr(out, column ? " " : "# ");
		buf_add_str(out, word);
		column += word.n + (column ? 1 : 2);
	}
	buf_add_char(out, '\n');
}

static void add_bounds(struct buf *out, const struct key *key)
{
	struct str names = str_of(key->names);

	if (key->kind == KIND_INT)
		buf_addf(out, "# From %lld to %lld.\n", (long long)key->min, (long long)key->max);
	if (!names.p)
		return;
	buf_add_cstr(out, "# One of:");
	while (names.p) {
		struct str name = str_take_until(&names, '|');
		buf_addf(out, " %.*s%s", (int)name.n, name.p, names.p ? "," : ".\n");
	}
}

void conf_sample(struct buf *out)
{
	add_comment(out,
		STR("Deskbell's configuration: 'key = value' lines; a line that starts with # is a comment. Every key "
		    "is listed with its "
		    "default. Each can be overridden by the environment: graph.base_url by DESKBELL_GRAPH_BASE_URL. A "
		    "path that "
		    "does not begin with / is taken from the folder of this file."));
	for (size_t i = 0; i < KEYS; i++) {
		const struct key *key = &keys[i];
		buf_add_char(out, '\n');
		add_comment(out, str_of(key->help));
		add_bounds(out, key);
		buf_addf(out, "#%s =%s%s\n", key->name, key->fallback[0] ? " " : "", key->fallback);
	}
}
