/*
 * cmd-org-remove.c - `deskbellctl org remove`: takes an organisation out of the installation, with everything of it.
 *
 * Owns the order: the operator confirms with the organisation's name; its channels are disconnected first, so that
 * nothing comes in any more and Telegram is told, where it can be; then rows go piece by piece, each piece a
 * transaction of its own (sql/functions/remove.sql); the organisation goes last, with the people who belong to no
 * other. It can be stopped anywhere and run again. Nothing of it is kept, its audit log neither: what is printed is the
 * receipt.
 */
#include "ctl/channels/channels.h"
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "files/file-remote.h"
#include "files/file-store.h"

#define NAME_MAX_BYTES 1000
#define TABLES_MAX 100

const struct arg_spec ctl_org_remove_args[] = { { ARG_WORD, "ID", NULL, true, SHAPE_ID, NULL,
							"the organisation ('deskbellctl org list' shows all)" },
	{ ARG_OPTION, "yes", "NAME", false, SHAPE_ANY, NULL, "its name, instead of being asked for it" }, ARG_LAST };

#define FILES_PAGE 500

struct removal {
	int64_t org, people;
	struct {
		char name[64];
		int64_t rows;
	} table[TABLES_MAX];
	int n;
	bool done;
};

/* The name is typed, or is --yes: an id alone is mistyped too easily. */
static enum err removal_confirm(struct ctl *ctl, struct removal *r)
{
	struct sql_organization_find_rows found;
	struct str typed = str_of(arg_text(ctl, "yes"));
	enum err e = CTL_QUERY(ctl, r->org, sql_organization_find, r->org, &found);
	if (e != ERR_OK)
		return e;
	struct str name = sql_organization_find_row(&found, 0).name;
	if (!typed.p)
		e = ctl_read_stdin(
			ctl, NAME_MAX_BYTES, "the organisation's name, to confirm that it is removed", &typed);
	if (e == ERR_OK && !str_equal(str_trim(typed), str_trim(name)))
		return explain(&ctl->why, ERR_USAGE,
			"that is not the name of organisation %lld ('%.*s'); nothing was removed", (long long)r->org,
			OUT_STR(out_safe(ctl->pool, name)));
	return e;
}

static enum err removal_disconnect(struct ctl *ctl, struct removal *r)
{
	struct channel_row *rows;
	int n;
	enum err e = channels_load(ctl, 0, r->org, &rows, &n);
	for (int i = 0; e == ERR_OK && i < n; i++)
		if (rows[i].ops && !rows[i].disconnected_at)
			e = channels_disconnect(ctl, &rows[i]);
	return e;
}

static void removal_count(struct removal *r, struct str name, int64_t rows)
{
	int i = 0;
	while (i < r->n && !str_equal(name, str_of(r->table[i].name)))
		i++;
	if (i == TABLES_MAX)
		return;
	if (i == r->n)
		snprintf(r->table[r->n++].name, sizeof(r->table[i].name), "%.*s", OUT_STR(name));
	r->table[i].rows += rows;
}

static enum err removal_piece(struct ctl *ctl, struct removal *r)
{
	struct sql_remove_piece_rows found;
	enum err e = CTL_QUERY(ctl, 0, sql_remove_piece, r->org, &found);
	if (e != ERR_OK)
		return e;
	r->done = found.n == 0;
	const struct sql_remove_piece_row row = sql_remove_piece_row(&found, 0);
	if (!r->done)
		removal_count(r, row.name, row.gone);
	return ERR_OK;
}

/* A pool of its own for each piece, however many there are. */
static enum err removal_rows(struct ctl *ctl, struct removal *r)
{
	struct pool *whole = ctl->pool;
	enum err e = ERR_OK;
	while (e == ERR_OK && !r->done) {
		ctl->pool = pool_new();
		e = removal_piece(ctl, r);
		pool_free(ctl->pool);
	}
	ctl->pool = whole;
	return e;
}

static void removal_print(const struct removal *r)
{
	printf("Removed organisation %lld and everything of it:\n", (long long)r->org);
	for (int i = 0; i < r->n; i++)
		printf("%10lld %s\n", (long long)r->table[i].rows, r->table[i].name);
	printf("%10lld users who belonged to no other organisation\n", (long long)r->people);
	puts("Backups that were made before still hold it.");
}

/* While their names are known; without a service the folder goes as a whole. */
static enum err removal_files(struct ctl *ctl, const struct removal *r)
{
	struct sql_backup_file_page_rows rows = { .n = FILES_PAGE };
	struct str after = STR("");
	struct file_key key = { .org_id = r->org };
	enum err e = ERR_OK;
	while (e == ERR_OK && rows.n == FILES_PAGE && file_remote_is_on(&ctl->conf)) {
		e = CTL_QUERY(ctl, 0, sql_backup_file_page, r->org, after, FILES_PAGE, &rows);
		for (int i = 0; e == ERR_OK && i < rows.n; i++) {
			const struct sql_backup_file_page_row row = sql_backup_file_page_row(&rows, i);
			if (row.org_id != r->org)
				return ERR_OK;
			after = row.sha256;
			if (!crypt_unhex(row.sha256, key.sha256, sizeof(key.sha256))
				|| !file_store_remove(&ctl->conf, &key))
				return explain(&ctl->why, ERR_REMOTE,
					"a file cannot be removed from files.s3.url; nothing else was removed. Run "
					"'deskbellctl doctor', then this again.");
		}
	}
	return e;
}

enum err ctl_org_remove(struct ctl *ctl)
{
	struct removal *r = pool_new_of(ctl->pool, struct removal);
	struct sql_remove_organization_rows found;
	r->org = arg_number(ctl, "ID");
	enum err e = removal_confirm(ctl, r);
	if (e == ERR_OK)
		e = removal_disconnect(ctl, r);
	if (e == ERR_OK)
		e = removal_files(ctl, r);
	if (e == ERR_OK)
		e = removal_rows(ctl, r);
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, 0, sql_remove_organization, r->org, &found);
	if (e != ERR_OK)
		return e;
	r->people = sql_remove_organization_row(&found, 0).removed;
	if (!file_store_remove_all(&ctl->conf, r->org))
		fprintf(stderr, "deskbellctl: some files could not be removed; remove the folder %s/%lld\n",
			ctl->conf.files_dir, (long long)r->org);
	removal_print(r);
	return ERR_OK;
}
