/*
 * inbox-page.c - /inbox: the list of conversations, and what it asks for every few seconds.
 */
#include "desk/pages/inbox/inbox-list.h"

static enum err inbox_page_load(struct desk_request *v, void *arg)
{
	enum err e = page_load_counts(v);
	return e == ERR_OK ? inbox_list_load(v, arg) : e;
}

static enum err inbox_page_load_updates(struct desk_request *v, void *arg)
{
	enum err e = inbox_list_stamp(v, arg);
	return e != ERR_OK || fragment_is_known(v) ? e : inbox_list_load(v, arg);
}

enum err desk_inbox(struct desk_request *v)
{
	struct inbox_list list;
	inbox_list_read(v, &list);
	list.here = 0;
	enum err e = request_transaction(v, inbox_page_load, &list);
	if (e != ERR_OK)
		return e;
	page_begin(v, "inbox", "inbox", T("Inbox"));
	inbox_list_write(v, &list);
	return page_end(v, 200);
}

enum err desk_inbox_updates(struct desk_request *v)
{
	struct inbox_list list;
	if (fragment_is_fresh(v))
		return ERR_OK;
	inbox_list_read(v, &list);
	list.paged = false;
	enum err e = request_transaction(v, inbox_page_load_updates, &list);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	fragment_begin(v, "inbox-updates", "inbox");
	inbox_list_write_rows(v, &list);
	return fragment_end(v);
}
