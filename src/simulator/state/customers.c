/*
 * customers.c - the table of people, by number and id.
 *
 * Owns every entry until customers_forget. Never removes a single one. The table is a chained hash that doubles when it
 * is full, since a benchmark writes as a hundred thousand people.
 */
#include "simulator/state/customers.h"

#include "simulator/state/sim-memory.h"

#define PAIR_INTERVAL_MS 6000
#define PAIR_BURST 45

struct customer_slot {
	struct customer_slot *next;
	uint64_t hash;
	struct customer *customer;
	struct str number; /* the business number's id, behind the slot */
	struct str id;
};

/* Over both parts with a separator that neither holds. */
static uint64_t hash_key(struct str number, struct str id)
{
	return str_hash64(str_hash64(str_hash64(STR_HASH64, number), STR("|")), id);
}

static struct customer *find_one(const struct customers *customers, struct str number, struct str id)
{
	uint64_t hash = hash_key(number, id);
	struct customer_slot *slot;

	if (!id.n || !customers->capacity)
		return NULL;
	for (slot = customers->slots[hash & (customers->capacity - 1)]; slot; slot = slot->next)
		if (slot->hash == hash && str_equal(slot->id, id) && str_equal(slot->number, number))
			return slot->customer;
	return NULL;
}

static void table_double(struct customers *customers)
{
	size_t capacity = customers->capacity ? customers->capacity * 2 : 1024;
	struct customer_slot **slots = memory_new(capacity * sizeof(struct customer_slot *));

	for (size_t i = 0; i < customers->capacity; i++) {
		struct customer_slot *slot = customers->slots[i], *next;

		for (; slot; slot = next) {
			next = slot->next;
			slot->next = slots[slot->hash & (capacity - 1)];
			slots[slot->hash & (capacity - 1)] = slot;
		}
	}
	free(customers->slots);
	customers->slots = slots;
	customers->capacity = capacity;
}

static void customers_add_key(struct customers *customers, struct str number, struct str id, struct customer *customer)
{
	struct customer_slot *slot, **head;
	char *text;

	if (!id.n || find_one(customers, number, id))
		return;
	if (customers->n >= customers->capacity)
		table_double(customers);
	slot = memory_new(sizeof(*slot) + number.n + id.n);
	text = (char *)(slot + 1);
	memcpy(text, number.p, number.n);
	memcpy(text + number.n, id.p, id.n);
	slot->number = (struct str){ text, number.n };
	slot->id = (struct str){ text + number.n, id.n };
	slot->hash = hash_key(number, id);
	slot->customer = customer;
	head = &customers->slots[slot->hash & (customers->capacity - 1)];
	slot->next = *head;
	*head = slot;
	customers->n++;
}

static void customers_learn(char **field, struct str value)
{
	if (!value.n || (*field && str_equal(str_of(*field), value)))
		return;
	free(*field);
	*field = memory_copy(value);
}

struct customer *customers_find(
	const struct customers *customers, struct str phone_number_id, struct str phone, struct str user_id)
{
	struct customer *customer = find_one(customers, phone_number_id, phone);

	return customer ? customer : find_one(customers, phone_number_id, user_id);
}

struct customer *customers_get(
	struct customers *customers, struct str phone_number_id, struct str phone, struct str user_id, struct str name)
{
	struct customer *customer = customers_find(customers, phone_number_id, phone, user_id);

	if (!customer) {
		customer = memory_new(sizeof(*customer));
		customer->next = customers->all;
		customers->all = customer;
	}
	customers_learn(&customer->phone, phone);
	customers_learn(&customer->user_id, user_id);
	customers_learn(&customer->name, name);
	customers_add_key(customers, phone_number_id, phone, customer);
	customers_add_key(customers, phone_number_id, user_id, customer);
	return customer;
}

static void free_slots(struct customers *customers)
{
	for (size_t i = 0; i < customers->capacity; i++) {
		struct customer_slot *slot = customers->slots[i], *next;

		for (; slot; slot = next) {
			next = slot->next;
			free(slot);
		}
	}
	free(customers->slots);
}

void customers_forget(struct customers *customers)
{
	struct customer *customer = customers->all, *next;

	free_slots(customers);
	for (; customer; customer = next) {
		next = customer->next;
		free(customer->phone);
		free(customer->user_id);
		free(customer->name);
		free(customer);
	}
	*customers = (struct customers){ NULL, 0, 0, NULL };
}

bool customer_take(struct customer *customer, int64_t now_ms, int64_t interval_ms, int64_t burst)
{
	int64_t full_at_ms = customer->pair_full_at_ms > now_ms ? customer->pair_full_at_ms : now_ms;

	if (full_at_ms + interval_ms - now_ms > burst * interval_ms)
		return false;
	customer->pair_full_at_ms = full_at_ms + interval_ms;
	return true;
}

bool customer_pair_take(struct customer *customer, int64_t now_ms)
{
	return customer_take(customer, now_ms, PAIR_INTERVAL_MS, PAIR_BURST);
}
