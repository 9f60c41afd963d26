/*
 * pager.c - pages of a list by key: no page costs more than another, whatever lies before it.
 */
#include "desk/format/pager.h"

int64_t pager_after(struct desk_request *v)
{
	int64_t after;
	return str_to_i64(request_query(v->request, "after"), &after) && after > 0 ? after : 0;
}

void pager_write(struct desk_request *v, struct json_writer *w, const char *path, int64_t after, int64_t last)
{
	if (!after && !last) {
		json_member_bool(w, "pager", false);
		return;
	}
	json_key(w, "pager");
	json_begin_object(w);
	if (after)
		json_member_str(w, "newer", str_of(path));
	else
		json_member_bool(w, "newer", false);
	if (last)
		json_member_str(w, "older", pool_printf(v->pool, "%s?after=%lld", path, (long long)last));
	else
		json_member_bool(w, "older", false);
	json_end_object(w);
}
