/*
 * cmd-setup-code.c - `deskbellctl setup-code`: a one-time code for /setup, where the first organisation and its owner
 * are made. Only its digest is stored; the code itself is printed once.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

#define CODE_BYTES 16

const struct arg_spec ctl_setup_code_args[] = { ARG_LAST };

static enum err cmd_setup_code_add(struct ctl *ctl, void *arg)
{
	const struct buf *code = arg;
	unsigned char digest[CRYPT_SHA256_BYTES];
	crypt_sha256(buf_str(code), digest);
	return sql_setup_code_add(ctl->db, ctl->pool, ((struct str){ (const char *)digest, sizeof(digest) }));
}

enum err ctl_setup_code(struct ctl *ctl)
{
	struct buf code;
	buf_init(&code, 100);
	crypt_random_token(&code, CODE_BYTES);
	enum err e = ctl_transaction(ctl, 0, cmd_setup_code_add, &code);
	if (e == ERR_OK) {
		printf("%s\n", buf_cstr(&code));
		fprintf(stderr, "Open %s/setup within 30 minutes and enter this code; it can be used once.\n",
			*ctl->conf.public_base_url ? ctl->conf.public_base_url : "the desk's address with");
	}
	buf_fini(&code);
	return e;
}
