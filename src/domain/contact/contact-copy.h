/*
 * contact-copy.h - the copy of everything that is stored about one contact, for the person it is about, and its
 * erasure: the same for the desk and the command line.
 */
#ifndef DESKBELL_DOMAIN_CONTACT_COPY_H
#define DESKBELL_DOMAIN_CONTACT_COPY_H

#include "core/buf.h"
#include "db/db.h"

/* Where the copy goes. */
struct contact_copy {
	struct buf *out;
	bool html; /* a page to read; else one JSON object */
	/* The words of a page, marked T("..."), in the reader's language; NULL: as they are. */
	const char *(*word)(void *arg, const char *english);
	/* Called when `out` holds some more, which it may take away; NULL: `out` takes all of it. */
	enum err (*flush)(void *arg);
	void *arg;
};

/* Inside the organisation's transaction; holds one page of rows at a time. ERR_NOT_FOUND when there is no such contact;
 * ERR_TOO_LARGE when `out` has no room for it. The caller writes the audit entry. */
enum err contact_copy(
	struct db *db, struct pool *pool, int64_t org, int64_t contact, const struct contact_copy *to) MUST_CHECK;

/* Inside the organisation's transaction: erases the contact. `*receipt` is JSON without anything personal: how many
 * rows went from which table. ERR_NOT_FOUND. The caller writes the audit entry, with the receipt. */
enum err contact_erase(struct db *db, struct pool *pool, int64_t org, int64_t contact, struct str *receipt) MUST_CHECK;

#endif
