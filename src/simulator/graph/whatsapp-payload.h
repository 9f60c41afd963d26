/*
 * whatsapp-payload.h - the bodies of WhatsApp webhooks ("Webhooks", "Status messages webhook", "Business-scoped user
 * IDs").
 */
#ifndef DESKBELL_SIMULATOR_GRAPH_WHATSAPP_PAYLOAD_H
#define DESKBELL_SIMULATOR_GRAPH_WHATSAPP_PAYLOAD_H

#include "core/json/json.h"
#include "simulator/state/sim-channels.h"

/* A person as the platform names them: absent parts are left out of a payload, not empty. Phone without '+'. */
struct whatsapp_person {
	struct str phone, user_id, name;
};

struct whatsapp_status {
	const char *status;
	struct str wamid, tag;
	int64_t timestamp_s;
	bool priced;
	int64_t failed_code; /* for "failed" */
};

/* What a person sends. Its content is the first of these three that there is. */
struct whatsapp_message {
	struct str wamid;
	int64_t timestamp_s;
	int64_t error_code;        /* why Meta could not take it from the person; 0: it could */
	const struct json *object; /* its members come on top of from, id and timestamp; NULL: it is a text */
	struct str text;
};

/* One message from `person`. */
void whatsapp_payload_message(struct buf *out, const struct channel *channel, const struct whatsapp_person *person,
	const struct whatsapp_message *message);
/* One payload with `n` statuses about messages to `person`. */
void whatsapp_payload_statuses(struct buf *out, const struct channel *channel, const struct whatsapp_person *person,
	const struct whatsapp_status *statuses, unsigned n);

#endif
