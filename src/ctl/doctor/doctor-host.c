/*
 * doctor-host.c - the doctor's checks of this host: configuration file, run.dir, log, public address. None needs the
 * database.
 */
#include "ctl/doctor/doctor.h"

#include "core/net/http-client.h"
#include "core/net/mail.h"
#include "core/process/place.h"
#include "ctl/output.h"
#include "domain/self-check.h"
#include "domain/hours/zone.h"
#include "core/text/reason.h"
#include "files/file-remote.h"
#include "files/file-store.h"
#include "files/picture.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DELIVERY_BYTES (3u << 20) /* Meta's largest */
#define DISK_LEAST_BYTES (100ull << 20)

/* A password in the address, by either spelling of libpq. */
static bool holds_password(const char *url)
{
	const char *authority = strstr(url, "://");
	if (strstr(url, "password"))
		return true;
	if (!authority)
		return false;
	size_t n = strcspn(authority + 3, "/?");
	const char *at = memchr(authority + 3, '@', n),
		   *colon = at ? memchr(authority + 3, ':', (size_t)(at - authority - 3)) : NULL;
	return colon != NULL;
}

/* Of an absolute path. */
static const char *doctor_host_folder_of(const struct doctor *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash > path ? pool_cstr(d->ctl->pool, (struct str){ path, (size_t)(slash - path) }) : "/";
}

void doctor_configuration(struct doctor *d)
{
	static const char check[] = "configuration";
	const struct conf *conf = &d->ctl->conf;
	struct stat st;
	if (!*conf->path)
		doctor_note(d, DOCTOR_WARN, check,
			pool_printf(d->ctl->pool, "make one: mkdir -p %s; deskbellctl conf --sample > %s",
				doctor_host_folder_of(d, d->ctl->sysconf_path), d->ctl->sysconf_path)
				.p,
			"there is no %s: the environment and the defaults count", d->ctl->sysconf_path);
	else if (stat(conf->path, &st) != 0)
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s cannot be looked at: %s", conf->path, strerror(errno));
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		doctor_note(d, DOCTOR_FAIL, check, "chmod go-w it: who can write it decides what the programs do",
			"%s can be written by others than its owner (mode %04o)", conf->path,
			(unsigned)st.st_mode & 07777);
	else if ((st.st_mode & S_IROTH)
		 && (holds_password(conf->database_url) || holds_password(conf->desk_database_url)))
		doctor_note(d, DOCTOR_FAIL, check, "chmod 640 it, or move the password to ~/.pgpass",
			"%s can be read by everybody and holds the password of the database", conf->path);
	else
		doctor_note(
			d, DOCTOR_OK, check, NULL, "%s is valid (mode %04o)", conf->path, (unsigned)st.st_mode & 07777);
}

void doctor_limits(struct doctor *d)
{
	const struct conf *conf = &d->ctl->conf;
	if (!lease_outlasts_timeout(conf))
		doctor_note(d, DOCTOR_FAIL, "limits", "set outbox.lease_s to more than outbox.timeout_ms / 1000",
			"outbox.lease_s (%lld s) is not longer than outbox.timeout_ms (%lld ms): a slow delivery is "
			"taken for a dead one",
			(long long)conf->outbox_lease_s, (long long)conf->outbox_timeout_ms);
	else
		doctor_note(d, DOCTOR_OK, "limits", NULL, "outbox.lease_s is longer than outbox.timeout_ms");
}

void doctor_run_dir(struct doctor *d)
{
	static const struct {
		enum doctor_level level;
		const char *words, *next; /* words come after the folder's name */
	} table[] = { [RUN_DIR_GOOD] = { DOCTOR_OK, "is writable", NULL },
		[RUN_DIR_TOO_LONG] = { DOCTOR_FAIL, "is too long for a socket in it", "set run.dir to a shorter path" },
		[RUN_DIR_MISSING] = { DOCTOR_WARN, "does not exist yet",
			"a sender makes it when it starts; or make it, writable for the user of the web server's "
			"programs" },
		[RUN_DIR_NO_PLACE] = { DOCTOR_FAIL, "does not exist, and its folder cannot be written",
			"set run.dir to a folder of the user of the programs, such as /run/deskbell, which the shipped "
			"units make; "
			"the units give it to the programs as DESKBELL_RUN_DIR" },
		[RUN_DIR_NO_FOLDER] = { DOCTOR_FAIL, "is not a folder that can be entered", "set run.dir to a folder" },
		[RUN_DIR_NOT_WRITABLE] = { DOCTOR_FAIL, "cannot be written",
			"chown it to the user under which the programs run, and run the doctor as this user" },
		[RUN_DIR_OPEN] = { DOCTOR_WARN, "can be written by everybody", "chmod o-w it" } };
	const char *dir = d->ctl->conf.run_dir;
	enum run_dir_state state = run_dir_check(dir);
	doctor_note(d, table[state].level, "run.dir", table[state].next, "%s %s", dir, table[state].words);
}

#define FILES_ROOM_LEAST_MB 500

static bool doctor_files_drop(void *arg, struct str piece)
{
	(void)arg, (void)piece;
	return true;
}

/* A small file there and back. Organisation 0 has no other. */
static void doctor_files_remote(struct doctor *d)
{
	static const char check[] = "files.s3";
	const struct conf *conf = &d->ctl->conf;
	const struct str word = STR("deskbell");
	struct explain why = { "" };
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf hex;
	FILE *file = tmpfile();
	crypt_sha256(word, digest);
	buf_init(&hex, 2 * CRYPT_SHA256_BYTES + 1);
	crypt_hex(&hex, (struct str){ (const char *)digest, sizeof(digest) });
	struct str name = pool_take(d->ctl->pool, &hex);
	enum err e = file && fwrite(word.p, 1, word.n, file) == word.n && fflush(file) == 0
			     ? file_remote_put(conf, 0, name, fileno(file), (int64_t)word.n, &why)
			     : explain(&why, ERR_IO, "no temporary file can be made");
	if (file)
		fclose(file);
	if (e == ERR_OK)
		e = file_remote_get(conf, 0, name, doctor_files_drop, NULL, &why);
	if (e == ERR_OK)
		e = file_remote_delete(conf, 0, name, &why);
	if (e == ERR_OK)
		doctor_note(d, DOCTOR_OK, check, NULL, "%s takes files and hands them out", conf->files_s3_url);
	else
		doctor_note(d, DOCTOR_FAIL, check, "correct the settings files.s3.*, then run this again",
			"files cannot be kept in %s: %s", conf->files_s3_url, why.text);
}

void doctor_files(struct doctor *d)
{
	const char *dir = d->ctl->conf.files_dir;
	struct explain why = { "" };
	struct statvfs room;
	long long free_mb;
	if (file_remote_is_on(&d->ctl->conf))
		doctor_files_remote(d);
	if (file_store_check(&d->ctl->conf, &why) != ERR_OK) {
		doctor_note(d, DOCTOR_WARN, "files",
			pool_printf(d->ctl->pool, "mkdir -p %s, as the user of the programs", dir).p,
			"pictures and documents of customers cannot be kept: %s", why.text);
		return;
	}
	if (access(dir, F_OK) != 0) {
		doctor_note(d, DOCTOR_OK, "files", NULL, "%s is made with the first file", dir);
		return;
	}
	free_mb = statvfs(dir, &room) == 0 ? (long long)(room.f_bavail / 1024 * room.f_frsize / 1024) : 0;
	doctor_note(d, free_mb < FILES_ROOM_LEAST_MB ? DOCTOR_WARN : DOCTOR_OK, "files",
		free_mb < FILES_ROOM_LEAST_MB ? "free some space, or set files.dir to another disk" : NULL,
		"%s takes files; %lld MB are free", dir, free_mb);
}

void doctor_pictures(struct doctor *d)
{
	static const char check[] = "pictures";
	if (picture_program(d->ctl->pool, place_program(d->ctl->pool)))
		doctor_note(d, DOCTOR_OK, check, NULL, "deskbell-picture makes previews and removes notes of cameras");
	else
		doctor_note(d, DOCTOR_WARN, check, "install the Debian package, or libgd-dev and build again",
			"deskbell-picture is not installed: there are no previews, and pictures are sent as large as "
			"they "
			"are");
}

/* NULL when the calling user can write it. */
static const char *why_log_is_lost(const struct doctor *d, const char *path, const char **next)
{
	const char *folder = doctor_host_folder_of(d, path);
	struct stat st;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		*next = "let log.file name a file in it";
		return "it is a folder";
	}
	if (access(path, W_OK) == 0)
		return NULL;
	*next = pool_printf(d->ctl->pool, "let the user of the programs write %s", path).p;
	if (errno != ENOENT)
		return strerror(errno);
	if (access(folder, F_OK) != 0) {
		*next = pool_printf(d->ctl->pool, "mkdir -p %s, as the user of the programs", folder).p;
		return "its folder does not exist";
	}
	*next = pool_printf(d->ctl->pool, "let the user of the programs write into %s", folder).p;
	return access(folder, W_OK | X_OK) == 0 ? NULL : "it is not there, and its folder may not be written";
}

void doctor_log(struct doctor *d)
{
	static const char check[] = "log";
	const char *path = d->ctl->conf.log_file, *next = NULL;
	struct statvfs room;
	if (!*path) {
		doctor_note(d, DOCTOR_OK, check, NULL, "goes to standard error: look into the web server's error log");
		return;
	}
	const char *reason = why_log_is_lost(d, path, &next);
	unsigned long long left = DISK_LEAST_BYTES;
	if (!reason && statvfs(doctor_host_folder_of(d, path), &room) == 0)
		left = (unsigned long long)room.f_bavail * room.f_frsize;
	if (reason)
		doctor_note(d, DOCTOR_FAIL, check, next,
			"%s cannot be written (%s): what goes wrong stands in the web server's error log at best", path,
			reason);
	else if (left < DISK_LEAST_BYTES)
		doctor_note(d, DOCTOR_WARN, check, "make room: without it no log is written, and perhaps no database",
			"%s is writable, but its disk has only %llu MB left", path, left >> 20);
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "%s is writable", path);
}

/* Some web servers refuse, before Deskbell sees it, what is larger than a limit of their own (mod_fcgid: 128 kB). Asked
 * where a body has no effect: Deskbell itself answers 405. What gets no answer is no proof of anything. */
static void check_large_delivery(struct doctor *d, const char *base)
{
	struct http_response r;
	struct http_request request = { .method = "POST",
		.url = pool_printf(d->ctl->pool, "%s/healthz", base).p,
		.body = { pool_alloc(d->ctl->pool, DELIVERY_BYTES), DELIVERY_BYTES },
		.timeout_ms = 10000 };
	memset((char *)request.body.p, ' ', DELIVERY_BYTES);
	http_fetch(d->ctl->pool, &request, &r);
	if (r.outcome == HTTP_ANSWERED && r.status != 405)
		doctor_note(d, DOCTOR_WARN, "address",
			"raise its limit: FcgidMaxRequestLen and LimitRequestBody with Apache, server.max-request-size "
			"with "
			"lighttpd; Deskbell's samples do",
			"the web server answers %d to a request of 3 MB, as Meta may send it, before Deskbell sees it",
			r.status);
}

static void check_readyz(struct doctor *d, const char *base)
{
	static const char check[] = "address";
	struct http_response r;
	struct http_request request = {
		.method = "GET", .url = pool_printf(d->ctl->pool, "%s/readyz", base).p, .timeout_ms = 3000
	};
	http_fetch(d->ctl->pool, &request, &r);
	if (r.outcome != HTTP_ANSWERED)
		doctor_note(d, DOCTOR_FAIL, check, "check DNS, firewall, certificate and that the web server runs",
			"%s/readyz cannot be reached from here: %s", base, reason_cstr(d->ctl->pool, r.reason));
	else if (r.status == 200) {
		doctor_note(d, DOCTOR_OK, check, NULL, "%s/readyz answers", base);
		check_large_delivery(d, base);
	} else if (r.status == 503)
		doctor_note(d, DOCTOR_FAIL, check,
			"look at what the checks of the database say, and at the web server's configuration file for "
			"Deskbell",
			"%s/readyz answers, but the receiver is not ready (503)", base);
	else if (r.status == 404)
		doctor_note(d, DOCTOR_FAIL, check, "give the web server Deskbell's configuration sample",
			"%s/readyz is not known to the web server there (404): requests do not get to Deskbell", base);
	else
		doctor_note(d, DOCTOR_FAIL, check, "look at the web server's error log",
			"%s/readyz answers with status %d instead of 200", base, r.status);
}

void doctor_address(struct doctor *d)
{
	static const char check[] = "address";
	const char *base = d->ctl->conf.public_base_url;
	enum address_state state = address_check(&d->ctl->conf);
	if (state == ADDRESS_MISSING) {
		doctor_note(d, DOCTOR_FAIL, check, "set it to the https:// address of this host",
			"public.base_url is not set: platforms do not know where to deliver");
		return;
	}
	if (state == ADDRESS_NOT_HTTPS)
		doctor_note(d, DOCTOR_WARN, check, "give the web server a certificate and use https://",
			"public.base_url is %s: Meta delivers to https only", base);
	check_readyz(d, base);
}

/* The names were known where they were chosen; this host's files may be fewer, or gone. */
static enum err find_unknown_zone(struct ctl *ctl, void *arg)
{
	struct str *unknown = arg;
	struct sql_doctor_zones_rows rows;
	enum err e = sql_doctor_zones(ctl->db, ctl->pool, &rows);
	for (int i = 0; e == ERR_OK && !unknown->p && i < rows.n; i++) {
		struct str name = sql_doctor_zones_row(&rows, i).name;
		if (!zone_is_known(name))
			*unknown = name;
	}
	return e;
}

void doctor_zones(struct doctor *d)
{
	static const char check[] = "time zones";
	struct str unknown = STR_NONE;
	if (!zone_is_known(STR("Europe/Istanbul"))) /* one that every list has */
		unknown = STR("Europe/Istanbul");
	else if (ctl_transaction(d->ctl, 0, find_unknown_zone, &unknown) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	if (unknown.p)
		doctor_note(d, DOCTOR_FAIL, check,
			"install the package tzdata; names from before 1993 are in tzdata-legacy on Debian 13",
			"this host has no zone %.*s: UTC is used in its place", OUT_STR(unknown));
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "this host has every zone that was chosen");
}

/* Asks no server: sending an e-mail is what shows that one takes it. */
void doctor_mail(struct doctor *d)
{
	static const char check[] = "e-mail";
	const struct conf *conf = &d->ctl->conf;
	struct explain why = { "" };
	if (!*conf->mail_from && !*conf->mail_sendmail && !*conf->mail_smtp_url)
		doctor_note(d, DOCTOR_OK, check, NULL,
			"none is configured: owners make links for new passwords and invitations");
	else if (!*conf->mail_sendmail && !*conf->mail_smtp_url)
		doctor_note(d, DOCTOR_FAIL, check, "set mail.sendmail or mail.smtp_url",
			"mail.from is set, but nothing takes e-mails");
	else if (mail_check(d->ctl->pool, conf, &why) != ERR_OK)
		doctor_note(d, DOCTOR_FAIL, check, "correct it: e-mails are not sent", "%s", why.text);
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "e-mails go to %s",
			*conf->mail_sendmail ? conf->mail_sendmail : conf->mail_smtp_url);
}
