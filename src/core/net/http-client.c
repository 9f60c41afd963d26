/*
 * http-client.c - many HTTP requests at once in one thread, on libcurl's multi interface.
 *
 * Together with http-exchange.c the only file that knows libcurl. Owns the connections, the queue and the easy handles,
 * which are kept for reuse. Requests wait in a queue of our own, not in libcurl's, so that the limit for one host holds
 * up no other and the time limit counts from the submission.
 *
 * Never puts a request on the wire twice (see http-exchange.c for how), never waits when an answer is complete, and
 * never calls back outside http_client_run and http_client_free. Failures are outcomes of a request, not errors of a
 * call. Out of memory is fatal.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "core/net/http-client.h"
#include "core/clock.h"
#include "core/net/http-exchange.h"
#include "core/text/reason.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif
#define FDS_MAX 8

struct http_client {
	struct http_client_options options;
	char user_agent[64];
	CURLM *multi;
	struct http_host *hosts;
	struct exchange *queue, **queue_end;
	struct exchange *flying;
	CURL **spare;
	int n_spare;
	int n_queued, n_flying;
	int64_t first_due_us; /* nothing in the queue needs a look before */
	unsigned completions;
	int64_t waited_us;
	bool running, closing;
};

/* Hosts */

static struct http_host *host_get(struct http_client *client, const char *name)
{
	size_t n = strlen(name) + 1;
	struct http_host *h;

	for (h = client->hosts; h; h = h->next)
		if (strcmp(h->name, name) == 0)
			break;
	if (!h) {
		h = http_need(calloc(1, sizeof(*h) + n));
		memcpy(h->name, name, n);
		h->next = client->hosts;
		client->hosts = h;
	}
	h->users++;
	return h;
}

static void host_release(struct http_client *client, struct http_host *h)
{
	if (!h || --h->users > 0)
		return;
	for (struct http_host **at = &client->hosts; *at; at = &(*at)->next) {
		if (*at == h) {
			*at = h->next;
			break;
		}
	}
	free(h);
}

/* Which host the address names, or why it cannot be tried. */
static void exchange_aim(struct http_client *client, struct exchange *x)
{
	struct pool *pool = pool_new();
	struct http_url url;

	if (!http_url_parse(pool, NULL, str_of(x->url), &url))
		x->refused = CODE(net_not_a_url);
	else if (x->public_only && url.has_user)
		x->refused = CODE(net_url_user);
	else
		x->host = host_get(client, url.origin.p);
	pool_free(pool);
}

/* Submitting */

/* When a request in the queue has to be looked at: its delay is over, or its time is up. */
static int64_t due_us(const struct exchange *x, int64_t now_us)
{
	return x->not_before_us > now_us && x->not_before_us < x->deadline_us ? x->not_before_us : x->deadline_us;
}

void http_client_submit(struct http_client *client, const struct http_request *request)
{
	struct exchange *x;

	if (client->closing || request->timeout_ms <= 0 || !request->done)
		bug("an HTTP request %s",
			client->closing ? "submitted while its client closes" : "without time limit or callback");
	x = http_exchange_new(request, client->options.max_response_bytes);
	if (!x->refused)
		exchange_aim(client, x);
	*client->queue_end = x;
	client->queue_end = &x->next;
	if (client->n_queued++ == 0 || due_us(x, x->started_us) < client->first_due_us)
		client->first_due_us = due_us(x, x->started_us);
	if (x->refused)
		client->first_due_us = 0; /* looked at in the next run */
}

int http_client_active(const struct http_client *client)
{
	return client->n_queued + client->n_flying;
}

bool http_client_is_closing(const struct http_client *client)
{
	return client->closing;
}

/* Starting and ending */

static void exchange_start(struct http_client *client, struct exchange *x, int64_t now_us)
{
	CURLMcode code;

	x->easy = client->n_spare > 0 ? client->spare[--client->n_spare]
				      : http_easy_new(client->options.user_agent, client->options.connect_timeout_ms);
	http_easy_fill(x->easy, x, x->deadline_us - now_us);
	x->started_us = now_us;
	x->host->active++;
	x->next = client->flying;
	if (x->next)
		x->next->previous = x;
	client->flying = x;
	client->n_flying++;
	code = curl_multi_add_handle(client->multi, x->easy);
	if (code != CURLM_OK)
		fatal(ERR_INTERNAL, "libcurl refused a request: %s", curl_multi_strerror(code));
}

static void exchange_report(struct http_client *client, struct exchange *x, struct http_response *response)
{
	response->took_us = clock_mono_us() - x->started_us;
	client->completions++;
	x->done(x->arg, response);
	host_release(client, x->host);
	http_exchange_free(x);
}

static void report_not_sent(struct http_client *client, struct exchange *x, const char *reason)
{
	struct http_response response = { .outcome = HTTP_NOT_SENT, .retry_after_s = -1, .reason = reason };

	exchange_report(client, x, &response);
}

/* Out of the list, the multi handle and its host's count; the easy handle forgets the request. */
static CURL *exchange_land(struct http_client *client, struct exchange *x)
{
	CURL *easy = x->easy;

	curl_multi_remove_handle(client->multi, easy);
	http_easy_forget(easy);
	if (x->previous)
		x->previous->next = x->next;
	else
		client->flying = x->next;
	if (x->next)
		x->next->previous = x->previous;
	x->host->active--;
	client->n_flying--;
	return easy;
}

static void exchange_finish(struct http_client *client, struct exchange *x, CURLcode code, const char *reason)
{
	struct http_response response = { 0 };
	struct explain why = { "" };

	http_exchange_describe(x, code, &why, &response);
	if (reason)
		response.reason = reason;
	client->spare[client->n_spare++] = exchange_land(client, x);
	exchange_report(client, x, &response);
}

/* The queue */

/* Takes `*at` out of the queue; the caller goes on with what `*at` is now. */
static struct exchange *queue_take(struct http_client *client, struct exchange **at)
{
	struct exchange *x = *at;

	*at = x->next;
	if (!x->next)
		client->queue_end = at;
	x->next = NULL;
	client->n_queued--;
	return x;
}

static bool may_start(const struct http_client *client, const struct exchange *x, int64_t now_us)
{
	return x->not_before_us <= now_us && client->n_flying < client->options.max_connections
	       && x->host->active < client->options.max_connections_host;
}

/* Ends what waited too long or cannot be tried. A callback may submit; what it appends is looked at in the next round,
 * so that this ends. */
static void queue_expire(struct http_client *client, int64_t now_us)
{
	struct exchange **at = &client->queue;

	client->first_due_us = INT64_MAX;
	for (int n = client->n_queued; n > 0; n--) {
		if ((*at)->refused) {
			struct exchange *x = queue_take(client, at);
			report_not_sent(client, x, x->refused);
		} else if ((*at)->deadline_us <= now_us) {
			report_not_sent(client, queue_take(client, at), CODE(net_no_connection));
		} else {
			if (due_us(*at, now_us) < client->first_due_us)
				client->first_due_us = due_us(*at, now_us);
			at = &(*at)->next;
		}
	}
}

static void queue_start(struct http_client *client)
{
	int64_t now_us = clock_mono_us();

	if (client->n_queued > 0 && client->first_due_us <= now_us)
		queue_expire(client, now_us);
	for (struct exchange **at = &client->queue; *at && client->n_flying < client->options.max_connections;) {
		if (!(*at)->refused && may_start(client, *at, now_us))
			exchange_start(client, queue_take(client, at), now_us);
		else
			at = &(*at)->next;
	}
}

static void http_client_perform(struct http_client *client)
{
	int running;

	if (client->n_flying > 0 && curl_multi_perform(client->multi, &running) != CURLM_OK)
		fatal(ERR_INTERNAL, "libcurl failed to go on");
}

static void finish_completed(struct http_client *client)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
		CURLcode code = message->data.result; /* gone once the handle is removed */
		char *x = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &x);
		exchange_finish(client, (struct exchange *)(void *)x, code, NULL);
	}
}

/* Does what can be done without waiting, and starts what the callbacks submitted, so that it leaves at once. */
static void http_client_advance(struct http_client *client)
{
	unsigned before = client->completions;

	queue_start(client);
	http_client_perform(client);
	finish_completed(client);
	if (client->completions != before && client->n_queued > 0) {
		queue_start(client);
		http_client_perform(client);
	}
}

/* Never longer than until the next in the queue may start or runs out of time. */
static int wait_limit_ms(const struct http_client *client, int timeout_ms)
{
	int64_t left_ms;

	if (client->n_queued == 0)
		return timeout_ms;
	left_ms = (client->first_due_us - clock_mono_us() + 999) / 1000;
	return left_ms < 0 ? 0 : left_ms < timeout_ms ? (int)left_ms : timeout_ms;
}

unsigned http_client_run(struct http_client *client, const int *fds, unsigned n_fds, int timeout_ms)
{
	struct curl_waitfd waits[FDS_MAX];
	unsigned ready = 0, before = client->completions;

	if (n_fds > FDS_MAX || client->running)
		bug("http_client_run with %u descriptors%s", n_fds, client->running ? ", from a callback" : "");
	client->running = true;
	http_client_advance(client);
	for (unsigned i = 0; i < n_fds; i++)
		waits[i] = (struct curl_waitfd){ .fd = fds[i], .events = CURL_WAIT_POLLIN };
	timeout_ms = client->completions != before || timeout_ms < 0 ? 0 : wait_limit_ms(client, timeout_ms);
	int64_t began_us = clock_mono_us();
	if (curl_multi_poll(client->multi, waits, n_fds, timeout_ms, NULL) != CURLM_OK)
		fatal(ERR_INTERNAL, "libcurl failed to wait");
	client->waited_us += clock_mono_us() - began_us;
	for (unsigned i = 0; i < n_fds; i++)
		ready |= waits[i].revents ? 1u << i : 0;
	http_client_advance(client);
	client->running = false;
	return ready;
}

int64_t http_client_waited_us(const struct http_client *client)
{
	return client->waited_us;
}

/* Birth and end */

static void library_init(void)
{
	struct sigaction action;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatal(ERR_INTERNAL, "libcurl could not be initialised");
	/* With CURLOPT_NOSIGNAL libcurl leaves this to the program; OpenSSL writes to closed sockets. */
	if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

static void options_complete(struct http_client *client, const struct http_client_options *given)
{
	struct http_client_options *o = &client->options;

	if (given)
		*o = *given;
	o->max_connections = o->max_connections > 0 ? o->max_connections : 100;
	o->max_connections_host = o->max_connections_host > 0 ? o->max_connections_host : o->max_connections;
	o->max_response_bytes = o->max_response_bytes > 0 ? o->max_response_bytes : 1 << 20;
	o->connect_timeout_ms = o->connect_timeout_ms > 0 ? o->connect_timeout_ms : 5000;
	snprintf(client->user_agent, sizeof(client->user_agent), "%s",
		o->user_agent ? o->user_agent : "Deskbell/" PACKAGE_VERSION);
	o->user_agent = client->user_agent;
}

static bool http_client_speaks(const curl_version_info_data *library, const char *protocol)
{
	for (const char *const *p = library->protocols; *p; p++)
		if (strcmp(*p, protocol) == 0)
			return true;
	return false;
}

enum err http_client_try(struct explain *why)
{
	const curl_version_info_data *library = curl_version_info(CURLVERSION_NOW);

	if (!(library->features & CURL_VERSION_SSL) || !http_client_speaks(library, "https")
		|| !http_client_speaks(library, "http"))
		return explain(why, ERR_CONFIG, "libcurl %s cannot speak https", library->version);
	if (!(library->features & CURL_VERSION_ASYNCHDNS))
		return explain(
			why, ERR_CONFIG, "libcurl %s waits for names, and everything else with it", library->version);
	return ERR_OK;
}

struct http_client *http_client_new(const struct http_client_options *options)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http_client *client = http_need(calloc(1, sizeof(*client)));

	pthread_once(&once, library_init);
	options_complete(client, options);
	client->multi = http_need(curl_multi_init());
	client->queue_end = &client->queue;
	client->spare = http_need(calloc((size_t)client->options.max_connections, sizeof(CURL *)));
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)client->options.max_connections);
	return client;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;
	if (client->running)
		bug("an HTTP client freed from a callback");
	client->closing = true;
	while (client->flying)
		exchange_finish(client, client->flying, CURLE_ABORTED_BY_CALLBACK, CODE(net_cancelled));
	while (client->queue)
		report_not_sent(client, queue_take(client, &client->queue), CODE(net_cancelled));
	while (client->n_spare > 0)
		curl_easy_cleanup(client->spare[--client->n_spare]);
	curl_multi_cleanup(client->multi);
	free(client->spare);
	free(client);
}
