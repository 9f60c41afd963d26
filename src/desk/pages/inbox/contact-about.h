/*
 * contact-about.h - what stands next to a conversation about its contact.
 */
#ifndef DESKBELL_DESK_PAGES_INBOX_CONTACT_ABOUT_H
#define DESKBELL_DESK_PAGES_INBOX_CONTACT_ABOUT_H

#include "desk/desk.h"

struct contact_about {
	struct sql_contact_about_rows head;
	struct sql_contact_conversations_rows others;
	struct sql_contact_fields_rows fields;
	struct sql_contact_notes_rows notes;
	struct sql_contact_files_rows files;
};

/* Inside request_transaction. */
enum err contact_about_load(struct desk_request *v, int64_t conversation, struct contact_about *about) MUST_CHECK;
/* Writes the member "contact". */
void contact_about_write(struct desk_request *v, const struct contact_about *about);

#endif
