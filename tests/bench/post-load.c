/*
 * post-load.c - posts signed WhatsApp deliveries as fast as they are acknowledged, and measures. For `make
 * bench-webhook`.
 *
 * All bodies are built and signed before the clock starts, one text message each with an id of its own; the clock runs
 * from the first request to the last answer. One thread, epoll, HTTP/1.1 with keep-alive: it shares the cores with what
 * it measures, so it does as little as possible and reports what it took. Owns its connections and the time of each
 * request. What is answered with 503 is sent again on its connection after Retry-After, as platforms do. Never verifies
 * what was stored: that is the caller's business, who gets the number of 200s. The app secret comes on standard input.
 * Prints one JSON object; exit status 1 when an answer was not 200 or the server broke off.
 */
#include "core/buf.h"
#include "core/clock.h"
#include "core/crypto/crypt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define ANSWER_BYTES_MAX 4096
#define SILENCE_MS 30000
#define LOOP_EVENTS 64
#define ARENA_BYTES_MAX (4ull << 30)

struct options {
	int port, connections, contacts;
	int organizations; /* their channels and accounts have numbers that follow each other */
	int64_t posts, seconds;
	const char *phone_number_id, *account_id, *tag;
};

/* A histogram of microseconds: exact below 64, above that 64 steps to each doubling, so every figure is right to 1.6 %.
 */
#define STEPS 64
#define DOUBLINGS 26
struct histogram {
	int64_t count[STEPS * DOUBLINGS];
	int64_t n, max_us;
};

struct connection {
	int fd;
	size_t begin, at, end; /* of the request in the arena; at == end: all of it is sent */
	int64_t sent_us;
	int64_t again_us; /* when it is sent again; 0: it waits for nothing */
	char answer[ANSWER_BYTES_MAX];
	size_t got;
	bool busy;
};

struct load {
	struct options options;
	struct buf arena; /* all requests, one behind the other */
	size_t *ends;     /* where each one ends */
	int64_t next;     /* the request that is sent next */
	int64_t under_way, pausing, ok, failed, refused, reconnects;
	int64_t deadline_us;
	int first_bad_status;
	int poller;
	struct connection *connections;
	struct histogram times;
};

static void die(const char *what)
{
	fprintf(stderr, "post-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- histogram ---- */

static size_t slot_of(int64_t us)
{
	int shift = 0;
	while ((us >> shift) >= 2 * STEPS)
		shift++;
	size_t slot = (size_t)(us >> shift) + (size_t)shift * STEPS;
	return slot < STEPS * DOUBLINGS ? slot : STEPS * DOUBLINGS - 1;
}

static int64_t top_of(size_t slot)
{
	if (slot < 2 * STEPS)
		return (int64_t)slot;
	size_t shift = slot / STEPS - 1;
	return ((int64_t)(slot - shift * STEPS + 1) << shift) - 1;
}

static void note_time(struct histogram *h, int64_t us)
{
	us = us < 0 ? 0 : us;
	h->count[slot_of(us)]++;
	h->n++;
	h->max_us = us > h->max_us ? us : h->max_us;
}

static double percentile_ms(const struct histogram *h, double share)
{
	int64_t wanted = (int64_t)((double)h->n * share + 0.9999), seen = 0;
	for (size_t i = 0; i < STEPS * DOUBLINGS; i++) {
		seen += h->count[i];
		if (seen >= wanted && seen > 0) {
			int64_t us = top_of(i);
			return (double)(us < h->max_us ? us : h->max_us) / 1000;
		}
	}
	return 0;
}

/* ---- requests ---- */

static const char *const sentences[] = {
	"Hello! Does the linen shirt come in another colour, and could I have it by Friday? I am away from Saturday "
	"on.",
	"Good morning, I would like to book a table for six on Saturday evening. Is the terrace open?",
	"Merhaba, kargom h\\u00e2l\\u00e2 gelmedi. Sipari\\u015f numaram 48213, ne zaman elime ula\\u015f\\u0131r?",
	"What are your opening hours on public holidays, and do you take cards? \\ud83d\\ude42",
};

/* As Meta writes it: escaped Unicode, no white space. */
static void add_body(struct buf *out, const struct options *o, int64_t i, int64_t now_s)
{
	int64_t person = 16500000000 + i * 7919 % o->contacts, nth = i % o->organizations;
	buf_addf(out,
		"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"%lld\",\"changes\":[{\"value\":{"
		"\"messaging_product\":\"whatsapp\","
		"\"metadata\":{\"display_phone_number\":\"15550783881\",\"phone_number_id\":\"%lld\"},",
		atoll(o->account_id) + (long long)nth, atoll(o->phone_number_id) + (long long)nth);
	buf_addf(out,
		"\"contacts\":[{\"profile\":{\"name\":\"Customer "
		"%lld\"},\"wa_id\":\"%lld\",\"user_id\":\"US.13491208%011lld\"}],",
		(long long)person, (long long)person, (long long)person);
	buf_addf(out,
		"\"messages\":[{\"from\":\"%lld\",\"from_user_id\":\"US.13491208%011lld\",\"id\":\"wamid."
		"HBgLMTY1MDM4Nzk0MzkVAgASGBQz%s%012lldAA==\","
		"\"timestamp\":\"%lld\",\"text\":{\"body\":\"%s\"},\"type\":\"text\"}]},\"field\":\"messages\"}]}]}",
		(long long)person, (long long)person, o->tag, (long long)i, (long long)now_s, sentences[i % 4]);
}

static void add_request(struct load *l, struct str secret, int64_t i, int64_t now_s)
{
	struct buf body;
	unsigned char digest[CRYPT_SHA256_BYTES];
	buf_init(&body, 16384);
	add_body(&body, &l->options, i, now_s);
	crypt_hmac_sha256(secret, buf_str(&body), digest);
	buf_addf(&l->arena,
		"POST /api/webhooks/whatsapp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: "
		"facebookexternalua\r\nAccept: */*\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\nX-Hub-Signature-256: sha256=",
		l->options.port, body.len);
	crypt_hex(&l->arena, (struct str){ (const char *)digest, sizeof(digest) });
	buf_add_cstr(&l->arena, "\r\n\r\n");
	buf_add_str(&l->arena, buf_str(&body));
	l->ends[i] = l->arena.len;
	buf_fini(&body);
}

static void build_requests(struct load *l)
{
	char secret[256];
	size_t n = fread(secret, 1, sizeof(secret) - 1, stdin);
	while (n && (secret[n - 1] == '\n' || secret[n - 1] == '\r'))
		n--;
	if (n == 0) {
		fputs("post-load: no app secret on standard input\n", stderr);
		exit(64);
	}
	l->ends = calloc((size_t)l->options.posts, sizeof(*l->ends));
	if (!l->ends)
		die("memory");
	buf_init(&l->arena, ARENA_BYTES_MAX);
	for (int64_t i = 0; i < l->options.posts; i++)
		add_request(l, (struct str){ secret, n }, i, clock_wall_ms() / 1000);
	if (l->arena.err != ERR_OK)
		die("too many posts");
}

/* ---- connections ---- */

static void watch(struct load *l, struct connection *c, int how, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };
	if (epoll_ctl(l->poller, how, c->fd, &e) != 0)
		die("epoll_ctl");
}

static void open_connection(struct load *l, struct connection *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)l->options.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0)
		die("fcntl");
	watch(l, c, EPOLL_CTL_ADD, EPOLLIN);
}

static void close_connection(struct connection *c)
{
	close(c->fd);
	c->fd = -1;
}

/* Sends what there is room for; the rest when the socket takes more. */
static void send_rest(struct load *l, struct connection *c)
{
	ssize_t n = send(c->fd, l->arena.data + c->at, c->end - c->at, MSG_NOSIGNAL);
	if (n > 0)
		c->at += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET)
		die("send");
	if (c->at < c->end)
		watch(l, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void send_next(struct load *l, struct connection *c, int64_t now_us)
{
	c->got = 0;
	c->busy = l->next < l->options.posts && now_us < l->deadline_us;
	if (!c->busy)
		return;
	c->at = c->begin = l->next ? l->ends[l->next - 1] : 0;
	c->end = l->ends[l->next++];
	c->sent_us = now_us;
	l->under_way++;
	send_rest(l, c);
}

/* The server closed a connection that had been kept alive before it took the request: sent again on a new one, its time
 * goes on. */
static void repeat(struct load *l, struct connection *c)
{
	close_connection(c);
	open_connection(l, c);
	l->reconnects++;
	c->at = c->begin;
	c->got = 0;
	send_rest(l, c);
}

/* ---- answers ---- */

/* Whether the head has the line `name: value`; the value's beginning is what counts. Names come in any case. */
static const char *header(const char *head, const char *name)
{
	size_t n = strlen(name);
	for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n"))
		if (!strncasecmp(line + 2, name, n) && line[2 + n] == ':')
			return line + 3 + n + strspn(line + 3 + n, " ");
	return NULL;
}

/* Whether all of the answer is here; everything but a bodyless or counted or chunked answer is beyond this program. */
static bool is_complete(const struct connection *c)
{
	const char *end = strstr(c->answer, "\r\n\r\n");
	if (!end)
		return false;
	const char *length = header(c->answer, "Content-Length");
	if (length)
		return c->got >= (size_t)(end + 4 - c->answer) + strtoul(length, NULL, 10);
	return !header(c->answer, "Transfer-Encoding") || strstr(end + 2, "\r\n0\r\n\r\n");
}

/* Sends the requests again whose time has come, unless the time for all is up; returns how long to wait for the next.
 */
static int send_again(struct load *l, int64_t now_us)
{
	int64_t next_us = now_us + SILENCE_MS * 1000;
	for (int i = 0; i < l->options.connections && l->pausing; i++) {
		struct connection *c = &l->connections[i];
		if (!c->again_us)
			continue;
		if (c->again_us > now_us && now_us < l->deadline_us) {
			next_us = c->again_us < next_us ? c->again_us : next_us;
			continue;
		}
		c->again_us = 0;
		l->pausing--;
		if (now_us >= l->deadline_us)
			continue;
		if (c->fd < 0)
			open_connection(l, c);
		c->at = c->begin;
		c->got = 0;
		c->busy = true;
		c->sent_us = now_us;
		l->under_way++;
		send_rest(l, c);
	}
	return (int)((next_us - now_us) / 1000) + 1;
}

static void count_answer(struct load *l, int status, int64_t took_us)
{
	if (status == 503) {
		l->refused++;
		return;
	}
	note_time(&l->times, took_us);
	if (status == 200) {
		l->ok++;
	} else {
		l->failed++;
		l->first_bad_status = l->first_bad_status ? l->first_bad_status : status;
	}
}

static void judge(struct load *l, struct connection *c, int64_t now_us)
{
	int status = c->got > 12 ? atoi(c->answer + 9) : 0;
	const char *keep = header(c->answer, "Connection"), *after = header(c->answer, "Retry-After");
	int64_t pause_us = status == 503 ? (after ? atoi(after) : 1) * INT64_C(1000000) : 0;
	l->under_way--;
	count_answer(l, status, now_us - c->sent_us);
	if (keep && !strncasecmp(keep, "close", 5)) {
		close_connection(c);
		open_connection(l, c);
		l->reconnects++;
	}
	if (pause_us) {
		c->again_us = now_us + pause_us;
		c->busy = false;
		l->pausing++;
	} else {
		send_next(l, c, now_us);
	}
}

static void receive(struct load *l, struct connection *c)
{
	ssize_t n = recv(c->fd, c->answer + c->got, sizeof(c->answer) - 1 - c->got, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		if (c->got)
			die("the server broke off in an answer");
		if (c->busy)
			repeat(l, c);
		else
			close_connection(c);
		return;
	}
	c->got += (size_t)n;
	c->answer[c->got] = '\0';
	if (is_complete(c))
		judge(l, c, clock_mono_us());
	else if (c->got == sizeof(c->answer) - 1)
		die("an answer is too long");
}

static void handle(struct load *l, const struct epoll_event *e)
{
	struct connection *c = e->data.ptr;
	if (e->events & EPOLLOUT) {
		watch(l, c, EPOLL_CTL_MOD, EPOLLIN);
		send_rest(l, c);
	}
	if (e->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(l, c);
}

static void run(struct load *l)
{
	struct epoll_event events[LOOP_EVENTS];
	int64_t now_us = clock_mono_us();
	l->deadline_us = now_us + l->options.seconds * 1000000;
	for (int i = 0; i < l->options.connections; i++)
		send_next(l, &l->connections[i], now_us);
	while (l->under_way + l->pausing > 0) {
		int wait_ms = send_again(l, clock_mono_us());
		int n = epoll_wait(l->poller, events, LOOP_EVENTS, wait_ms < SILENCE_MS ? wait_ms : SILENCE_MS);
		if (n == 0 && wait_ms >= SILENCE_MS) {
			errno = ETIMEDOUT;
			die("no answer");
		}
		for (int i = 0; i < n; i++)
			handle(l, &events[i]);
	}
}

/* ---- program ---- */

static double cpu_s(void)
{
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec)
	       + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void report(const struct load *l, double seconds, double cpu)
{
	printf("{\"posts\":%lld,\"ok\":%lld,\"failed\":%lld,\"refused\":%lld,\"first_bad_status\":%d,\"reconnects\":%"
	       "lld,"
	       "\"connections\":%d,\"seconds\":%.4f,\"rate\":%.1f,",
		(long long)(l->ok + l->failed), (long long)l->ok, (long long)l->failed, (long long)l->refused,
		l->first_bad_status, (long long)l->reconnects, l->options.connections, seconds,
		(double)l->ok / seconds);
	printf("\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"body_bytes\":%zu,\"own_cpu_share\":%."
	       "4f}\n",
		percentile_ms(&l->times, 0.50), percentile_ms(&l->times, 0.95), percentile_ms(&l->times, 0.99),
		(double)l->times.max_us / 1000,
		(size_t)(l->ends[0] - (size_t)(strstr(l->arena.data, "\r\n\r\n") + 4 - l->arena.data)), cpu / seconds);
}

static void usage(FILE *to)
{
	fputs("usage: post-load --port N --phone-number-id ID --account-id ID --tag LETTERS [--connections 64] "
	      "[--contacts 1000] [--organizations 1]\n"
	      "                 [--posts N] [--seconds T] <app-secret\n\n"
	      "Posts N different signed deliveries, or as many of them as fit into T seconds, and prints one JSON "
	      "object. The tag goes into every\n"
	      "message id: runs with different tags send different messages.\n",
		to);
}

static struct options parse_arguments(int argc, char **argv)
{
	static const struct option names[] = { { "port", required_argument, NULL, 'p' },
		{ "connections", required_argument, NULL, 'c' }, { "contacts", required_argument, NULL, 'k' },
		{ "organizations", required_argument, NULL, 'g' }, { "posts", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' }, { "phone-number-id", required_argument, NULL, 'i' },
		{ "account-id", required_argument, NULL, 'a' }, { "tag", required_argument, NULL, 't' }, { 0 } };
	struct options o = { .connections = 64, .contacts = 1000, .organizations = 1, .posts = 10000, .seconds = 3600 };
	int c;
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 'p': o.port = atoi(optarg); break;
		case 'c': o.connections = atoi(optarg); break;
		case 'k': o.contacts = atoi(optarg); break;
		case 'g': o.organizations = atoi(optarg); break;
		case 'n': o.posts = atoll(optarg); break;
		case 's': o.seconds = atoll(optarg); break;
		case 'i': o.phone_number_id = optarg; break;
		case 'a': o.account_id = optarg; break;
		case 't': o.tag = optarg; break;
		default: usage(stderr); exit(64);
		}
	}
	if (!o.port || !o.phone_number_id || !o.account_id || !o.tag || o.connections < 1
		|| o.connections > CONNECTIONS_MAX || o.contacts < 1 || o.organizations < 1 || o.posts < 1) {
		usage(stderr);
		exit(64);
	}
	return o;
}

int main(int argc, char **argv)
{
	static struct load load;
	load.options = parse_arguments(argc, argv);
	build_requests(&load);
	load.poller = epoll_create1(EPOLL_CLOEXEC);
	load.connections = calloc((size_t)load.options.connections, sizeof(*load.connections));
	if (load.poller < 0 || !load.connections)
		die("start");
	for (int i = 0; i < load.options.connections; i++)
		open_connection(&load, &load.connections[i]);
	double cpu = cpu_s();
	int64_t began_us = clock_mono_us();
	run(&load);
	report(&load, (double)(clock_mono_us() - began_us) / 1e6, cpu_s() - cpu);
	return load.failed ? 1 : 0;
}
