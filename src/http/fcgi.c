/*
 * fcgi.c - requests from the web server: FastCGI in threads, or one as plain CGI.
 *
 * Owns the listening socket (descriptor 0). Threads wait in accept(2) itself: the kernel wakes exactly one for a
 * connection, where libfcgi's own select-and-accept would wake them all. The connection is close-on-exec, so that a
 * sender that is started from here does not hold it. A thread is started when a request comes and none is left to
 * wait for the next one, so a process that is given one request at a time (mod_fcgid) stays at two. A body has
 * read_timeout_s to come, and a second more for each BODY_BYTES_PER_S that have come, so that a client who sends a byte
 * now and then holds no thread; a response has the same to go. Source: FastCGI specification 1.0; RFC 3875 (CGI).
 */
#include "http/fcgi.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/process/memory.h"
#include "core/net/net-address.h"
#include "core/process/process.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define DISCARD_MAX ((int64_t)64 << 20)
#define WRITE_BYTES 8192
#define BODY_BYTES_PER_S 20000 /* Apache's own RequestReadTimeout in the samples */

struct transport {
	FCGX_Request *fcgi; /* NULL: plain CGI, descriptors 0 and 1 */
	int read_timeout_s;
	bool timed_out;
	int64_t began_us;           /* with the body */
	int64_t taken;              /* bytes of it */
	int64_t answered_us, given; /* the same of the response */
};

static atomic_int active;             /* threads with a request */
static atomic_int accepting, started; /* threads that wait for a connection; all of them */
static atomic_bool stopping;
static char **cgi_params; /* the request as plain CGI */

bool fcgi_is_cgi(void)
{
	return FCGX_IsCGI() != 0;
}

void fcgi_take_environment(void)
{
	cgi_params = process_take_cgi();
}

static const char *fcgi_param(const struct transport *t, const char *name)
{
	return FCGX_GetParam(name, t->fcgi ? t->fcgi->envp : cgi_params);
}

struct str request_header(const struct request *request, const char *cgi_name)
{
	const char *value = fcgi_param(request->transport, cgi_name);
	size_t n = value ? strnlen(value, HTTP_HEADER_MAX + 1) : 0;
	return value && n <= HTTP_HEADER_MAX ? (struct str){ value, n } : STR_NONE;
}

/* How long the rest of the body may still take; 0 when its time is up. */
static int64_t left_us(struct transport *t)
{
	int64_t now_us = clock_mono_us();
	if (!t->began_us)
		t->began_us = now_us;
	int64_t end_us = t->began_us + (t->read_timeout_s + t->taken / BODY_BYTES_PER_S) * 1000000;
	t->timed_out = end_us <= now_us;
	return t->timed_out ? 0 : end_us - now_us;
}

/* What libfcgi holds already, or else what one read brings: FCGX_GetStr itself would stay until all of it is there. The
 * limit is the socket's, because libfcgi may hold bytes that poll(2) knows nothing of. */
static ssize_t read_fcgi(struct transport *t, char *into, size_t n)
{
	FCGX_Stream *in = t->fcgi->in;
	int64_t left = left_us(t);
	struct timeval limit = { .tv_sec = left / 1000000, .tv_usec = left % 1000000 };
	if (left == 0)
		return -1;
	setsockopt(t->fcgi->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	errno = 0;
	int first = FCGX_GetChar(in);
	if (first < 0) {
		t->timed_out = errno == EAGAIN;
		return first;
	}
	into[0] = (char)first;
	size_t held = (size_t)(in->stop - in->rdNext);
	int more = FCGX_GetStr(into + 1, (int)(held < n - 1 ? held : n - 1), in);
	return 1 + (more > 0 ? more : 0);
}

static ssize_t read_cgi(struct transport *t, char *into, size_t n)
{
	struct pollfd waiting = { .fd = 0, .events = POLLIN };
	int64_t left = left_us(t);
	if (left == 0)
		return -1;
	t->timed_out = poll(&waiting, 1, (int)((left + 999) / 1000)) == 0;
	return t->timed_out ? -1 : read(0, into, n);
}

static ssize_t read_some(struct transport *t, char *into, size_t n)
{
	ssize_t got = t->fcgi ? read_fcgi(t, into, n) : read_cgi(t, into, n);
	t->taken += got > 0 ? got : 0;
	return got;
}

enum err request_body(struct request *request, size_t max, struct str *out)
{
	if (request->content_length > (int64_t)max)
		return ERR_TOO_LARGE;
	struct buf body;
	buf_init(&body, max + 1);
	while (body.len <= max && (request->content_length < 0 || (int64_t)body.len < request->content_length)) {
		size_t want = request->content_length < 0 ? 65536 : (size_t)request->content_length - body.len;
		want = want > max + 1 - body.len ? max + 1 - body.len : want;
		char *room = buf_reserve(&body, want);
		ssize_t got = room ? read_some(request->transport, room, want) : -1;
		if (got <= 0)
			break;
		buf_commit(&body, (size_t)got);
	}
	enum err e = request->transport->timed_out                                                 ? ERR_TIMEOUT
		     : body.len > max                                                              ? ERR_TOO_LARGE
		     : request->content_length < 0 && body.len > 0 && !request->transport->fcgi    ? ERR_NO_LENGTH
		     : request->content_length >= 0 && (int64_t)body.len < request->content_length ? ERR_BROKEN_PEER
												   : ERR_OK;
	/* The bytes belong to the pool from here on; they are not copied. */
	*out = e == ERR_OK ? buf_str(&body) : STR_NONE;
	if (body.data)
		pool_defer(request->pool, free, body.data);
	return e;
}

enum err request_stream(struct request *request, int64_t max, bool (*take)(void *arg, struct str piece), void *arg)
{
	struct transport *t = request->transport;
	int64_t length = request->content_length;
	char chunk[16384];
	bool wanted = true;
	if (length > max)
		return ERR_TOO_LARGE;
	while (wanted && t->taken <= max && (length < 0 || t->taken < length)) {
		int64_t left = length < 0 ? (int64_t)sizeof(chunk) : length - t->taken;
		ssize_t got = read_some(t, chunk, left < (int64_t)sizeof(chunk) ? (size_t)left : sizeof(chunk));
		if (got <= 0)
			break;
		wanted = take(arg, (struct str){ chunk, (size_t)got });
	}
	return t->timed_out                             ? ERR_TIMEOUT
	       : !wanted                                ? ERR_INVALID
	       : t->taken > max                         ? ERR_TOO_LARGE
	       : length < 0 && t->taken > 0 && !t->fcgi ? ERR_NO_LENGTH
	       : length >= 0 && t->taken < length       ? ERR_BROKEN_PEER
							: ERR_OK;
}

/* A CGI program that ends with its input unread may lose its answer: under Apache's mod_cgid both are one socket. */
static void discard_body(struct transport *t, int64_t content_length)
{
	char sink[16384];
	int64_t all = content_length < DISCARD_MAX ? content_length : DISCARD_MAX;
	while (t->taken < all && read_some(t, sink, sizeof(sink)) > 0)
		continue;
}

/* Piece by piece, because libfcgi itself has no end but the socket's for each of its writes. A connection that is given
 * up is shut, so that libfcgi flushes nothing to it any more. */
static bool fcgi_put_pieces(struct transport *t, const char *bytes, size_t n)
{
	if (!t->answered_us)
		t->answered_us = clock_mono_us();
	while (n) {
		size_t piece = n < WRITE_BYTES ? n : WRITE_BYTES;
		if (clock_mono_us() - t->answered_us
			> (t->read_timeout_s + t->given / BODY_BYTES_PER_S) * INT64_C(1000000)) {
			LOG_LIMITED(LOG_LEVEL_INFO, "fcgi.slow_reader", F_INT("bytes", t->given));
			shutdown(t->fcgi->ipcFd, SHUT_RDWR);
			return false;
		}
		if (FCGX_PutStr(bytes, (int)piece, t->fcgi->out) < 0)
			return false;
		t->given += (int64_t)piece;
		bytes += piece;
		n -= piece;
	}
	return true;
}

/* False when the other side takes no more. */
static bool fcgi_put(struct transport *t, const char *bytes, size_t n)
{
	if (t->fcgi)
		return fcgi_put_pieces(t, bytes, n);
	while (n) {
		ssize_t done = write(1, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* A file that is shorter than it was leaves the response short, which the web server notices by its length. */
static void fcgi_put_file(struct transport *t, const struct response_file *file)
{
	char chunk[65536];
	for (int64_t at = 0; at < file->bytes;) {
		size_t want = file->bytes - at < (int64_t)sizeof(chunk) ? (size_t)(file->bytes - at) : sizeof(chunk);
		ssize_t n = pread(file->fd, chunk, want, file->from + at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !fcgi_put(t, chunk, (size_t)n))
			return;
		at += n;
	}
}

static void send_response(struct transport *t, const struct response *response)
{
	int64_t bytes = response->file ? response->file->bytes : (int64_t)response->body.len;
	struct buf head;
	buf_init(&head, response->headers.max + 4096);
	buf_addf(&head, "Status: %d\r\nCache-Control: %s\r\nX-Content-Type-Options: nosniff\r\n", response->status,
		response->cache_control ? response->cache_control : "no-store");
	if (response->status != 304)
		buf_addf(&head, "Content-Type: %s\r\nContent-Length: %lld\r\n", response->content_type,
			(long long)bytes);
	if (response->allow)
		buf_addf(&head, "Allow: %s\r\n", response->allow);
	buf_add_str(&head, buf_str(&response->headers));
	buf_add_cstr(&head, "\r\n");
	fcgi_put(t, buf_cstr(&head), head.len);
	if (response->status != 304 && !response->is_head && response->file)
		fcgi_put_file(t, response->file);
	else if (response->status != 304 && !response->is_head)
		fcgi_put(t, buf_cstr(&response->body), response->body.len);
	if (response->file)
		close(response->file->fd);
	buf_fini(&head);
}

static struct str fcgi_path_of(const struct transport *t, struct str *query)
{
	struct str uri = str_of(fcgi_param(t, "REQUEST_URI"));
	*query = str_of(fcgi_param(t, "QUERY_STRING"));
	if (uri.p)
		return str_take_until(&uri, '?');
	const char *path = fcgi_param(t, "PATH_INFO");
	return str_of(path && *path ? path : fcgi_param(t, "SCRIPT_NAME"));
}

static void serve_one(const struct fcgi_options *options, struct transport *t)
{
	struct request request = { .pool = pool_new(), .transport = t, .content_length = -1 };
	struct response response = { .status = 500, .content_type = "text/plain; charset=utf-8" };
	struct str length = str_of(fcgi_param(t, "CONTENT_LENGTH"));
	buf_init(&response.body, 16 << 20);
	buf_init(&response.headers, 16384);
	request.method = str_of(fcgi_param(t, "REQUEST_METHOD"));
	request.remote_address = net_address_unmapped(request.pool, fcgi_param(t, "REMOTE_ADDR"));
	request.path = fcgi_path_of(t, &request.query);
	if (!str_is_empty(length) && (!str_to_i64(length, &request.content_length) || request.content_length < 0))
		respond_error(&response, ERR_INVALID);
	else
		options->serve(options->app, &request, &response);
	if (!t->fcgi && !t->timed_out)
		discard_body(t, request.content_length);
	send_response(t, &response);
	if (t->fcgi) {
		t->fcgi->keepConnection = 0; /* one request a connection, whatever the server asks */
		FCGX_Finish_r(t->fcgi);
	}
	if (response.after)
		response.after(response.after_arg);
	buf_fini(&response.body);
	buf_fini(&response.headers);
	pool_free(request.pool);
}

/* Reads the request's head from a connection that we accepted ourselves: libfcgi accepts only when it has none. Before
 * it looks, it ends the request before and would close our connection with it, had that one not asked to keep it. */
static bool fcgi_begin(FCGX_Request *fcgi, int connection, int read_timeout_s)
{
	struct timeval limit = { .tv_sec = read_timeout_s };
	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	fcgi->ipcFd = connection;
	fcgi->keepConnection = 1;
	return FCGX_Accept_r(fcgi) == 0;
}

static bool start_worker(const struct fcgi_options *options);

/* libfcgi gets no socket to listen on: a connection that is closed before its request is complete then is an error and
 * not a reason to accept by itself. */
static void *fcgi_worker(void *arg)
{
	const struct fcgi_options *options = arg;
	FCGX_Request fcgi;
	FCGX_InitRequest(&fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	while (!atomic_load(&stopping)) {
		atomic_fetch_add(&accepting, 1);
		int connection = accept4(0, NULL, NULL, SOCK_CLOEXEC);
		bool was_last = atomic_fetch_sub(&accepting, 1) == 1;
		if (connection < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
				usleep(10000);
			else if (errno != EINTR && errno != ECONNABORTED && errno != EAGAIN)
				break;
			continue;
		}
		atomic_fetch_add(&active, 1);
		memory_begin();
		if (was_last)
			start_worker(options);
		struct transport t = { .fcgi = &fcgi, .read_timeout_s = options->read_timeout_s };
		if (fcgi_begin(&fcgi, connection, options->read_timeout_s))
			serve_one(options, &t);
		memory_end();
		atomic_fetch_sub(&active, 1);
	}
	FCGX_Free(&fcgi, 1);
	return NULL;
}

/* One more thread, unless there are as many as there may be. Without it the others do the work. */
static bool start_worker(const struct fcgi_options *options)
{
	pthread_attr_t attributes;
	pthread_t thread;
	if (atomic_fetch_add(&started, 1) >= options->threads) {
		atomic_fetch_sub(&started, 1);
		return true;
	}
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, 512 << 10);
	int failed = pthread_create(&thread, &attributes, fcgi_worker, (void *)(uintptr_t)options);
	pthread_attr_destroy(&attributes);
	if (failed) {
		atomic_fetch_sub(&started, 1);
		LOG_WARN("fcgi.no_thread", F_INT("threads", atomic_load(&started)), F_CSTR("reason", strerror(failed)));
	}
	return !failed;
}

/* 0 after a minute without one. */
static int wait_for_signal(const sigset_t *signals)
{
	const struct timespec minute = { .tv_sec = 60 };
	int signal_number = sigtimedwait(signals, NULL, &minute);
	return signal_number > 0 ? signal_number : 0;
}

void fcgi_run(const struct fcgi_options *options)
{
	if (fcgi_is_cgi()) {
		struct transport t = { .read_timeout_s = options->read_timeout_s };
		serve_one(options, &t);
		return;
	}
	/* Signals go to this thread only; mod_fcgid stops its processes with SIGTERM, and so does lighttpd. */
	sigset_t signals;
	int signal_number = 0;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	FCGX_Init();
	memory_init();
	if (!start_worker(options))
		fatal(ERR_INTERNAL, "no thread can be started");
	while ((signal_number = wait_for_signal(&signals)) == SIGHUP || signal_number == 0) {
		if (signal_number == SIGHUP)
			log_reopen();
		log_report_left_out();
	}
	atomic_store(&stopping, true);
	for (int i = 0; i < 200 && atomic_load(&active) > 0; i++)
		usleep(50000);
	log_report_left_out();
	LOG_INFO("fcgi.stopped", F_INT("signal", signal_number), F_INT("unfinished", atomic_load(&active)));
}
