/*
 * libraries.c - tries what no program can do without, through the doors of the libraries.
 *
 * Owns nothing and changes nothing. Fails with the name of the library and what to do.
 */
#include "core/process/libraries.h"

#include "core/crypto/crypt.h"
#include "core/net/http-client.h"
#include "core/json/json.h"

/* Letters beyond ASCII, an emoji, the largest numbers and an escape: read, and written again as they were. */
static bool json_works(void)
{
	const struct str text =
		STR("{\"\xc3\xa9\":[\"\xf0\x9f\x98\x80\\u0001\",18446744073709551616,-1.5e3,true,null]}");
	struct pool *pool = pool_new();
	const struct json *v;
	struct json_writer w;
	struct buf out;

	buf_init(&out, 1000);
	json_writer_init(&w, &out);
	bool good = json_parse(pool, text, &v, NULL) == ERR_OK
		    && str_equal(json_str(json_at(json_get(v, "\xc3\xa9"), 0)), STR("\xf0\x9f\x98\x80\x01"));
	if (good) {
		json_write_value(&w, v);
		good = str_equal(buf_str(&out), text);
	}
	good = good && json_parse(pool, STR("{} x"), &v, NULL) != ERR_OK;
	buf_fini(&out);
	pool_free(pool);
	return good;
}

enum err libraries_try(struct explain *why)
{
	if (!json_works())
		return explain(why, ERR_CONFIG,
			"json-c does not read what Deskbell needs: install the libjson-c of Debian 12 or 13, or report "
			"its "
			"version");
	if (!crypt_works())
		return explain(why, ERR_CONFIG,
			"OpenSSL does not compute SHA-256, HMAC and AES-256-GCM: reinstall libssl3, and see whether "
			"openssl.cnf names a provider");
	return http_client_try(why);
}

void libraries_need(void)
{
	struct explain why = { "" };

	if (libraries_try(&why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
}
