/*
 * install-trials.c - asks the new installation under its public address whether everything gets through, and changes
 * .htaccess where the host's FastCGI module refuses what a platform may send.
 *
 * Owns .htaccess only where it is the one that came with Deskbell, and puts it back when the other way works no better.
 * Waits at most a few seconds for each request, to its own address.
 */
#include "desk/install/install.h"

#include "core/net/http-client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIAL_MS 8000
#define DELIVERY_BYTES (3u << 20) /* Meta's largest */
#define READY_ATTEMPTS 5
#define READY_PAUSE_US 300000
#define HTACCESS_MAX (64u << 10)

/* The status; 0 with libcurl's words when there was no answer. */
static int ask(
	struct desk_request *v, struct str address, const char *method, const char *path, size_t body, const char **why)
{
	struct http_response r;
	struct http_request request = { .method = method,
		.url = pool_printf(v->pool, "%.*s%s", (int)address.n, address.p, path).p,
		.timeout_ms = TRIAL_MS };
	if (body) {
		request.body = (struct str){ pool_alloc(v->pool, body), body };
		memset((char *)(uintptr_t)request.body.p, ' ', body);
		request.content_type = STR("application/json");
	}
	http_fetch(v->pool, &request, &r);
	*why = r.reason ? r.reason : "";
	return r.outcome == HTTP_ANSWERED ? r.status : 0;
}

/* A receiver that runs already reads the configuration after the request that it first meets it with. */
static bool is_ready(struct desk_request *v, struct str address, const char **why, int *status)
{
	*status = ask(v, address, "GET", "/readyz", 0, why);
	for (int i = 0; i < READY_ATTEMPTS && *status >= 500; i++) {
		usleep(READY_PAUSE_US);
		*status = ask(v, address, "GET", "/readyz", 0, why);
	}
	return *status == 200;
}

/* The receiver itself answers 405 to it, without a side effect; anything else comes from the web server. */
static bool takes_large(struct desk_request *v, struct str address)
{
	const char *why;
	return ask(v, address, "POST", "/healthz", DELIVERY_BYTES, &why) == 405;
}

static struct str read_small(struct pool *pool, const char *path)
{
	struct buf text;
	struct str all = STR_NONE;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return all;
	buf_init(&text, HTACCESS_MAX);
	char *room = buf_reserve(&text, HTACCESS_MAX - 1);
	ssize_t n = room ? read(fd, room, HTACCESS_MAX - 1) : -1;
	if (n > 0)
		all = pool_str(pool, (struct str){ room, (size_t)n });
	buf_fini(&text);
	close(fd);
	return all;
}

/* As a whole, or not at all. */
static bool replace_file(struct pool *pool, const char *path, struct str text)
{
	const char *temporary = pool_printf(pool, "%s.%ld", path, (long)getpid()).p;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	good = good && rename(temporary, path) == 0;
	if (!good)
		(void)unlink(temporary);
	return good;
}

/* The same file for a host whose FastCGI module is not to be used. */
static struct str as_plain_cgi(struct pool *pool, struct str text)
{
	static const struct str module = { "mod_fcgid.c", 11 };
	struct buf out;
	buf_init(&out, 2 * HTACCESS_MAX);
	while (text.n) {
		const char *at = memmem(text.p, text.n, module.p, module.n);
		size_t before = at ? (size_t)(at - text.p) : text.n;
		buf_add(&out, text.p, before);
		if (at)
			buf_add_cstr(&out, "mod_no_fcgid.c");
		text.p += before + (at ? module.n : 0);
		text.n -= before + (at ? module.n : 0);
	}
	return pool_take(pool, &out);
}

/* True when large requests get through as plain CGI. */
static bool try_plain_cgi(struct desk_request *v, struct str address)
{
	struct str root = request_header(v->request, "DOCUMENT_ROOT");
	const char *path = pool_printf(v->pool, "%.*s/.htaccess", (int)root.n, root.p ? root.p : "").p, *why;
	struct str old = root.n ? read_small(v->pool, path) : STR_NONE;
	int status;
	if (!old.p || !memmem(old.p, old.n, "mod_fcgid.c", 11) || !memmem(old.p, old.n, "desk.fcgi", 9)
		|| !replace_file(v->pool, path, as_plain_cgi(v->pool, old)))
		return false;
	if (is_ready(v, address, &why, &status) && takes_large(v, address))
		return true;
	(void)replace_file(v->pool, path, old);
	return false;
}

static void trial_large(struct desk_request *v, struct str address, struct json_writer *w)
{
	const char *subject = request_translate(v, T("Large deliveries"));
	if (takes_large(v, address))
		install_write_check(w, INSTALL_GOOD, subject, request_translate(v, T("They get through.")), NULL);
	else if (try_plain_cgi(v, address))
		install_write_check(w, INSTALL_GOOD, subject,
			request_translate(
				v, T("The host's FastCGI refuses them, so .htaccess now starts the programs as plain "
				     "CGI.")),
			NULL);
	else
		install_write_check(w, INSTALL_WARNING, subject,
			request_translate(v, T("The web server refuses requests of 3 MB, as Meta may send them.")),
			request_translate(
				v, T("Ask the host to raise FcgidMaxRequestLen and LimitRequestBody to 110100480.")));
}

void install_write_trials(struct desk_request *v, struct str address, struct json_writer *w)
{
	const char *subject = request_translate(v, T("Public address")), *why = "";
	int status;
	json_key(w, "trials");
	json_begin_array(w);
	if (is_ready(v, address, &why, &status)) {
		install_write_check(w, INSTALL_GOOD, subject, request_translate(v, T("Deskbell answers there.")), NULL);
		trial_large(v, address, w);
	} else {
		struct str reason = status ? REASON(v->pool, address_status, F_INT("status", status))
					   : REASON(v->pool, address_unreachable, F_REASON("reason", str_of(why)));
		install_write_check(w, INSTALL_WARNING, subject, pool_cstr(v->pool, request_reason(v, reason)),
			pool_cstr(v->pool, request_reason_next(v, reason)));
	}
	json_end_array(w);
}
