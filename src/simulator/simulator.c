/*
 * simulator.c - start, end and the way from a request to the part that answers it.
 *
 * Owns the shared state and its lock. Never knows a platform's rules: a new platform is a row in the table below.
 * Answers only to its own machine: a page from elsewhere that makes a browser call this address is refused by its Host
 * or Origin.
 */
#include "simulator/simulator.h"

#include "core/crypto/crypt.h"
#include "simulator/control/control.h"
#include "simulator/sim-phone.h"
#include "simulator/random.h"

static const struct platform *const platforms[] = { &platform_graph, &platform_llm, &platform_telegram,
	&platform_attachments };

void simulator_init(struct simulator *sim)
{
	*sim = (struct simulator){ .pending = 0 };
	pthread_mutex_init(&sim->lock, NULL);
	behaviour_init(&sim->behaviour);
	llm_init(&sim->llm);
	records_init(&sim->records);
	sim->random = (uint64_t)sim->behaviour.seed;
	crypt_random(&sim->serial, sizeof(sim->serial));
	sim->loop = loop_new();
}

void simulator_fini(struct simulator *sim)
{
	loop_free(sim->loop);
	behaviour_fini(&sim->behaviour);
	llm_fini(&sim->llm);
	channels_forget(&sim->channels);
	bots_forget(&sim->bots);
	customers_forget(&sim->customers);
	sim_media_forget(&sim->media);
	records_fini(&sim->records);
	pthread_mutex_destroy(&sim->lock);
}

void simulator_reset(struct simulator *sim)
{
	behaviour_fini(&sim->behaviour);
	behaviour_init(&sim->behaviour);
	llm_reset(&sim->llm);
	customers_forget(&sim->customers);
	sim_media_forget(&sim->media);
	records_forget(&sim->records);
	sim->random = (uint64_t)sim->behaviour.seed;
	sim->sends = 0;
}

bool simulator_is_nth(const struct simulator *sim, int64_t every)
{
	return every && sim->sends % every == 0;
}

enum send_fault simulator_take_fault(struct simulator *sim)
{
	const struct behaviour *b = &sim->behaviour;

	sim->sends++;
	if (simulator_is_nth(sim, b->reset_every))
		return SEND_FAULT_RESET;
	if (simulator_is_nth(sim, b->hang_every))
		return SEND_FAULT_HANG;
	return simulator_is_nth(sim, b->fail_every) ? SEND_FAULT_FAIL : SEND_FAULT_NONE;
}

uint64_t simulator_serial(struct simulator *sim)
{
	return sim->serial++;
}

size_t simulator_utf16_units(struct str s)
{
	size_t units = 0;

	while (s.n) {
		uint32_t c = 0;
		size_t n = str_utf8_next(s, &c);

		units += c > 0xffff ? 2 : 1;
		if (!n)
			n = 1;
		s.p += n;
		s.n -= n;
	}
	return units;
}

int64_t simulator_latency_ms(struct simulator *sim)
{
	int64_t jitter_ms = sim->behaviour.latency_jitter_ms;

	return sim->behaviour.latency_ms
	       + (jitter_ms ? (int64_t)random_below(&sim->random, (uint64_t)jitter_ms + 1) : 0);
}

/* host[:port] of a Host header or of an origin. */
static bool is_loopback(struct str host)
{
	static const char *const names[] = { "localhost", "127.", "[::1]" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_has_prefix(host, str_of(names[i])))
			return i == 1 || host.n == strlen(names[i]) || host.p[strlen(names[i])] == ':';
	return false;
}

static bool is_from_here(const struct exchange *ex)
{
	struct str host = exchange_header(ex, "Host"), origin = exchange_header(ex, "Origin");

	if (host.p && !is_loopback(host))
		return false;
	if (!origin.p)
		return true;
	if (!str_has_prefix(origin, STR("http://")))
		return false;
	return is_loopback((struct str){ origin.p + 7, origin.n - 7 });
}

static void simulator_dispatch(struct simulator *sim, struct exchange *ex)
{
	if (!is_from_here(ex)) {
		buf_add_cstr(&ex->out, "only for programs on this machine\n");
		exchange_answer(ex, 403, "text/plain");
		return;
	}
	if (str_has_prefix(ex->path, STR("/control/"))) {
		control_answer(sim, ex);
		return;
	}
	for (size_t i = 0; i < sizeof(platforms) / sizeof(*platforms); i++)
		if (platforms[i]->owns(ex->path)) {
			platforms[i]->answer(sim, ex);
			return;
		}
	phone_answer(ex);
}

void simulator_handle(void *arg, struct exchange *ex)
{
	struct simulator *sim = arg;

	pthread_mutex_lock(&sim->lock);
	simulator_dispatch(sim, ex);
	pthread_mutex_unlock(&sim->lock);
}
