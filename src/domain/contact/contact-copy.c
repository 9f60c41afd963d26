/*
 * contact-copy.c - the copy of everything that is stored about one contact, and its erasure.
 *
 * Owns which kinds of rows belong to a contact and their order in the copy; the objects are made in
 * sql/functions/objects.sql, which also asks for an admin; what an erasure takes is in sql/functions/erase.sql. Never
 * logs anything of what it reads. A copy that fails half-way is no copy: the caller must not hand on what is there.
 */
#include "domain/contact/contact-copy.h"

#include "core/clock.h"
#include "db/statements.h"
#include "domain/contact/contact-html.h"

static const char *const kinds[] = { "contact", "conversation", "message", "decision", "counter_example",
	"conversation_event", "lead", "quarantine" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct copying {
	struct db *db;
	int64_t org, contact;
	const struct contact_copy *to;
	int64_t objects;
};

static void copying_object(struct copying *c, size_t kind, struct str object, bool first)
{
	if (c->to->html) {
		contact_html_object(c->to, kinds[kind], object, first);
	} else {
		buf_add_cstr(c->to->out, c->objects ? ",\n" : "\n");
		buf_add_str(c->to->out, object);
	}
	c->objects++;
}

static enum err copying_flush(struct copying *c)
{
	enum err e = c->to->out->err;
	return e == ERR_OK && c->to->flush ? c->to->flush(c->to->arg) : e;
}

static enum err copying_kind(struct copying *c, size_t kind)
{
	struct pool *pool = pool_new();
	enum err e = ERR_OK;
	bool first = true;
	for (int64_t key = 0; e == ERR_OK && key >= 0; pool_reset(pool)) {
		struct sql_contact_copy_rows r;
		e = sql_contact_copy(c->db, pool, c->org, str_of(kinds[kind]), key, c->contact, &r);
		if (e != ERR_OK || r.n == 0)
			break;
		for (int i = 0; i < r.n; i++, first = false) {
			const struct sql_contact_copy_row row = sql_contact_copy_row(&r, i);
			key = row.key;
			copying_object(c, kind, row.object, first);
		}
		e = copying_flush(c);
	}
	pool_free(pool);
	return e;
}

static void copying_begin(struct copying *c, struct str at)
{
	if (c->to->html)
		contact_html_begin(c->to, at);
	else
		buf_addf(c->to->out, "{\"type\":\"contact_copy\",\"organization\":%lld,\"at\":\"%.*s\",\"objects\":[",
			(long long)c->org, (int)at.n, at.p);
}

enum err contact_copy(struct db *db, struct pool *pool, int64_t org, int64_t contact, const struct contact_copy *to)
{
	struct copying c = { .db = db, .org = org, .contact = contact, .to = to };
	char at[CLOCK_TEXT_SIZE];
	struct sql_contact_find_rows r;
	enum err e = sql_contact_find(db, pool, org, contact, &r);
	if (e == ERR_OK && r.n == 0)
		return ERR_NOT_FOUND;
	clock_format(clock_wall_ms(), at);
	if (e == ERR_OK)
		copying_begin(&c, str_of(at));
	for (size_t i = 0; e == ERR_OK && i < KINDS; i++)
		e = copying_kind(&c, i);
	if (e != ERR_OK)
		return e;
	if (to->html)
		contact_html_end(to);
	else
		buf_add_cstr(to->out, "\n]}\n");
	return copying_flush(&c);
}

enum err contact_erase(struct db *db, struct pool *pool, int64_t org, int64_t contact, struct str *receipt)
{
	struct sql_contact_erase_rows r;
	enum err e = sql_contact_erase(db, pool, org, contact, &r);
	if (e != ERR_OK)
		return e;
	*receipt = sql_contact_erase_row(&r, 0).erased;
	return receipt->p ? ERR_OK : ERR_NOT_FOUND;
}
