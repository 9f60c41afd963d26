/*
 * graph-message.h - one send request between its checks and its acceptance.
 */
#ifndef DESKBELL_SIMULATOR_GRAPH_GRAPH_MESSAGE_H
#define DESKBELL_SIMULATOR_GRAPH_GRAPH_MESSAGE_H

#include "simulator/graph/graph.h"
#include "simulator/graph/meta-json.h"

struct message {
	struct graph_call *call;
	const struct json *body;
	struct str to, recipient; /* as given */
	struct str phone;         /* digits of `to` */
	struct str type, text, tag;
	struct str buttons; /* titles, one a line */
	struct str media;   /* the id of a file that was uploaded; absent: none */
	bool misfit;        /* Meta takes the file for another kind than the message's: it fails later */
	struct customer *customer;
	char wamid[META_WAMID_SIZE];
};

/* messaging_product, which every request on this endpoint needs. */
bool message_check_product(struct graph_call *call);
/* Reads and checks what the request says, in Meta's order. False after an error was answered. */
bool message_check(struct message *m);
/* The digits of a phone number written in one of the usual ways; absent when it is none. */
struct str message_phone_digits(struct pool *pool, struct str to);

#endif
