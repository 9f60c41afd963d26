/*
 * records.c - the rings behind /control/requests, /control/deliveries, /control/inbound, /control/webhooks and
 * /control/llm/requests.
 *
 * Owns a copy of every record, one block each with its texts behind it. Never grows past its bounds: the oldest entries
 * go. Looking something up by its id walks back from the newest, at most LOOK_BACK entries, so that a full ring does
 * not slow a send down.
 */
#include "simulator/state/records.h"

#include "simulator/state/sim-memory.h"

#define RING_ENTRIES_MAX 200000
#define RING_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define LOOK_BACK 20000

struct record_shape {
	void (*write)(struct json_writer *w, const void *record); /* its members */
	size_t size;
	size_t n_texts;
	size_t texts[10]; /* offsets of struct str members */
};

static void write_request(struct json_writer *w, const void *record)
{
	const struct request_record *r = record;

	json_member_i64(w, "at_ms", r->at_ms);
	json_member_str(w, "method", r->method);
	json_member_str(w, "path", r->path);
	json_member_str(w, "body", r->body);
	json_member_i64(w, "status", r->status);
	json_member_str(w, "outcome", str_of(r->outcome));
}

void records_write_buttons(struct json_writer *w, struct str buttons)
{
	if (str_is_empty(buttons))
		return;
	json_key(w, "buttons");
	json_begin_array(w);
	while (buttons.p)
		json_write_str(w, str_take_until(&buttons, '\n'));
	json_end_array(w);
}

static void records_write_delivery(struct json_writer *w, const void *record)
{
	const struct delivery_record *r = record;

	json_member_i64(w, "at_ms", r->at_ms);
	json_member_str(w, "phone_number_id", r->phone_number_id);
	json_key(w, "to");
	json_write_str(w, r->to);
	json_key(w, "user_id");
	json_write_str(w, r->user_id);
	json_member_str(w, "type", r->type);
	json_member_str(w, "text", r->text);
	json_member_str(w, "wamid", r->wamid);
	json_key(w, "tag");
	json_write_str(w, r->tag);
	records_write_buttons(w, r->buttons);
	json_member_str(w, "media", r->media);
	json_member_str(w, "topic", r->topic);
}

static void records_write_inbound(struct json_writer *w, const void *record)
{
	const struct inbound_record *r = record;

	json_member_i64(w, "at_ms", r->at_ms);
	json_member_str(w, "phone_number_id", r->phone_number_id);
	json_key(w, "from");
	json_write_str(w, r->from);
	json_key(w, "user_id");
	json_write_str(w, r->user_id);
	json_member_str(w, "type", r->type);
	json_member_str(w, "text", r->text);
	json_member_str(w, "wamid", r->wamid);
	json_member_i64(w, "status", r->webhook_status);
	json_member_bool(w, "read", r->read);
	json_member_str(w, "media", r->media);
}

static void write_webhook(struct json_writer *w, const void *record)
{
	const struct webhook_record *r = record;

	json_member_i64(w, "at_ms", r->at_ms);
	json_member_str(w, "phone_number_id", r->phone_number_id);
	json_member_str(w, "kind", str_of(r->kind));
	json_member_str(w, "what", r->what);
	json_member_i64(w, "status", r->status);
	json_member_i64(w, "attempts", r->attempts);
	json_member_i64(w, "took_us", r->took_us);
}

static void write_llm(struct json_writer *w, const void *record)
{
	const struct llm_record *r = record;

	json_member_i64(w, "at_ms", r->at_ms);
	json_member_i64(w, "answered_ms", r->answered_ms);
	json_member_i64(w, "in_flight", r->in_flight);
	json_member_str(w, "method", r->method);
	json_member_str(w, "path", r->path);
	json_member_str(w, "key", str_of(r->key));
	json_key(w, "headers");
	json_write_raw(w, r->headers);
	json_key(w, "body");
	json_write_raw(w, r->body.n ? r->body : STR("null"));
	json_member_i64(w, "status", r->status);
	json_member_str(w, "outcome", str_of(r->outcome));
	json_member_i64(w, "rule", r->rule);
}

static const struct record_shape request_shape = { write_request, sizeof(struct request_record), 3,
	{ offsetof(struct request_record, method), offsetof(struct request_record, path),
		offsetof(struct request_record, body) } };
static const struct record_shape delivery_shape = { records_write_delivery, sizeof(struct delivery_record), 10,
	{ offsetof(struct delivery_record, phone_number_id), offsetof(struct delivery_record, to),
		offsetof(struct delivery_record, user_id), offsetof(struct delivery_record, type),
		offsetof(struct delivery_record, text), offsetof(struct delivery_record, wamid),
		offsetof(struct delivery_record, tag), offsetof(struct delivery_record, buttons),
		offsetof(struct delivery_record, media), offsetof(struct delivery_record, topic) } };
static const struct record_shape inbound_shape = { records_write_inbound, sizeof(struct inbound_record), 8,
	{ offsetof(struct inbound_record, phone_number_id), offsetof(struct inbound_record, from),
		offsetof(struct inbound_record, user_id), offsetof(struct inbound_record, name),
		offsetof(struct inbound_record, type), offsetof(struct inbound_record, text),
		offsetof(struct inbound_record, wamid), offsetof(struct inbound_record, media) } };
static const struct record_shape webhook_shape = { write_webhook, sizeof(struct webhook_record), 2,
	{ offsetof(struct webhook_record, phone_number_id), offsetof(struct webhook_record, what) } };

static const struct record_shape llm_shape = { write_llm, sizeof(struct llm_record), 4,
	{ offsetof(struct llm_record, method), offsetof(struct llm_record, path), offsetof(struct llm_record, headers),
		offsetof(struct llm_record, body) } };

static struct str *shape_text(const struct record_shape *shape, void *record, size_t i)
{
	return (struct str *)(void *)((char *)record + shape->texts[i]);
}

static size_t shape_bytes(const struct record_shape *shape, const void *record)
{
	size_t bytes = shape->size;

	for (size_t i = 0; i < shape->n_texts; i++)
		bytes += ((const struct str *)(const void *)((const char *)record + shape->texts[i]))->n;
	return bytes;
}

static void *shape_copy(const struct record_shape *shape, const void *record)
{
	void *copy = memory_new(shape_bytes(shape, record));
	char *end = (char *)copy + shape->size;

	memcpy(copy, record, shape->size);
	for (size_t i = 0; i < shape->n_texts; i++) {
		struct str *text = shape_text(shape, copy, i);

		if (!text->n)
			continue;
		memcpy(end, text->p, text->n);
		text->p = end;
		end += text->n;
	}
	return copy;
}

static void ring_drop_first(struct ring *ring)
{
	void **slot = &ring->slots[ring->first % RING_ENTRIES_MAX];

	ring->bytes -= shape_bytes(ring->shape, *slot);
	free(*slot);
	*slot = NULL;
	ring->first++;
}

static int64_t ring_add(struct ring *ring, const void *record)
{
	void *copy = shape_copy(ring->shape, record);
	size_t bytes = shape_bytes(ring->shape, copy);

	while (ring->last - ring->first + 1 >= RING_ENTRIES_MAX
		|| (ring->last >= ring->first && ring->bytes + bytes > RING_BYTES_MAX))
		ring_drop_first(ring);
	ring->last++;
	ring->bytes += bytes;
	ring->slots[ring->last % RING_ENTRIES_MAX] = copy;
	*(int64_t *)copy = ring->last;
	return ring->last;
}

void *ring_find(const struct ring *ring, int64_t n)
{
	return n >= ring->first && n <= ring->last ? ring->slots[n % RING_ENTRIES_MAX] : NULL;
}

static void ring_init(struct ring *ring, const struct record_shape *shape)
{
	ring->shape = shape;
	ring->slots = memory_new(RING_ENTRIES_MAX * sizeof(*ring->slots));
	ring->first = 1;
}

static void ring_forget(struct ring *ring)
{
	for (; ring->first <= ring->last; ring->first++)
		free(ring->slots[ring->first % RING_ENTRIES_MAX]);
	ring->first = 1;
	ring->last = 0;
	ring->bytes = 0;
}

static void ring_fini(struct ring *ring)
{
	ring_forget(ring);
	free(ring->slots);
}

void records_init(struct records *records)
{
	ring_init(&records->requests, &request_shape);
	ring_init(&records->deliveries, &delivery_shape);
	ring_init(&records->inbound, &inbound_shape);
	ring_init(&records->webhooks, &webhook_shape);
	ring_init(&records->llm, &llm_shape);
}

void records_fini(struct records *records)
{
	ring_fini(&records->requests);
	ring_fini(&records->deliveries);
	ring_fini(&records->inbound);
	ring_fini(&records->webhooks);
	ring_fini(&records->llm);
}

void records_forget(struct records *records)
{
	ring_forget(&records->requests);
	ring_forget(&records->deliveries);
	ring_forget(&records->inbound);
	ring_forget(&records->webhooks);
	ring_forget(&records->llm);
}

void records_add_request(struct records *records, const struct request_record *record)
{
	ring_add(&records->requests, record);
}

void records_add_delivery(struct records *records, const struct delivery_record *record)
{
	ring_add(&records->deliveries, record);
}

int64_t records_add_inbound(struct records *records, const struct inbound_record *record)
{
	return ring_add(&records->inbound, record);
}

void records_add_webhook(struct records *records, const struct webhook_record *record)
{
	ring_add(&records->webhooks, record);
}

int64_t records_add_llm(struct records *records, const struct llm_record *record)
{
	return ring_add(&records->llm, record);
}

const struct delivery_record *records_find_delivery(const struct records *records, struct str wamid)
{
	const struct ring *ring = &records->deliveries;

	for (int64_t n = ring->last; n >= ring->first && n > ring->last - LOOK_BACK; n--) {
		const struct delivery_record *record = ring_find(ring, n);

		if (record && str_equal(record->wamid, wamid))
			return record;
	}
	return NULL;
}

const struct inbound_record *records_find_inbound(const struct records *records, struct str wamid)
{
	const struct ring *ring = &records->inbound;

	for (int64_t n = ring->last; n >= ring->first && n > ring->last - LOOK_BACK; n--) {
		const struct inbound_record *record = ring_find(ring, n);

		if (record && str_equal(record->wamid, wamid))
			return record;
	}
	return NULL;
}

static bool is_same_person(const struct inbound_record *a, const struct inbound_record *b)
{
	if (!str_equal(a->phone_number_id, b->phone_number_id))
		return false;
	return (a->user_id.n && str_equal(a->user_id, b->user_id)) || (a->from.n && str_equal(a->from, b->from));
}

const struct inbound_record *records_mark_read(struct records *records, struct str wamid)
{
	const struct ring *ring = &records->inbound;
	const struct inbound_record *found = NULL;

	for (int64_t n = ring->last; n >= ring->first && n > ring->last - LOOK_BACK; n--) {
		struct inbound_record *record = ring_find(ring, n);

		if (!record)
			continue;
		if (!found && str_equal(record->wamid, wamid))
			found = record;
		if (found && is_same_person(found, record)) {
			if (record->read)
				break;
			record->read = true;
		}
	}
	return found;
}

void ring_write(struct json_writer *w, const struct ring *ring, int64_t since, int64_t limit)
{
	int64_t begin = since + 1 > ring->first ? since + 1 : ring->first;

	json_begin_array(w);
	for (int64_t n = begin; n <= ring->last && n - begin < limit; n++) {
		const void *record = ring_find(ring, n);

		if (!record)
			continue;
		json_begin_object(w);
		json_member_i64(w, "n", n);
		ring->shape->write(w, record);
		json_end_object(w);
	}
	json_end_array(w);
}
