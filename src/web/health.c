/*
 * health.c - for monitors: is the process alive, is the database there and at our version.
 */
#include "web/app.h"

#include "db/migrate.h"

void health_live_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)app;
	(void)request;
	(void)body;
	respond_text(response, 200, STR("alive\n"));
}

/* The words stay in the log: a stranger learns only that it is not ready. */
void health_ready_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)body;
	struct db *db = db_pool_take(app->db);
	enum err e = migrate_check(db, request->pool, NULL);
	db_pool_put(app->db, db);
	if (e == ERR_OK)
		respond_text(response, 200, STR("ready\n"));
	else
		respond_text(response, 503,
			e == ERR_CONFIG ? STR("the database is not at this program's version: 'deskbellctl migrate' "
					      "brings it there, or says "
					      "why not\n")
					: STR("the database cannot be reached\n"));
}
