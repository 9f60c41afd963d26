/*
 * s3-sign.h - signs a request to an S3-compatible service (AWS Signature Version 4).
 */
#ifndef DESKBELL_FILES_S3_SIGN_H
#define DESKBELL_FILES_S3_SIGN_H

#include "core/pool.h"
#include "core/secret.h"

struct s3_request {
	const char *method;
	struct str host;   /* with the port where it is not the scheme's own */
	struct str path;   /* of letters, digits, "-", "_", "." and "/", which need no escapes */
	struct str query;  /* "name=value" in order, escaped; absent for none */
	struct str sha256; /* of the body, 64 hexadecimal digits */
	int64_t at_s;      /* since 1970; the service refuses what is more than 15 minutes off */
};

struct s3_account {
	struct str access_key, region;
	const struct secret *secret_key;
};

#define S3_HEADERS 4
/* The header lines that sign it, ending with NULL, in `pool`. */
void s3_sign(struct pool *pool, const struct s3_account *account, const struct s3_request *request,
	const char *headers[S3_HEADERS]);

#endif
