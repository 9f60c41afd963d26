/*
 * http-exchange.c - one HTTP request in libcurl's hands: its copy, its options, what libcurl calls, how its end is told
 * apart.
 *
 * libcurl repeats a request by itself when a reused connection turns out to be dead (lib/transfer.c,
 * Curl_retry_request). Two locks stand against that: CURLOPT_PREREQFUNCTION, which libcurl calls right before it writes
 * a request, lets each pass once, and the body, given by a read callback, refuses to be rewound once a byte was read.
 * That call is also the border between HTTP_NOT_SENT and HTTP_UNANSWERED: before it nothing can have left, after it
 * something may have.
 *
 * Never writes a URL's path or query, a header or a body into words or logs: a path may hold a token. Headers and URL
 * are wiped here after use; libcurl's own copies it frees without wiping. Fails only by memory, which is fatal; a
 * request that cannot be tried says so in `refused`.
 */
#include "core/net/http-exchange.h"
#include "core/clock.h"
#include "core/net/net-address.h"
#include "core/text/reason.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define IDLE_CONNECTION_S 20L
#define UPLOAD_CHUNK_BYTES 16384L /* libcurl's default takes 64 KiB for each request under way */
#define HEADER_MAX_BYTES 8192

void *http_need(void *p)
{
	if (!p)
		fatal(ERR_INTERNAL, "out of memory");
	return p;
}

static char *copy_text(const char *s)
{
	return http_need(strdup(s));
}

static void wipe_text(char *s)
{
	if (s)
		secret_wipe(s, strlen(s));
	free(s);
}

/* An option that libcurl does not know would be a build against another library; no option that is set here may be
 * silently absent. */
#define SET(easy, option, value) \
	do { \
		CURLcode set_code = curl_easy_setopt((easy), (option), (value)); \
		if (set_code != CURLE_OK) \
			fatal(ERR_INTERNAL, "libcurl refused %s: %s", #option, curl_easy_strerror(set_code)); \
	} while (0)

/* What libcurl calls */

/* Whether a connection to `address` is wanted; if not, what it is is kept for the outcome. */
static bool may_reach(struct exchange *x, const char *address, const char *not_public)
{
	if (!x->public_only || !not_public)
		return true;
	x->not_public = not_public;
	snprintf(x->refused_address, sizeof(x->refused_address), "%s", address);
	return false;
}

/* Every connection is made here, with the address that was resolved: what a name resolved to earlier, in another
 * check, does not matter. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	char text[NET_ADDRESS_TEXT_BYTES];

	(void)purpose;
	net_address_format(&address->addr, address->addrlen, text);
	if (!may_reach(arg, text, net_address_not_public(&address->addr, address->addrlen)))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The address is looked at again: a kept connection may be one that an ordinary request made. */
static int before_request(void *arg, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct exchange *x = arg;

	(void)local_ip, (void)remote_port, (void)local_port;
	if (x->at_wire || !may_reach(x, remote_ip, net_address_text_not_public(remote_ip)))
		return CURL_PREREQFUNC_ABORT;
	x->at_wire = true;
	return CURL_PREREQFUNC_OK;
}

static size_t body_min(int64_t left, size_t room)
{
	return left < (int64_t)room ? (size_t)left : room;
}

/* A file that has become shorter cannot be sent: the length was announced. */
static size_t give_file(struct exchange *x, char *to, size_t room)
{
	int64_t at = x->body_read - (int64_t)x->before_len;
	ssize_t n = pread(x->file, to, body_min(x->file_bytes - at, room), at);

	if (n <= 0)
		return CURL_READFUNC_ABORT;
	x->body_read += n;
	return (size_t)n;
}

/* What comes before the file, the file, what comes after it. */
static size_t give_body(char *to, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	int64_t before = (int64_t)x->before_len, from = x->body_read;
	size_t n;

	if (from >= before && from < before + x->file_bytes)
		return give_file(x, to, size * count);
	if (from >= before)
		from -= x->file_bytes;
	n = body_min((from < before ? before : (int64_t)x->body_len) - from, size * count);
	if (n > 0)
		memcpy(to, x->body + from, n);
	x->body_read += (int64_t)n;
	return n;
}

static int rewind_body(void *arg, curl_off_t offset, int origin)
{
	struct exchange *x = arg;

	return origin == SEEK_SET && offset == 0 && x->body_read == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

/* The buffer keeps what fits whole chunks at a time, so the last chunk is cut here. The rest is read and dropped, which
 * keeps the connection usable. */
static size_t http_exchange_take_answer(char *bytes, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	size_t n = size * count, room = x->answer.max - x->answer.len;
	long status = 0;

	if (x->sink && curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200)
		return x->sink(x->arg, (struct str){ bytes, n }) ? n : 0;
	x->too_long = x->refuse_long && n > room;
	if (x->too_long)
		return 0;
	buf_add(&x->answer, bytes, n < room ? n : room);
	return n;
}

static void take_retry_after(struct exchange *x, struct str value)
{
	int64_t seconds;

	if (str_to_i64(value, &seconds) && seconds >= 0)
		x->retry_after_s = seconds;
}

/* The last of its name counts. */
static void keep_header(struct exchange *x, struct str name, struct str value)
{
	const struct {
		struct str name;
		struct buf *to;
	} kept[] = { { STR("X-Business-Use-Case-Usage"), &x->usage }, { STR("Content-Type"), &x->content_type },
		{ STR("Location"), &x->location } };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (str_equal_nocase(name, kept[i].name)) {
			buf_reset(kept[i].to);
			buf_add_str(kept[i].to, value);
		}
	}
}

static size_t take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	struct str value = { bytes, size * count }, name;

	if (str_has_prefix(value, STR("HTTP/"))) { /* a status line: what came before belonged to an interim answer */
		x->retry_after_s = -1;
		x->head_whole = false;
		buf_reset(&x->usage);
		buf_reset(&x->content_type);
		buf_reset(&x->location);
		return size * count;
	}
	if (str_is_empty(str_trim(value)))
		x->head_whole = true;
	name = str_take_until(&value, ':');
	if (str_equal_nocase(name, STR("Retry-After")))
		take_retry_after(x, str_trim(value));
	keep_header(x, name, str_trim(value));
	return size * count;
}

static bool is_one_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0')
			return false;
	return true;
}

/* Copies one header line; a line break in it would be a second header chosen by the author of the value. */
static void add_header(struct exchange *x, const char *start, struct str rest)
{
	size_t n = strlen(start);
	char *line = http_need(malloc(n + rest.n + 1));

	memcpy(line, start, n);
	if (rest.n > 0)
		memcpy(line + n, rest.p, rest.n);
	line[n + rest.n] = '\0';
	if (is_one_line((struct str){ line, n + rest.n }))
		x->headers = http_need(curl_slist_append(x->headers, line));
	else
		x->refused = CODE(net_header_line_break);
	secret_wipe(line, n + rest.n);
	free(line);
}

static void http_exchange_add_headers(struct exchange *x, const struct http_request *request)
{
	add_header(x, "Expect:", STR_NONE); /* none: it would cost a second on servers that do not know it */
	if (request->content_type.p)
		add_header(x, "Content-Type: ", request->content_type);
	else
		add_header(x, "Content-Type:", STR_NONE); /* none: libcurl would call it a form */
	if (request->bearer)
		add_header(x, "Authorization: Bearer ", secret_bytes(request->bearer));
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		add_header(x, request->headers[i], STR_NONE);
}

static void http_exchange_take_body(struct exchange *x, const struct http_request *request)
{
	struct str after = request->file ? request->file->after : STR_NONE;

	x->file = request->file ? request->file->fd : -1;
	x->file_bytes = request->file ? request->file->bytes : 0;
	x->before_len = request->body.n;
	x->body_len = request->body.n + after.n;
	if (x->body_len == 0)
		return;
	x->body = http_need(malloc(x->body_len));
	if (request->body.n > 0)
		memcpy(x->body, request->body.p, request->body.n);
	if (after.n > 0)
		memcpy(x->body + request->body.n, after.p, after.n);
}

struct exchange *http_exchange_new(const struct http_request *request, size_t max_response_bytes)
{
	struct exchange *x = http_need(calloc(1, sizeof(*x)));

	x->method = copy_text(request->method);
	x->url = copy_text(request->url);
	x->done = request->done;
	x->sink = request->sink;
	x->arg = request->arg;
	x->retry_after_s = -1;
	x->started_us = clock_mono_us();
	x->deadline_us = x->started_us + (int64_t)request->timeout_ms * 1000;
	x->not_before_us = x->started_us + (int64_t)request->delay_ms * 1000;
	buf_init(&x->answer, request->max_response_bytes > 0 ? request->max_response_bytes : max_response_bytes);
	buf_init(&x->usage, HEADER_MAX_BYTES);
	buf_init(&x->content_type, HEADER_MAX_BYTES);
	buf_init(&x->location, HEADER_MAX_BYTES);
	x->public_only = request->public_only;
	x->refuse_long = request->refuse_long;
	http_exchange_take_body(x, request);
	http_exchange_add_headers(x, request);
	return x;
}

void http_exchange_free(struct exchange *x)
{
	for (struct curl_slist *h = x->headers; h; h = h->next)
		secret_wipe(h->data, strlen(h->data));
	curl_slist_free_all(x->headers);
	wipe_text(x->url);
	free(x->method);
	free(x->body);
	if (x->file >= 0)
		close(x->file);
	buf_fini(&x->answer);
	buf_fini(&x->usage);
	buf_fini(&x->content_type);
	buf_fini(&x->location);
	free(x);
}

/* Easy handles */

static void easy_set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void easy_set_trust(CURL *easy)
{
	const char *file = http_trusted_file();

	if (file)
		SET(easy, CURLOPT_CAINFO, file);
}

CURL *http_easy_new(const char *user_agent, int connect_timeout_ms)
{
	CURL *easy = http_need(curl_easy_init());

	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_USERAGENT, user_agent);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_timeout_ms);
	SET(easy, CURLOPT_MAXAGE_CONN, IDLE_CONNECTION_S);
	SET(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_CHUNK_BYTES);
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(easy, CURLOPT_PREREQFUNCTION, before_request);
	SET(easy, CURLOPT_READFUNCTION, give_body);
	SET(easy, CURLOPT_SEEKFUNCTION, rewind_body);
	SET(easy, CURLOPT_WRITEFUNCTION, http_exchange_take_answer);
	SET(easy, CURLOPT_HEADERFUNCTION, take_header);
	easy_set_protocols(easy);
	easy_set_trust(easy);
	return easy;
}

static void easy_set_method(CURL *easy, const struct exchange *x)
{
	bool post = x->body_len > 0 || x->file_bytes > 0 || strcmp(x->method, "POST") == 0;

	if (post) {
		SET(easy, CURLOPT_POST, 1L);
		SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_len + x->file_bytes);
	} else {
		SET(easy, CURLOPT_HTTPGET, 1L);
	}
	SET(easy, CURLOPT_CUSTOMREQUEST, x->method);
}

/* A libcurl may have been built without it. */
static bool speaks_http2(void)
{
	return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
}

/* HTTP/2 is agreed on during the TLS handshake; there, requests wait for the first connection to see whether they can
 * share it. */
static void easy_set_version(CURL *easy, const struct exchange *x)
{
	bool tls = str_has_prefix(str_of(x->host->name), STR("https:"));

	SET(easy, CURLOPT_HTTP_VERSION, (long)(tls && speaks_http2() ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
	SET(easy, CURLOPT_PIPEWAIT, tls && speaks_http2() ? 1L : 0L);
}

void http_easy_fill(CURL *easy, struct exchange *x, int64_t left_us)
{
	SET(easy, CURLOPT_URL, x->url);
	SET(easy, CURLOPT_HTTPHEADER, x->headers);
	SET(easy, CURLOPT_TIMEOUT_MS, (long)((left_us + 999) / 1000));
	SET(easy, CURLOPT_PRIVATE, x);
	SET(easy, CURLOPT_OPENSOCKETDATA, x);
	SET(easy, CURLOPT_PREREQDATA, x);
	SET(easy, CURLOPT_READDATA, x);
	SET(easy, CURLOPT_SEEKDATA, x);
	SET(easy, CURLOPT_WRITEDATA, x);
	SET(easy, CURLOPT_HEADERDATA, x);
	easy_set_method(easy, x);
	easy_set_version(easy, x);
}

void http_easy_forget(CURL *easy)
{
	SET(easy, CURLOPT_HTTPHEADER, NULL);
	SET(easy, CURLOPT_URL, NULL);
}

/* The end */

/* Names the host only: path and query may hold a token, and libcurl's longer messages may quote them. */
static void describe_failure(const struct exchange *x, CURLcode code, struct explain *why)
{
	const char *host = strstr(x->host->name, "://") + 3;
	long system = 0;

	(void)curl_easy_getinfo(x->easy, CURLINFO_OS_ERRNO, &system);
	if (x->not_public && !x->at_wire)
		(void)EXPLAIN(why, ERR_REMOTE, net_private_address, F_CSTR("host", host),
			F_CSTR("address", x->refused_address), F_REASON("kind", str_of(x->not_public)));
	else if (x->too_long)
		(void)EXPLAIN(
			why, ERR_REMOTE, net_answer_too_large, F_CSTR("host", host), F_INT("bytes", x->answer.max));
	else if (code == CURLE_COULDNT_CONNECT && system != 0)
		(void)EXPLAIN(why, ERR_REMOTE, net_not_connected, F_CSTR("host", host),
			F_CSTR("error", curl_easy_strerror(code)), F_CSTR("system", strerror((int)system)));
	else if (x->at_wire && code != CURLE_OPERATION_TIMEDOUT)
		(void)EXPLAIN(why, ERR_REMOTE, net_broken_off, F_CSTR("host", host),
			F_CSTR("error", curl_easy_strerror(code)));
	else
		(void)EXPLAIN(
			why, ERR_REMOTE, net_failed, F_CSTR("host", host), F_CSTR("error", curl_easy_strerror(code)));
}

static struct str if_any(const struct buf *b)
{
	return b->len > 0 ? buf_str(b) : STR_NONE;
}

static void describe_answer(const struct exchange *x, struct http_response *response)
{
	long status = 0;

	(void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	response->status = (int)status;
	response->body = buf_str(&x->answer);
	response->retry_after_s = x->retry_after_s;
	response->usage = if_any(&x->usage);
	response->content_type = if_any(&x->content_type);
	response->location = if_any(&x->location);
}

void http_exchange_describe(
	const struct exchange *x, CURLcode code, struct explain *why, struct http_response *response)
{
	response->retry_after_s = -1;
	/* To libcurl a connection that ends among the headers has answered; to us it has not. */
	if (code == CURLE_OK && !x->head_whole)
		code = CURLE_PARTIAL_FILE;
	if (code == CURLE_OK) {
		response->outcome = HTTP_ANSWERED;
		describe_answer(x, response);
		return;
	}
	response->too_long = x->too_long;
	response->outcome = x->at_wire ? HTTP_UNANSWERED : HTTP_NOT_SENT;
	describe_failure(x, code, why);
	response->reason = why->reason;
}
