/*
 * ring-text.c - what a call says. Owns the sentences; knows neither browsers nor e-mails.
 */
#include "outbox/notify/ring-text.h"

#include "core/buf.h"
#include "core/text/reason.h"

#include <stdio.h>
#include <string.h>

#define TITLE_MAX_BYTES 2000
#define COUNTED 100 /* the limit in deskbell_ring_text */

static const struct {
	const char *kind, *title;
	bool is_conversation; /* the customer's last message is shown */
} ring_titles[] = {
	{ "waiting", T("{who} is waiting"), true },
	{ "window", T("Less than an hour left to answer {who}"), true },
	{ "mine", T("{who} has written to you"), true },
	{ "assigned", T("You have been given {who}"), true },
	{ "mention", T("A note about {who} mentions you"), false },
	{ "lead", T("Hot lead: {who}"), false },
	{ "channel", T("{who} does not send any more"), false },
	{ "summary", T("Conversations that wait: {n}"), false },
	{ "test", T("Deskbell can notify you here"), false },
};
#define RING_TITLES (sizeof(ring_titles) / sizeof(ring_titles[0]))

static size_t ring_text_row(struct str kind)
{
	size_t i = 0;
	while (i < RING_TITLES - 1 && !str_equal(kind, str_of(ring_titles[i].kind)))
		i++;
	return i;
}

/* What channels are called is no word of a language. */
static struct str ring_text_who(const struct translation *t, const struct ring_text *ring)
{
	if (str_equal(ring->kind, STR("channel")))
		return str_equal(ring->who, STR("whatsapp")) ? STR("WhatsApp") : STR("Telegram");
	return str_is_empty(ring->who) ? str_of(translation_find(t, T("A customer"))) : ring->who;
}

struct str ring_title(struct pool *pool, const struct translation *t, const struct ring_text *ring)
{
	const char *text = translation_find(t, ring_titles[ring_text_row(ring->kind)].title);
	struct buf out;
	buf_init(&out, TITLE_MAX_BYTES);
	while (*text) {
		size_t n = strcspn(text, "{"), name = text[n] ? strcspn(text + n, "}") : 0;
		buf_add(&out, text, n);
		if (name && text[n + 1] == 'n')
			buf_addf(&out, "%lld%s", (long long)(ring->waiting < COUNTED ? ring->waiting : COUNTED - 1),
				ring->waiting < COUNTED ? "" : "+");
		else if (name)
			buf_add_str(&out, ring_text_who(t, ring));
		text += n + (name ? name + 1 : 0);
	}
	return pool_take(pool, &out);
}

struct str ring_body(struct pool *pool, const struct translation *t, const struct ring_text *ring)
{
	if (str_equal(ring->kind, STR("channel")))
		return reason_whole(pool, t, ring->what);
	if (str_is_empty(ring->what))
		return ring_titles[ring_text_row(ring->kind)].is_conversation
			       ? str_of(translation_find(t, T("A picture, a voice note or a document")))
			       : STR("");
	return ring->what;
}
