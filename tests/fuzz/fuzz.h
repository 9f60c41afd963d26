/*
 * fuzz.h - what reads bytes of strangers, each with a rule that holds whatever the bytes are.
 */
#ifndef DESKBELL_TESTS_FUZZ_H
#define DESKBELL_TESTS_FUZZ_H

#include "core/pool.h"
#include "core/str.h"

/* Reads `input`; everything it makes lives in `pool`. Returns NULL, or in words which rule is broken. */
typedef const char *(*fuzz_read)(struct pool *pool, struct str input);

struct fuzz_target {
	const char *name;          /* and its folder in corpus/ */
	const char *const *tokens; /* words of its grammar, ended by NULL: whoever knows none of them gets nowhere */
	fuzz_read read;
};

/* Ends with a NULL name. */
extern const struct fuzz_target fuzz_targets[];

/* Of fuzz-files.c. */
extern const char *const fuzz_picture_tokens[],
	*const fuzz_video_tokens[], *const fuzz_recording_tokens[], *const fuzz_upload_tokens[],
									    *const fuzz_address_tokens[];
const char *fuzz_read_picture(struct pool *pool, struct str input);
const char *fuzz_read_video(struct pool *pool, struct str input);
const char *fuzz_read_recording(struct pool *pool, struct str input);
const char *fuzz_read_address(struct pool *pool, struct str input);
const char *fuzz_read_upload(struct pool *pool, struct str input);

#endif
