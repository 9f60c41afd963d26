/*
 * wake.h - wakes the senders of this host: "there is work".
 *
 * A hint, never data: a lost datagram costs at most a second, because senders also poll every second. Unix datagram
 * sockets in run.dir, one a sender.
 */
#ifndef DESKBELL_DOMAIN_WAKE_H
#define DESKBELL_DOMAIN_WAKE_H

#include "core/err.h"

/* Wakes every sender that listens in `run_dir` and returns how many were reached. Never blocks, never fails; removes
 * sockets on which no sender listens any more. */
int wake_senders(const char *run_dir);

struct wake_listener;
/* Makes `run_dir` (mode 0770) if needed and listens there. ERR_IO with words. */
enum err wake_listen(const char *run_dir, struct wake_listener **out, struct explain *why) MUST_CHECK;
int wake_socket(const struct wake_listener *listener);
/* Takes all datagrams that have come. */
void wake_drain(struct wake_listener *listener);
/* Closes and removes the socket. NULL is allowed. */
void wake_close(struct wake_listener *listener);

#endif
