/*
 * wake.h - wakes the senders of this host: "there is work".
 *
 * A hint, never data: it names the organizations that have work, and a lost one costs at most a second, because senders
 * also poll every second. Unix datagram sockets in run.dir, one a sender.
 */
#ifndef DESKBELL_DOMAIN_WAKE_H
#define DESKBELL_DOMAIN_WAKE_H

#include "core/err.h"

#include <stdint.h>

#define WAKE_ORGS_MAX 128

enum wake_result {
	WAKE_NO_SENDER, /* none runs on this host */
	WAKE_HEARD,
	WAKE_DIED /* none runs any more: the last one has left its socket behind */
};

/* Wakes every sender that listens in `run_dir` for these organizations (more than WAKE_ORGS_MAX: without naming them).
 * Never blocks, never fails; removes sockets that no sender listens on any more, so that one that died is told of once.
 */
enum wake_result wake_senders(const char *run_dir, const int64_t *orgs, int n);

struct wake_listener;
/* Makes `run_dir` (mode 0770) if needed and listens there. ERR_IO with words. */
enum err wake_listen(const char *run_dir, struct wake_listener **out, struct explain *why) MUST_CHECK;
int wake_socket(const struct wake_listener *listener);
/* Takes one datagram that has come: how many organizations it names, 0 when it names none; -1 when there is no other.
 */
int wake_take(struct wake_listener *listener, int64_t orgs[WAKE_ORGS_MAX]);
/* Closes and removes the socket. NULL is allowed. */
void wake_close(struct wake_listener *listener);

#endif
