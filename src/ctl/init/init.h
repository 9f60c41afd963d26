/*
 * init.h - what the steps of `deskbellctl init` share.
 */
#ifndef DESKBELL_CTL_INIT_H
#define DESKBELL_CTL_INIT_H

#include "ctl/ctl.h"

#include <sys/types.h>

struct init {
	struct ctl *ctl;
	const char *account; /* of the programs, and the database role of the same name */
	const char *desk;    /* the desk's role */
	const char *database;
	const char *superuser; /* libpq's address of a role that may make roles; "": as the account postgres, by its
				  socket */
	const char *address;   /* public */
	const char *folder;    /* of the configuration */
	uid_t uid;
	gid_t gid;
};

/* Acts as another account from here on, until init_as_root: for files that are to be its own, and for PostgreSQL, which
 * asks the socket who is there (peer authentication). ERR_IO with words. */
enum err init_as(struct init *init, uid_t uid, gid_t gid) MUST_CHECK;
void init_as_root(void); /* nothing where an ordinary user sets up what is its own */

/* The account, made where it is missing; fills uid and gid. */
enum err init_account(struct init *init) MUST_CHECK;
/* Roles and database, as far as they are missing; the desk's password goes into a file of its own. */
enum err init_database(struct init *init) MUST_CHECK;
/* The file with the desk's password; in the pool. */
const char *init_desk_passfile(const struct init *init);
/* The file with the programs' own password, where no socket lets the programs in; NULL where peer authentication
 * lets them in. In the pool. */
const char *init_own_passfile(const struct init *init);
/* A folder of the account, made where it is missing; one that is there stays as it is. */
enum err init_folder(struct init *init, const char *path, mode_t mode) MUST_CHECK;
/* Folders, then the configuration with what is known; none of those that are there is changed. */
enum err init_files(struct init *init) MUST_CHECK;
/* Schema, what the desk's role may do, a code for the first owner; prints the rest. With the configuration loaded. */
enum err init_finish(struct init *init) MUST_CHECK;

#endif
