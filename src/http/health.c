/*
 * health.c - for monitors: is the process alive, is the database there and at our version.
 */
#include "http/health.h"

#include "db/migrate.h"

void health_respond_live(struct response *response)
{
	respond_text(response, 200, STR("alive\n"));
}

/* The words stay in the log: an unauthenticated caller learns only that it is not ready. */
void health_respond_ready(struct db_pool *pool, struct request *request, struct response *response)
{
	struct db *db = db_pool_take(pool);
	enum err e = migrate_check(db, request->pool, NULL);
	db_pool_put(pool, db);
	if (e == ERR_OK)
		respond_text(response, 200, STR("ready\n"));
	else
		respond_text(response, 503,
			e == ERR_CONFIG ? STR("the database is not at this program's version: 'deskbellctl migrate' "
					      "brings it there, or says "
					      "why not\n")
					: STR("the database cannot be reached\n"));
}
