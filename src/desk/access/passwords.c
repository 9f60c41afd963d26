/*
 * passwords.c - hashing and proving passwords, a few at once.
 *
 * yescrypt is slow and takes 16 MB for each on purpose, so two run at once in a process and a few wait; more are turned
 * away at once, so that a flood of sign-ins costs neither the memory nor the threads of those who work.
 */
#include "desk/desk.h"

#include "domain/account.h"

#include <pthread.h>
#include <stdlib.h>

#define RUNNING_MAX 2
#define WAITING_MAX 6

struct password_gate {
	pthread_mutex_t lock;
	pthread_cond_t left;
	int running, waiting;
};

struct password_gate *password_gate_new(void)
{
	struct password_gate *gate = calloc(1, sizeof(*gate));
	if (!gate)
		fatal(ERR_INTERNAL, "out of memory");
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->left, NULL);
	return gate;
}

void password_gate_free(struct password_gate *gate)
{
	pthread_cond_destroy(&gate->left);
	pthread_mutex_destroy(&gate->lock);
	free(gate);
}

bool new_password_is_good(struct desk_request *v, struct form *form, const struct str *personal, int n_personal)
{
	if (password_check(form_value(form, "new_password"), personal, n_personal, NULL) == ERR_OK)
		return true;
	form_refuse(form, "new_password", request_translate(v, NEW_PASSWORD_WORDS));
	return false;
}

static bool passwords_enter(struct password_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	bool welcome = gate->waiting < WAITING_MAX;
	if (welcome) {
		gate->waiting++;
		while (gate->running == RUNNING_MAX)
			pthread_cond_wait(&gate->left, &gate->lock);
		gate->waiting--;
		gate->running++;
	}
	pthread_mutex_unlock(&gate->lock);
	return welcome;
}

static void passwords_leave(struct password_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->running--;
	pthread_cond_signal(&gate->left);
	pthread_mutex_unlock(&gate->lock);
}

enum err password_hash(struct password_gate *gate, struct str password, struct buf *out)
{
	if (!passwords_enter(gate))
		return ERR_TIMEOUT;
	enum err e = crypt_password_hash(password, out);
	passwords_leave(gate);
	return e;
}

enum err password_prove(
	struct password_gate *gate, struct str password, struct str setting, unsigned char proof[CRYPT_SHA256_BYTES])
{
	/* The salt of no account; with libcrypt's usual cost, as crypt_password_hash takes it. */
	static const char nobody[] = "$y$j9T$k2XAnEHBqQ1Ct2aMXFKNa/$";
	if (!passwords_enter(gate))
		return ERR_TIMEOUT;
	if (!crypt_password_proof(password, setting.p ? setting : str_of(nobody), proof))
		memset(proof, 0, CRYPT_SHA256_BYTES);
	passwords_leave(gate);
	return ERR_OK;
}
