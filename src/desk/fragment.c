/*
 * fragment.c - the part of a page that it asks for every two seconds.
 *
 * While nothing has changed the answer is 304, and finding that out costs little. First by the database's snapshot,
 * which comes with the caller: when nothing at all was committed since, nothing is asked. Then by a stamp, a few
 * numbers that change with what is shown (sql/queries/inbox.sql). Both are taken before what they stand for is read: a
 * change between the two is answered twice and never missed. What a stamp does not see (a colleague's new name, the
 * clock) is there when STAMP_MS are over.
 *
 * An ETag is three digests: who asks for what, the stamp, the snapshot.
 */
#include "desk/desk.h"

#define STAMP_MS 30000
#define SNAPSHOT_MS 10000 /* who looks on is noted that often, and it is the stamp that does it */
#define DIGEST_CHARS 16

struct json_writer *fragment_begin(struct desk_request *v, const char *name, const char *nav)
{
	v->fragment = true;
	return page_begin(v, name, nav, "");
}

static struct str fragment_digest_of(struct desk_request *v, struct str text)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf hex;
	crypt_sha256(text, digest);
	buf_init(&hex, DIGEST_CHARS + 1);
	crypt_hex(&hex, (struct str){ (const char *)digest, DIGEST_CHARS / 2 });
	return pool_take(v->pool, &hex);
}

static struct str who_asks(struct desk_request *v)
{
	const struct caller *c = &v->caller;
	struct str path = v->request->path, query = v->request->query;
	return fragment_digest_of(
		v, pool_printf(v->pool, "%d %d %lld %lld %d %s %.*s %lld %.*s?%.*s", (int)v->answer, (int)c->kind,
			   (long long)c->id, (long long)c->org_id, (int)c->role, v->locale.language, (int)c->bot_mode.n,
			   c->bot_mode.p ? c->bot_mode.p : "", (long long)(v->locale.now_ms / STAMP_MS), (int)path.n,
			   path.p, (int)query.n, query.p ? query.p : ""));
}

static struct str snapshot_of(struct desk_request *v)
{
	return fragment_digest_of(v, pool_printf(v->pool, "%lld %.*s", (long long)(v->locale.now_ms / SNAPSHOT_MS),
					     (int)v->snapshot.n, v->snapshot.p ? v->snapshot.p : ""));
}

bool fragment_is_fresh(struct desk_request *v)
{
	struct str list = request_header(v->request, "HTTP_IF_NONE_MATCH"), known, who, snapshot;
	if (!list.p || !v->snapshot.p)
		return false;
	who = who_asks(v);
	snapshot = snapshot_of(v);
	while (request_next_etag(&list, &known))
		if (known.n == 3 * DIGEST_CHARS && str_has_prefix(known, who) && str_has_suffix(known, snapshot))
			return request_not_modified(v, known);
	return false;
}

enum err fragment_stamp(struct desk_request *v, struct str stamp)
{
	struct buf text;
	enum err e = page_load_counts(v);
	if (e != ERR_OK)
		return e;
	buf_init(&text, 64 << 10);
	buf_addf(&text, "%lld %lld %lld\n", (long long)v->counts->waiting, (long long)v->counts->mine,
		(long long)v->counts->newest);
	buf_add_str(&text, v->counts->newest_from);
	buf_addf(&text, "\n%d %lld ", v->bars->is_stuck, (long long)v->bars->since_ms);
	buf_add_str(&text, v->bars->platform);
	buf_add_str(&text, v->bars->reason);
	buf_add_char(&text, '\n');
	buf_add_str(&text, stamp);
	e = text.err;
	if (e == ERR_OK) {
		struct str who = who_asks(v), what = fragment_digest_of(v, buf_str(&text));
		v->stamp = pool_printf(v->pool, "%.*s%.*s", (int)who.n, who.p, (int)what.n, what.p);
	}
	buf_fini(&text);
	return e;
}

bool fragment_is_known(struct desk_request *v)
{
	struct str list = request_header(v->request, "HTTP_IF_NONE_MATCH"), known;
	while (request_next_etag(&list, &known))
		if (str_has_prefix(known, v->stamp))
			return true;
	return false;
}

static void set_etag(struct desk_request *v)
{
	struct str snapshot = snapshot_of(v);
	request_set_etag(v, pool_printf(v->pool, "%.*s%.*s", (int)v->stamp.n, v->stamp.p, (int)snapshot.n, snapshot.p));
}

bool fragment_not_modified(struct desk_request *v)
{
	if (!fragment_is_known(v))
		return false;
	set_etag(v);
	respond_text(v->response, 304, STR(""));
	return true;
}

enum err fragment_end(struct desk_request *v)
{
	enum err e = page_end(v, 200);
	if (e == ERR_OK)
		set_etag(v);
	return e;
}
