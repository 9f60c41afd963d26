/*
 * inbox-list.h - the list of conversations, as /inbox shows it and as it stands next to an open conversation.
 */
#ifndef DESKBELL_DESK_PAGES_INBOX_INBOX_LIST_H
#define DESKBELL_DESK_PAGES_INBOX_INBOX_LIST_H

#include "desk/desk.h"

struct inbox_list {
	const char *view;            /* all, waiting, mine, unassigned, snoozed, closed */
	struct str platform, tag, q; /* absent: not narrowed by it */
	int64_t assignee;            /* 0: not narrowed by it */
	struct str has;              /* a file of this kind; absent: not narrowed by it */
	struct str from, to;         /* days of the last message, of the file with `has`, "2026-11-27"; absent: not
					narrowed by it */
	int64_t from_ms, until_ms;   /* what these days are */
	bool partial;                /* a search has not looked through everything */
	bool partial_files;          /* a search for files looked at the newest of them */
	bool paged;                  /* behind this row: */
	int64_t after_us, after_id;
	int64_t here; /* the conversation that is open; 0: none */
	struct sql_inbox_rows_rows rows;
	struct sql_inbox_counts_rows counts;
	struct sql_inbox_channels_rows channels;
	struct sql_inbox_tags_rows tags;
	struct sql_people_list_rows people;
	struct sql_saved_filters_rows saved;
	struct sql_search_snippets_rows snippets; /* of a search */
	struct sql_found_files_rows files;        /* with `has` */
};

/* What the address asks for; what is no view or key is left out. */
void inbox_list_read(struct desk_request *v, struct inbox_list *list);
/* Inside request_transaction. */
enum err inbox_list_load(struct desk_request *v, struct inbox_list *list) MUST_CHECK;
/* Inside request_transaction, before it is loaded: counts the views, and stamps that and the rows (fragment_stamp). */
enum err inbox_list_stamp(struct desk_request *v, struct inbox_list *list) MUST_CHECK;
/* Writes the member "list". */
void inbox_list_write(struct desk_request *v, const struct inbox_list *list);
/* Only its rows, for a fragment. */
void inbox_list_write_rows(struct desk_request *v, const struct inbox_list *list);
/* The part of an address that leads to the same list again, "?view=mine" or empty; in the pool. */
struct str inbox_list_query(struct desk_request *v, const struct inbox_list *list);
/* The list with the same filters, from its first page on. */
struct inbox_list inbox_list_first(const struct inbox_list *list);
/* Writes an address of the list as it would be with these filters, behind `after` when that is not empty. */
void inbox_list_write_href(
	struct json_writer *w, const char *key, const char *path, const struct inbox_list *list, struct str after);
/* How a customer is called: by name, user name, number, or words for an unknown contact. In the pool. */
struct str inbox_name(struct desk_request *v, struct str name, struct str username, struct str phone);

/* ---- inbox-filters.c ---- */

/* Writes what narrows the list, and what could. */
void inbox_filters_write(struct desk_request *v, const struct inbox_list *list);

/* ---- inbox-found.c ---- */

/* The kind of file that has this code, static; absent when there is none. */
struct str inbox_found_known(struct str code);
/* The code of kind `i`, from 0 on; absent behind the last. */
struct str inbox_found_code(int i);
/* "Photos", translated; absent for no kind. */
struct str inbox_found_title(struct desk_request *v, struct str code);
/* Inside request_transaction, before the rows: the conversations that fit words and kind, absent without either. */
enum err inbox_found_load_hits(struct desk_request *v, struct inbox_list *list, struct str *hits) MUST_CHECK;
/* Inside request_transaction, after the rows: what each of them shows of what was found. */
enum err inbox_found_load(struct desk_request *v, struct inbox_list *list) MUST_CHECK;
/* Writes the members "found", the sentence in three parts around the word, and "file", the newest one that was looked
 * for; false where there is none. */
void inbox_found_write(struct desk_request *v, struct json_writer *w, const struct inbox_list *list, int64_t id);
/* `query` of a row's address, leading to the page of the thread on which the file stands. */
struct str inbox_found_place(struct desk_request *v, const struct inbox_list *list, int64_t id, struct str query);

#endif
