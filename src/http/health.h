/*
 * health.h - the answers of /healthz and /readyz, the same for every web program.
 */
#ifndef DESKBELL_HTTP_HEALTH_H
#define DESKBELL_HTTP_HEALTH_H

#include "db/db-pool.h"
#include "http/request.h"

/* 200: the process serves. Asks nothing else. */
void health_respond_live(struct response *response);
/* 200 when a connection of `pool` reaches the database and its schema is this program's, 503 with what to do otherwise.
 */
void health_respond_ready(struct db_pool *pool, struct request *request, struct response *response);

#endif
