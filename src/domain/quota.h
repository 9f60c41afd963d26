/*
 * quota.h - how much of everything an organisation may have.
 *
 * One table: what is counted, what is said when it would be too much. The limit is the installation's (quota.NAME in
 * deskbell.conf), or the organisation's own where the operator has set one (the setting quota_NAME).
 */
#ifndef DESKBELL_DOMAIN_QUOTA_H
#define DESKBELL_DOMAIN_QUOTA_H

#include "db/db.h"

/* name, what is counted together with it, words; in the order in which deskbell_quota_usage counts. */
#define QUOTA_LIST(X) \
	X(skills, QUOTA_OF_SKILLS, \
		T("there would be %lld skills, and this organisation may have %lld: delete some, or ask the " \
		  "administrator of the server for more")) \
	X(training_phrases, QUOTA_OF_SKILLS, \
		T("there would be %lld titles and triggers of skills, and this organisation may have %lld: delete " \
		  "some, or ask the administrator of the server for more")) \
	X(training_bytes, QUOTA_OF_SKILLS, \
		T("titles and triggers of skills would have %lld bytes together, and this organisation may have " \
		  "%lld: shorten or delete some, or ask the administrator of the server for more")) \
	X(documents, QUOTA_OF_DOCUMENTS, \
		T("there would be %lld documents, and this organisation may have %lld: delete some, or ask the " \
		  "administrator of the server for more")) \
	X(document_bytes, QUOTA_OF_DOCUMENTS, \
		T("the documents would have %lld bytes of text together, and this organisation may have %lld: delete " \
		  "some, or ask the administrator of the server for more")) \
	X(passages, QUOTA_OF_DOCUMENTS, \
		T("the documents would have %lld passages together, and this organisation may have %lld: delete " \
		  "some, or ask the administrator of the server for more")) \
	X(people, QUOTA_OF_PEOPLE, \
		T("there would be %lld people and open invitations, and this organisation may have %lld: remove " \
		  "some, or ask the administrator of the server for more"))

enum quota_subject { QUOTA_OF_SKILLS, QUOTA_OF_DOCUMENTS, QUOTA_OF_PEOPLE };

enum quota {
#define X(name, subject, words) QUOTA_##name,
	QUOTA_LIST(X)
#undef X
		QUOTAS
};

/* One change of what an organisation has. */
struct quota_change {
	struct db *db;
	int64_t org_id;
	enum quota_subject subject;
	int64_t before[QUOTAS];
};

/* Inside the transaction that changes it, before the change; nobody else changes it from here to its end. */
enum err quota_begin(struct quota_change *change, struct db *db, int64_t org_id, enum quota_subject subject) MUST_CHECK;
/* After the change. ERR_QUOTA with words when there is more than allowed and more than before: the transaction must be
 * rolled back. What is too much already may become less. */
enum err quota_end(const struct quota_change *change, struct explain *why) MUST_CHECK;

#endif
