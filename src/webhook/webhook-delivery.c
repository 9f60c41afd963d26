/*
 * webhook-delivery.c - a webhook delivery while it is received, whatever the platform.
 *
 * Knows no payload and no signature. Commit first, then 200; whatever could not be stored is 503, and every platform
 * delivers that again.
 */
#include "webhook/webhook-delivery.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/text/reason.h"
#include "domain/work/autostart.h"
#include "webhook/webhook-log.h"

#define LARGE_BYTES (256u << 10)      /* of a body */
#define LARGE_VALUES_BYTES (1u << 20) /* of what is parsed */
#define NEVER_LARGE_BYTES 4096        /* no body that is smaller has so many values */

void webhook_delivery_init(struct webhook_delivery *r, struct app *app, struct request *request, const char *platform)
{
	*r = (struct webhook_delivery){ .app = app, .request = request, .platform = platform };
	inbound_list_init(&r->items);
}

static void webhook_delivery_log(
	struct webhook_delivery *r, const struct channel *channel, bool accepted, const char *reason)
{
	webhook_log_add(r->app->log, &(struct webhook_log_entry){ .org_id = channel ? channel->org_id : 0,
					     .channel_id = channel ? channel->id : 0,
					     .platform = r->platform,
					     .kind = "delivery",
					     .accepted = accepted,
					     .reason = reason,
					     .remote_address = r->request->remote_address });
}

void webhook_delivery_refuse(struct webhook_delivery *r, const struct channel *channel, const char *reason)
{
	webhook_delivery_log(r, channel, false, reason);
}

void webhook_delivery_note(struct webhook_delivery *r, const struct channel *channel, const char *reason)
{
	webhook_delivery_log(r, channel, true, reason);
}

static void respond_again(struct response *response)
{
	respond_text(response, 503, STR("not stored: deliver it again\n"));
	response_header(response, "Retry-After", STR("1"));
}

/* Costs no more than the signature: what is refused has not been taken apart. */
static bool delivery_enter(struct webhook_delivery *r, const struct channel *channel, struct response *response)
{
	if (!channel)
		return true;
	if (!intake_enter(r->app->intake, channel->org_id)) {
		webhook_delivery_refuse(r, channel, CODE(webhook_over_share));
		respond_again(response);
		return false;
	}
	r->inside_org = channel->org_id;
	return true;
}

bool webhook_delivery_begin_parsing(
	struct webhook_delivery *r, const struct channel *channel, struct str body, struct response *response)
{
	if (!delivery_enter(r, channel, response))
		return false;
	r->large = body.n > LARGE_BYTES
		   || (body.n > NEVER_LARGE_BYTES && json_values_bytes(body, LARGE_VALUES_BYTES) == LARGE_VALUES_BYTES);
	if (r->large)
		pthread_mutex_lock(&r->app->large);
	return true;
}

void webhook_delivery_end_parsing(struct webhook_delivery *r)
{
	if (r->large)
		pthread_mutex_unlock(&r->app->large);
	if (r->inside_org)
		intake_leave(r->app->intake, r->inside_org);
	r->large = false;
	r->inside_org = 0;
}

static struct inbound *delivery_add(struct webhook_delivery *r, const struct channel *channel, enum inbound_op op)
{
	struct inbound *item = inbound_add(&r->items, r->request->pool, op);
	item->org_id = channel->org_id;
	item->channel_id = channel->id;
	item->platform = r->platform;
	return item;
}

void webhook_delivery_verify(struct webhook_delivery *r, const struct channel *channel)
{
	if (channel->pending)
		delivery_add(r, channel, INBOUND_VERIFIED);
}

void webhook_delivery_keep_unreadable(
	struct webhook_delivery *r, const struct channel *channel, struct str body, const char *reason)
{
	struct inbound *item = delivery_add(r, channel, INBOUND_QUARANTINE);
	item->kind = STR("payload");
	item->reason = str_of(reason);
	item->payload = body;
}

struct autostart {
	const struct app *app;
	enum autostart_need need;
};

static void delivery_autostart(void *arg)
{
	const struct autostart *k = arg;
	autostart_sender(k->app->conf, k->app->own_path, k->need);
}

void webhook_delivery_store(struct webhook_delivery *r, struct response *response)
{
	struct intake_result result = { .autostart = AUTOSTART_NONE };
	int64_t began = clock_mono_us();
	enum err e = r->items.n ? intake_store(r->app->intake, &r->items, &result) : ERR_OK;
	if (e != ERR_OK) {
		LOG_ERROR("webhook.not_stored", F_CSTR("platform", r->platform), F_INT("items", r->items.n),
			F_CSTR("error", err_info(e)->name));
		respond_again(response);
		return;
	}
	LOG_DEBUG("webhook.stored", F_CSTR("platform", r->platform), F_INT("items", r->items.n),
		F_INT("group", result.group), F_INT("took_us", clock_mono_us() - began));
	respond_text(response, 200, STR(""));
	struct autostart *k = pool_new_of(r->request->pool, struct autostart);
	*k = (struct autostart){ .app = r->app, .need = result.autostart };
	response->after = delivery_autostart;
	response->after_arg = k;
}
