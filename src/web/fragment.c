/*
 * fragment.c - the part of a page that it asks for every two seconds.
 *
 * While nothing has changed the answer is 304, and nothing is loaded or rendered to find that out: a stamp is a few
 * numbers that the database can tell quickly (sql/queries/inbox.sql), and the ETag is the digest of it together with
 * whatever else decides what is shown. A stamp is taken before what it stands for is read: a change between the two is
 * answered twice and never missed. What a stamp does not see (a colleague's new name, the clock) is there when STAMP_MS
 * are over.
 */
#include "web/desk.h"

#define STAMP_MS 30000

struct json_writer *fragment_begin(struct visit *v, const char *name, const char *nav)
{
	v->fragment = true;
	return page_begin(v, name, nav, "");
}

static struct str digest_of(struct pool *pool, struct str text)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf hex;
	crypt_sha256(text, digest);
	buf_init(&hex, 2 * CRYPT_SHA256_BYTES);
	for (int i = 0; i < CRYPT_SHA256_BYTES / 2; i++)
		buf_addf(&hex, "%02x", digest[i]);
	struct str out = pool_str(pool, buf_str(&hex));
	buf_fini(&hex);
	return out;
}

/* Everything that a fragment shows besides what the stamp stands for. */
static void add_surroundings(struct visit *v, struct buf *text)
{
	const struct caller *c = &v->caller;
	struct str query = v->request->query;
	buf_addf(text, "%d %d %lld %d %s %.*s %lld %.*s\n", (int)v->answer, (int)c->kind, (long long)c->id, (int)c->role,
		v->locale.language, (int)c->bot_mode.n, c->bot_mode.p ? c->bot_mode.p : "",
		(long long)(v->locale.now_ms / STAMP_MS), (int)query.n, query.p ? query.p : "");
	for (int i = 0; i < DESK_COUNTS; i++)
		buf_addf(text, "%.*s\n", (int)db_str(v->counts, 0, i).n,
			db_str(v->counts, 0, i).p ? db_str(v->counts, 0, i).p : "");
}

enum err fragment_stamp(struct visit *v, struct str stamp)
{
	struct buf text;
	enum err e = page_load_counts(v);
	if (e != ERR_OK)
		return e;
	buf_init(&text, 64 << 10);
	add_surroundings(v, &text);
	buf_add_str(&text, stamp);
	e = text.err;
	if (e == ERR_OK)
		v->stamp = digest_of(v->pool, buf_str(&text));
	buf_fini(&text);
	return e;
}

bool fragment_is_known(struct visit *v)
{
	return visit_has(v, v->stamp);
}

enum err fragment_end(struct visit *v)
{
	enum err e = page_end(v, 200);
	if (e == ERR_OK)
		(void)visit_not_modified(v, v->stamp);
	return e;
}
