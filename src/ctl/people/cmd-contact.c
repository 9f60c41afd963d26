/*
 * cmd-contact.c - `deskbellctl contact list`, `contact export`, `contact erase`: what is stored about one contact.
 *
 * The copy and the erasure are in domain/contact/contact-copy.h. A copy is read in one snapshot and leaves as it is
 * made, a page of rows at a time; the entry of the audit log comes first, so that none is made without one.
 */
#include "domain/contact/contact-copy.h"
#include "files/file-collect.h"

#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#define COPY_PAGE_MAX (64 << 20)

#define ARG_THE_CONTACT \
	{ \
		ARG_WORD, "CONTACT", NULL, true, SHAPE_ID, NULL, "the contact ('deskbellctl contact list' shows them)" \
	}

const struct arg_spec ctl_contact_list_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "number", "NUMBER", false, SHAPE_ANY, NULL, "only who has this number, or id of the platform" },
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL, "how many; default 50" }, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_contact_export_args[] = { ARG_THE_CONTACT, ARG_THE_ORG,
	{ ARG_FLAG, "html", NULL, false, SHAPE_ANY, NULL, "a page to read instead of JSON" }, ARG_LAST };
const struct arg_spec ctl_contact_merge_args[] = { ARG_THE_CONTACT,
	{ ARG_WORD, "OTHER", NULL, true, SHAPE_ID, NULL, "the contact that is the same person" }, ARG_THE_ORG,
	ARG_LAST };
const struct arg_spec ctl_contact_separate_args[] = { ARG_THE_CONTACT, ARG_THE_ORG, ARG_LAST };
const struct arg_spec ctl_contact_erase_args[] = { ARG_THE_CONTACT, ARG_THE_ORG,
	{ ARG_FLAG, "yes", NULL, false, SHAPE_ANY, NULL, "do it: it cannot be undone" }, ARG_JSON, ARG_LAST };

enum err ctl_contact_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 }, { "name", "NAME", COLUMN_TEXT, 40 },
		{ "username", "USER NAME", COLUMN_TEXT, 24 }, { "identities", "NUMBERS AND IDS", COLUMN_TEXT, 40 },
		{ "conversations", "CONVERSATIONS", COLUMN_NUMBER, 0 }, COLUMN_LAST };
	struct sql_contact_list_rows r;
	int64_t limit = arg_number(ctl, "limit");
	enum err e = CTL_QUERY(ctl, arg_number(ctl, "org"), sql_contact_list, arg_number(ctl, "org"),
		str_of(arg_text(ctl, "number")), limit ? limit : 50, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "There is no such contact.");
	return e;
}

static enum err contact_is_absent(struct ctl *ctl)
{
	return explain(&ctl->why, ERR_NOT_FOUND,
		"organisation %lld has no contact %lld; 'deskbellctl contact list --org %lld' shows them",
		(long long)arg_number(ctl, "org"), (long long)arg_number(ctl, "CONTACT"),
		(long long)arg_number(ctl, "org"));
}

/* ---- export ---- */

static enum err contact_note_export(struct ctl *ctl, void *arg)
{
	struct sql_contact_find_rows r;
	int64_t org = arg_number(ctl, "org"), contact = arg_number(ctl, "CONTACT");
	(void)arg;
	enum err e = sql_contact_find(ctl->db, ctl->pool, org, contact, &r);
	if (e == ERR_OK && r.n == 0)
		return contact_is_absent(ctl);
	return e == ERR_OK ? ctl_audit(
		       ctl, org, "contact.export", pool_printf(ctl->pool, "{\"contact\":%lld}", (long long)contact))
			   : e;
}

static enum err contact_print(void *arg)
{
	struct buf *page = arg;
	fwrite(page->data, 1, page->len, stdout);
	buf_reset(page);
	return ferror(stdout) ? ERR_IO : ERR_OK;
}

static enum err contact_print_copy(struct ctl *ctl)
{
	struct buf page;
	buf_init(&page, COPY_PAGE_MAX);
	struct contact_copy to = { .out = &page, .html = arg_flag(ctl, "html"), .flush = contact_print, .arg = &page };
	enum err e = db_begin_snapshot(ctl->db, arg_number(ctl, "org"));
	if (e == ERR_OK)
		e = contact_copy(ctl->db, ctl->pool, arg_number(ctl, "org"), arg_number(ctl, "CONTACT"), &to);
	db_rollback(ctl->db); /* nothing was changed */
	buf_fini(&page);
	if (e == ERR_NOT_FOUND) /* erased meanwhile */
		return contact_is_absent(ctl);
	return e == ERR_OK ? e
			   : explain(&ctl->why, e, "the copy is not whole: %s",
				   e == ERR_IO ? "standard output cannot be written" : err_info(e)->message);
}

enum err ctl_contact_export(struct ctl *ctl)
{
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), contact_note_export, NULL);
	return e == ERR_OK ? contact_print_copy(ctl) : e;
}

/* ---- erase ---- */

struct contact_receipt {
	struct str removed;
	int64_t at_ms;
};

static enum err cmd_contact_do_erase(struct ctl *ctl, void *arg)
{
	struct contact_receipt *receipt = arg;
	int64_t org = arg_number(ctl, "org"), contact = arg_number(ctl, "CONTACT");
	enum err e = contact_erase(ctl->db, ctl->pool, org, contact, &receipt->removed);
	if (e == ERR_NOT_FOUND)
		return contact_is_absent(ctl);
	receipt->at_ms = clock_wall_ms();
	return e == ERR_OK ? ctl_audit(ctl, org, "contact.erase",
		       pool_printf(ctl->pool, "{\"contact\":%lld,\"removed\":%.*s}", (long long)contact,
			       OUT_STR(receipt->removed)))
			   : e;
}

static bool contact_print_count(void *arg, struct str table, const struct json *value)
{
	int64_t n = 0;
	(void)arg;
	if (json_i64(value, &n))
		printf("%10lld %.*s\n", (long long)n, OUT_STR(table));
	return true;
}

static void contact_print_receipt(struct ctl *ctl, const struct contact_receipt *receipt)
{
	const struct json *removed;
	if (json_parse(ctl->pool, receipt->removed, &removed, NULL) != ERR_OK)
		return;
	printf("Erased contact %lld of organisation %lld at %s, by deskbellctl. Removed rows:\n",
		(long long)arg_number(ctl, "CONTACT"), (long long)arg_number(ctl, "org"),
		out_time(ctl->pool, receipt->at_ms).p);
	json_each(removed, contact_print_count, NULL);
	puts("Backups that were made before still hold them. The audit log keeps this receipt.");
}

static void contact_print_receipt_json(struct ctl *ctl, const struct contact_receipt *receipt)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_i64(w, "organization", arg_number(ctl, "org"));
	json_member_i64(w, "contact", arg_number(ctl, "CONTACT"));
	out_json_time(w, "at", receipt->at_ms);
	json_member_str(w, "by", STR("deskbellctl"));
	json_key(w, "removed");
	json_write_raw(w, receipt->removed);
	json_end_object(w);
	out_json_end(&j);
}

/* The erasure is committed: what it named is named by nothing. */
static enum err cmd_contact_collect(struct ctl *ctl, void *unused)
{
	(void)unused;
	return file_collect(&ctl->conf, ctl->db, ctl->pool, arg_number(ctl, "org"));
}

enum err ctl_contact_erase(struct ctl *ctl)
{
	struct contact_receipt receipt = { .at_ms = 0 };
	if (!arg_flag(ctl, "yes"))
		return explain(&ctl->why, ERR_USAGE,
			"an erasure cannot be undone: add --yes to erase contact %lld with all conversations",
			(long long)arg_number(ctl, "CONTACT"));
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_contact_do_erase, &receipt);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_contact_collect, NULL);
	if (e == ERR_OK && arg_flag(ctl, "json"))
		contact_print_receipt_json(ctl, &receipt);
	else if (e == ERR_OK)
		contact_print_receipt(ctl, &receipt);
	return e;
}

/* ---- merge and separate ---- */

static enum err cmd_contact_do_merge(struct ctl *ctl, void *unused)
{
	struct sql_contact_merge_rows r;
	int64_t org = arg_number(ctl, "org"), contact = arg_number(ctl, "CONTACT"), other = arg_number(ctl, "OTHER");
	(void)unused;
	enum err e = sql_contact_merge(ctl->db, ctl->pool, org, contact, other, &r);
	if (e == ERR_OK && !sql_contact_merge_row(&r, 0).has_merge_id)
		return explain(&ctl->why, ERR_NOT_FOUND, "organisation %lld has not both contacts %lld and %lld",
			(long long)org, (long long)contact, (long long)other);
	return e == ERR_OK ? ctl_audit(ctl, org, "contact.merge",
		       pool_printf(
			       ctl->pool, "{\"contact\":%lld,\"other\":%lld}", (long long)contact, (long long)other))
			   : e;
}

enum err ctl_contact_merge(struct ctl *ctl)
{
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_contact_do_merge, NULL);
	if (e == ERR_OK)
		printf("Contact %lld is one with %lld now.\n", (long long)arg_number(ctl, "CONTACT"),
			(long long)arg_number(ctl, "OTHER"));
	return e;
}

static enum err cmd_contact_do_separate(struct ctl *ctl, void *arg)
{
	struct sql_contact_unmerge_rows r;
	int64_t org = arg_number(ctl, "org"), contact = arg_number(ctl, "CONTACT"), *other = arg;
	enum err e = sql_contact_unmerge(ctl->db, ctl->pool, org, contact, &r);
	if (e == ERR_OK && !sql_contact_unmerge_row(&r, 0).has_other_id)
		return explain(&ctl->why, ERR_NOT_FOUND, "nothing was merged into contact %lld of organisation %lld",
			(long long)contact, (long long)org);
	if (e != ERR_OK)
		return e;
	*other = sql_contact_unmerge_row(&r, 0).other_id;
	return ctl_audit(ctl, org, "contact.separate",
		pool_printf(ctl->pool, "{\"contact\":%lld,\"other\":%lld}", (long long)contact, (long long)*other));
}

enum err ctl_contact_separate(struct ctl *ctl)
{
	int64_t other = 0;
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_contact_do_separate, &other);
	if (e == ERR_OK)
		printf("Contact %lld is a contact of its own again.\n", (long long)other);
	return e;
}
