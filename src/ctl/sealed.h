/*
 * sealed.h - everything in the database that is sealed with the keys of key.file.
 */
#ifndef DESKBELL_CTL_SEALED_H
#define DESKBELL_CTL_SEALED_H

#include "channel/channel.h"
#include "ctl/ctl.h"

#define SEALED_FIELDS_MAX 16

struct sealed_field {
	const char *name;
	struct str value, context;
};

/* One row with sealed values: a channel's config, an organisation's settings, or a user's second factor. Lives in a
 * pool. */
struct sealed_row {
	int64_t org_id, channel_id;    /* channel_id is 0 for settings; both are 0 for a user */
	int64_t user_id;               /* 0 for all but a user's second factor */
	bool is_push_key;              /* the installation's own: all ids are 0 */
	const struct channel_ops *ops; /* of a channel; NULL when this program does not know its platform */
	struct str verify_digest;      /* of a channel, in hex; absent when it has none */
	int n;
	struct sealed_field field[SEALED_FIELDS_MAX];
};

/* Calls `each` for every row that holds sealed values, outside a transaction; stops at the first error and returns it.
 * What is added behind the place that was reached is seen too. */
enum err sealed_each(struct ctl *ctl, enum err (*each)(struct ctl *ctl, const struct sealed_row *row, void *arg),
	void *arg) MUST_CHECK;
/* What a row is, in words: "channel 3 (organisation 1)". In ctl's pool. */
const char *sealed_row_name(struct ctl *ctl, const struct sealed_row *row);
/* The ids of the keys under which something is sealed, and how many values. In a
 * transaction of the system. */
enum err sealed_keys(struct ctl *ctl, struct sql_sealed_keys_rows *out) MUST_CHECK;

#endif
