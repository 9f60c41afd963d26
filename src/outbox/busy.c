/*
 * busy.c - the conversations that a sender is working on right now: a linked list inside the jobs. Owns no memory.
 */
#include "outbox/busy.h"

#include "core/buf.h"

void busy_add(struct busy_set *set, struct busy *one, int64_t org_id, int64_t conversation_id)
{
	*one = (struct busy){
		.next = set->first, .link = &set->first, .org_id = org_id, .conversation_id = conversation_id
	};
	if (one->next)
		one->next->link = &one->next;
	set->first = one;
	set->n++;
}

void busy_remove(struct busy_set *set, struct busy *one)
{
	*one->link = one->next;
	if (one->next)
		one->next->link = one->link;
	set->n--;
}

struct str busy_list(const struct busy_set *set, int64_t org_id, struct pool *pool)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	for (const struct busy *one = set->first; one; one = one->next)
		if (one->org_id == org_id)
			buf_addf(&b, "%c%lld", b.len ? ',' : '{', (long long)one->conversation_id);
	buf_add_cstr(&b, b.len ? "}" : "{}");
	return pool_take(pool, &b);
}
