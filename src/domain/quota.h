/*
 * quota.h - how much of everything an organisation may have.
 *
 * One table: what is counted. The limit is the installation's (quota.NAME in
 * deskbell.conf), or the organisation's own where the operator has set one (the setting quota_NAME).
 */
#ifndef DESKBELL_DOMAIN_QUOTA_H
#define DESKBELL_DOMAIN_QUOTA_H

#include "db/db.h"

/* name, what is counted together with it; in the order in which deskbell_quota_usage counts. A name has a code
 * quota_NAME (core/text/reason.h). */
#define QUOTA_LIST(X) \
	X(skills, QUOTA_OF_SKILLS) \
	X(training_phrases, QUOTA_OF_SKILLS) \
	X(training_bytes, QUOTA_OF_SKILLS) \
	X(documents, QUOTA_OF_DOCUMENTS) \
	X(document_bytes, QUOTA_OF_DOCUMENTS) \
	X(passages, QUOTA_OF_DOCUMENTS) \
	X(people, QUOTA_OF_PEOPLE) \
	X(tags, QUOTA_OF_TAGS) \
	X(canned_replies, QUOTA_OF_CANNED_REPLIES) \
	X(file_megabytes, QUOTA_OF_FILES) \
	X(file_megabytes_day, QUOTA_OF_FILES)

enum quota_subject {
	QUOTA_OF_SKILLS,
	QUOTA_OF_DOCUMENTS,
	QUOTA_OF_PEOPLE,
	QUOTA_OF_TAGS,
	QUOTA_OF_CANNED_REPLIES,
	QUOTA_OF_FILES
};

enum quota {
#define X(name, subject) QUOTA_##name,
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

/* Inside the transaction that changes it, before the change; no other transaction changes it from here to its end. */
enum err quota_begin(struct quota_change *change, struct db *db, int64_t org_id, enum quota_subject subject) MUST_CHECK;
/* After the change. ERR_QUOTA with a reason when there is more than allowed and more than before: the transaction must
 * be rolled back. What is too much already may become less. */
enum err quota_end(const struct quota_change *change, struct explain *why) MUST_CHECK;

/* What an organisation has of a subject, and may have, for a page; inside its transaction. Others are 0. */
struct quota_state {
	int64_t used[QUOTAS], limit[QUOTAS];
};
enum err quota_read(struct db *db, int64_t org_id, enum quota_subject subject, struct quota_state *out) MUST_CHECK;
/* Whether a file of so many bytes still fits, in a transaction of its own. ERR_QUOTA when it does not. */
enum err quota_check_file(struct db *db, int64_t org_id, int64_t bytes, struct explain *why) MUST_CHECK;

#endif
