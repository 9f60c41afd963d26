/*
 * cmd-files.c - `deskbellctl files move`: every file from the folder into the S3-compatible service, or back.
 *
 * Takes the names from the database. Moves nothing away: what is in the service and was not used lately goes from the
 * folder by itself, and the service keeps what was fetched from it. Can be stopped at any point and run again.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "files/file-remote.h"
#include "files/file-store.h"

#include <unistd.h>

#define PAGE_ROWS 500

const struct arg_spec ctl_files_move_args[] = { { ARG_OPTION, "to", "PLACE", true, SHAPE_ANY, "s3|folder",
							"s3: into files.s3.url; folder: into files.dir" },
	ARG_LAST };

struct files_move {
	bool to_s3;
	int64_t moved, missing;
};

static enum err cmd_files_move_one(struct ctl *ctl, struct files_move *m, const struct file_key *key)
{
	enum err e = ERR_OK;
	if (m->to_s3) {
		e = file_store_send(&ctl->conf, key, &ctl->why);
	} else {
		int fd = file_store_open(&ctl->conf, key);
		e = fd < 0 ? ERR_NOT_FOUND : ERR_OK;
		if (fd >= 0)
			close(fd);
	}
	m->moved += e == ERR_OK;
	m->missing += e == ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err cmd_files_move_all(struct ctl *ctl, struct files_move *m)
{
	struct sql_backup_file_page_rows rows = { .n = PAGE_ROWS };
	struct file_key key = { .org_id = 0 };
	struct str after = STR("");
	enum err e = ERR_OK;
	while (e == ERR_OK && rows.n == PAGE_ROWS) {
		e = CTL_QUERY(ctl, 0, sql_backup_file_page, key.org_id, after, PAGE_ROWS, &rows);
		for (int i = 0; e == ERR_OK && i < rows.n; i++) {
			const struct sql_backup_file_page_row row = sql_backup_file_page_row(&rows, i);
			key.org_id = row.org_id;
			after = row.sha256;
			if (crypt_unhex(row.sha256, key.sha256, sizeof(key.sha256)))
				e = cmd_files_move_one(ctl, m, &key);
		}
	}
	return e;
}

enum err ctl_files_move(struct ctl *ctl)
{
	struct files_move m = { .to_s3 = !strcmp(arg_text(ctl, "to"), "s3") };
	if (!file_remote_is_on(&ctl->conf))
		return explain(&ctl->why, ERR_CONFIG, "files.s3.url is not set: set it and the other files.s3.* first");
	enum err e = cmd_files_move_all(ctl, &m);
	if (e != ERR_OK)
		return e;
	printf("%lld files are in %s.\n", (long long)m.moved, m.to_s3 ? ctl->conf.files_s3_url : ctl->conf.files_dir);
	if (m.missing)
		printf("%lld files were not found and are shown as missing.\n", (long long)m.missing);
	if (!m.to_s3)
		puts("Next: take files.s3.url out of the configuration and start the programs again.");
	return ERR_OK;
}
