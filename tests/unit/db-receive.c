/*
 * db-receive.c - what the tests of the functions in sql/ share.
 */
#include "db-receive.h"

#include "check.h"
#include "core/buf.h"
#include "db/statements.h"

#include <time.h>

static void expand(struct buf *out, struct tenant t, const char *items)
{
	buf_add_char(out, '[');
	for (const char *p = items; *p; p++) {
		if (*p == '@')
			buf_addf(out, "\"channel\":%lld,\"platform\":\"whatsapp\"", (long long)t.channel);
		else
			buf_add_char(out, *p == '\'' ? '"' : *p);
	}
	buf_add_char(out, ']');
}

struct received receive(struct tenant t, const char *fmt, ...)
{
	struct received got = { .err = ERR_OK };
	struct sql_receive_rows rows;
	struct buf items, batch;
	va_list ap;
	buf_init(&items, 16 << 20);
	buf_init(&batch, 16 << 20);
	va_start(ap, fmt);
	buf_addv(&items, fmt, ap);
	va_end(ap);
	expand(&batch, t, buf_cstr(&items));
	got.err = sql_receive(test_db, test_pool, t.org, buf_str(&batch), 0, &rows);
	if (got.err == ERR_OK) {
		struct sql_receive_row row = sql_receive_row(&rows, 0);
		got.inserted = row.inserted;
		got.statuses = row.statuses;
		got.sender_alive = row.sender_alive;
	} else {
		printf("# receive: %s\n", db_last_message(test_db));
	}
	buf_fini(&items);
	buf_fini(&batch);
	return got;
}

const char *text_from(const char *wa_id, const char *provider_id)
{
	return pool_printf(test_pool,
		"{@,'op':'message','id_kinds':['wa_id'],'id_values':['%s'],'phone':'+%s','name':'N%s','provider_id':'%"
		"s','at':%"
		"lld,"
		"'direction':'inbound','sender':'contact','kind':'text','body':'hello "
		"%s','text_like':true,'wants_answer':true,'opens_window':true,'takes_over':false}",
		wa_id, wa_id, wa_id, provider_id, (long long)time(NULL), provider_id)
		.p;
}

const char *status_of(const char *provider_id, const char *status, const char *tag)
{
	const char *with_tag = tag ? pool_printf(test_pool, ",'tag':'%s'", tag).p : "";
	const char *with_error = !strcmp(status, "failed")
					 ? ",'error':{'class':'recipient','code':'131026','reason':{'code':'hot'}}"
					 : "";
	return pool_printf(test_pool, "{@,'op':'status','provider_id':'%s','status':'%s','at':1790000100%s%s}",
		provider_id, status, with_tag, with_error)
		.p;
}

int64_t conversation_of(struct tenant t, const char *wa_id)
{
	return test_number("SELECT v.id FROM conversations v JOIN contact_identities ci ON ci.org_id = v.org_id AND "
			   "ci.contact_id = v.contact_id AND ci.channel_id = v.channel_id "
			   "WHERE ci.org_id = %lld AND ci.kind = 'wa_id' AND ci.value = '%s'",
		(long long)t.org, wa_id);
}

int64_t reply_queued(struct tenant t, const char *wa_id)
{
	static int number;
	CHECK_INT(receive(t, "%s", text_from(wa_id, pool_printf(test_pool, "in-%d", ++number).p)).err, ERR_OK);
	int64_t message = test_number(
		"INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status) "
		"VALUES (%lld, %lld, %lld, 'outbound', 'bot', 'text', 'reply', 'queued') RETURNING id",
		(long long)t.org, (long long)conversation_of(t, wa_id), (long long)t.channel);
	test_do("INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag) SELECT org_id, id, "
		"channel_id, conversation_id, 'tag-' || id "
		"FROM messages WHERE id = %lld; SELECT deskbell_due(%lld, 'delivery', now()), deskbell_due(%lld, "
		"'sweep', now() + interval '30 seconds')",
		(long long)message, (long long)t.org, (long long)t.org);
	return message;
}

int64_t reply_accepted(struct tenant t, const char *wa_id, const char *provider_id)
{
	int64_t message = reply_queued(t, wa_id);
	claim_deliveries(t);
	settle(t, message, 1, "accepted", provider_id);
	return message;
}

struct str message_status(struct tenant t, int64_t message)
{
	return test_text(
		"SELECT status FROM messages WHERE org_id = %lld AND id = %lld", (long long)t.org, (long long)message);
}

struct str outbox_state(struct tenant t, int64_t message)
{
	return test_text("SELECT state FROM outbox WHERE org_id = %lld AND message_id = %lld", (long long)t.org,
		(long long)message);
}

int claim_deliveries(struct tenant t)
{
	struct sql_claim_deliveries_rows rows;
	CHECK_INT(sql_claim_deliveries(test_db, test_pool, t.org, STR("test:1"), 1000, 60, &rows), ERR_OK);
	return rows.n;
}

void expire_deliveries(struct tenant t)
{
	struct sql_expire_deliveries_rows rows;
	CHECK_INT(sql_expire_deliveries(test_db, test_pool, t.org, &rows), ERR_OK);
}

void settle(struct tenant t, int64_t message, int attempt, const char *outcome, const char *provider_id)
{
	struct sql_settle_deliveries_rows rows;
	struct str id = provider_id ? pool_printf(test_pool, ",\"provider_id\":\"%s\"", provider_id) : STR("");
	struct str list =
		pool_printf(test_pool, "[{\"message\":%lld,\"attempt\":%d,\"outcome\":\"%s\",\"delay_ms\":0%s}]",
			(long long)message, attempt, outcome, id.p);
	CHECK_INT(sql_settle_deliveries(test_db, test_pool, t.org, list, &rows), ERR_OK);
}
