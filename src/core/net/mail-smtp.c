/*
 * mail-smtp.c - one e-mail to an SMTP server, by libcurl.
 *
 * Owns a connection for the time of one e-mail. A connection that leaves this host is encrypted, and the server's
 * certificate is checked, or nothing is sent. Never logs, never shows the password. Sources: RFC 5321, RFC 3207
 * (STARTTLS).
 */
#include "core/net/mail-smtp.h"

#include "core/log.h"
#include "core/net/http-exchange.h"
#include "core/text/reason.h"

#include <curl/curl.h>
#include <string.h>

#define CONNECT_TIMEOUT_S 15L

struct upload {
	struct str left;
};

static size_t mail_smtp_give(char *to, size_t size, size_t count, void *arg)
{
	struct upload *u = arg;
	size_t n = size * count < u->left.n ? size * count : u->left.n;

	if (n > 0)
		memcpy(to, u->left.p, n);
	u->left = (struct str){ u->left.p + n, u->left.n - n };
	return n;
}

static size_t mail_smtp_ignore(char *bytes, size_t size, size_t count, void *arg)
{
	(void)bytes, (void)arg;
	return size * count;
}

/* What stands between the slashes and the port; absent when it is no such URL. */
static struct str smtp_host(struct str url)
{
	struct str rest = url;

	if (str_has_prefix(url, STR("smtp://")))
		rest = (struct str){ url.p + 7, url.n - 7 };
	else if (str_has_prefix(url, STR("smtps://")))
		rest = (struct str){ url.p + 8, url.n - 8 };
	else
		return STR_NONE;
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] <= ' ' || rest.p[i] > '~' || strchr("@/?#\\\"'<>", rest.p[i]))
			return STR_NONE;
	if (rest.n > 0 && rest.p[0] == '[') {
		ptrdiff_t end = str_find_char(rest, ']');
		return end < 0 ? STR_NONE : (struct str){ rest.p, (size_t)end + 1 };
	}
	(void)str_take_until(&rest, ':');
	return (struct str){ url.p + (url.p[4] == 's' ? 8 : 7),
		(rest.p ? (size_t)(rest.p - url.p) - 1 : url.n) - (url.p[4] == 's' ? 8 : 7) };
}

bool smtp_url_is_valid(struct str url)
{
	return smtp_host(url).n > 0;
}

bool smtp_needs_tls(struct str url)
{
	struct str host = smtp_host(url);

	return !str_equal(host, STR("127.0.0.1")) && !str_equal(host, STR("[::1]"))
	       && !str_equal(host, STR("localhost"));
}

static enum err smtp_failed(CURL *easy, CURLcode code, struct explain *why)
{
	long status = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_USE_SSL_FAILED)
		return explain_code(why, ERR_REMOTE, CODE(mail_no_starttls));
	if (code == CURLE_LOGIN_DENIED)
		return explain_code(why, ERR_REMOTE, CODE(mail_login));
	if (status >= 500 && status < 600)
		return EXPLAIN(why, ERR_INVALID, mail_refused, F_INT("status", status));
	if (status >= 400 && status < 500)
		return EXPLAIN(why, ERR_REMOTE, mail_not_now, F_INT("status", status));
	return EXPLAIN(why, ERR_REMOTE, mail_unusable, F_CSTR("error", curl_easy_strerror(code)));
}

#define SET(option, value) \
	do { \
		if (curl_easy_setopt(easy, (option), (value)) != CURLE_OK) \
			fatal(ERR_INTERNAL, "libcurl refused %s", #option); \
	} while (0)

static void smtp_set_up(CURL *easy, const struct smtp_server *server, struct upload *upload)
{
	SET(CURLOPT_URL, server->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
	SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
#endif
	if (http_trusted_file())
		SET(CURLOPT_CAINFO, http_trusted_file());
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
	SET(CURLOPT_TIMEOUT, (long)MAIL_TIMEOUT_S);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, mail_smtp_give);
	SET(CURLOPT_READDATA, upload);
	SET(CURLOPT_WRITEFUNCTION, mail_smtp_ignore);
	if (smtp_needs_tls(str_of(server->url)))
		SET(CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (*server->user) {
		SET(CURLOPT_USERNAME, server->user);
		SET(CURLOPT_PASSWORD, server->password ? secret_bytes(server->password).p : "");
	}
}

enum err smtp_send(
	const struct smtp_server *server, const char *from, const char *to, struct str message, struct explain *why)
{
	struct upload upload = { message };
	struct curl_slist *recipients = NULL;
	CURL *easy = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;

	if (!easy || !(recipients = curl_slist_append(NULL, to)))
		fatal(ERR_INTERNAL, "out of memory");
	smtp_set_up(easy, server, &upload);
	SET(CURLOPT_MAIL_FROM, from);
	SET(CURLOPT_MAIL_RCPT, recipients);
	CURLcode code = curl_easy_perform(easy);
	enum err e = code == CURLE_OK ? ERR_OK : smtp_failed(easy, code, why);
	curl_slist_free_all(recipients);
	curl_easy_cleanup(easy);
	return e;
}
