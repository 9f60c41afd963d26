/*
 * install-checks.c - what this host must have before Deskbell can be set up, each in plain words.
 *
 * Leaves nothing behind: the file that tries the folder is removed.
 */
#include "desk/install/install.h"

#include "core/process/libraries.h"
#include "domain/hours/zone.h"
#include "http/fcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUILT_NOT_BEFORE 1764460800 /* 30 November 2025 */

void install_write_check(
	struct json_writer *w, enum install_level level, const char *subject, const char *text, const char *next)
{
	json_begin_object(w);
	json_member_bool(w, "good", level == INSTALL_GOOD);
	json_member_bool(w, "warning", level == INSTALL_WARNING);
	json_member_bool(w, "bad", level == INSTALL_BAD);
	json_member_str(w, "subject", str_of(subject));
	json_member_str(w, "words", str_of(text));
	page_member_or_false(w, "next_step", str_of(next));
	json_end_object(w);
}

static bool folder_is_writable(const struct install *install, struct pool *pool)
{
	const char *trial = install_beside(install, pool, ".trial"), *slash = strrchr(trial, '/');
	const char *folder = pool_cstr(pool, (struct str){ trial, (size_t)(slash - trial) });
	(void)mkdir(folder, 0700); /* an upload may have left an empty folder out */
	int fd = open(trial, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return unlink(trial) == 0;
}

/* Whether the web server would hand the configuration out. */
static bool folder_is_public(struct desk_request *v, const struct install *install)
{
	char root[PATH_MAX], folder[PATH_MAX];
	struct str named = request_header(v->request, "DOCUMENT_ROOT");
	const char *here = install_beside(install, v->pool, ".");
	if (!named.n || !realpath(pool_cstr(v->pool, named), root) || !realpath(here, folder))
		return false;
	size_t n = strlen(root);
	return strncmp(root, folder, n) == 0 && (folder[n] == '/' || folder[n] == '\0' || n == 1);
}

static bool check_folder(struct desk_request *v, const struct install *install, struct json_writer *w)
{
	const char *subject = request_translate(v, T("Private folder"));
	if (!folder_is_writable(install, v->pool)) {
		install_write_check(w, INSTALL_BAD, subject,
			request_translate(v, T("The folder for the configuration cannot be written.")),
			request_translate(v,
				T("Give the folder etc in Deskbell's folder the permissions 755 and your own account "
				  "as its owner. On a server of your own, run 'deskbellctl init' instead.")));
		return false;
	}
	if (folder_is_public(v, install)) {
		install_write_check(w, INSTALL_BAD, subject,
			request_translate(v, T("The folder lies where the web server shows files to everybody.")),
			request_translate(v,
				T("Move the folder deskbell out of the document root, next to it, or let the domain's "
				  "document root be the folder deskbell/public.")));
		return false;
	}
	install_write_check(w, INSTALL_GOOD, subject,
		request_translate(v, T("It can be written, and nobody sees it from outside.")), NULL);
	return true;
}

static void check_tls(struct desk_request *v, struct json_writer *w)
{
	const char *subject = request_translate(v, T("Encryption"));
	if (v->secure)
		install_write_check(
			w, INSTALL_GOOD, subject, request_translate(v, T("You have opened this page by https.")), NULL);
	else
		install_write_check(w, INSTALL_WARNING, subject,
			request_translate(
				v, T("You have opened this page without https: passwords can be read on the way.")),
			request_translate(v,
				T("Switch on a certificate for this domain in your host's panel (Let's Encrypt costs "
				  "nothing), then open the page by https. Platforms deliver to https only.")));
}

static void check_clock(struct desk_request *v, struct json_writer *w)
{
	const char *subject = request_translate(v, T("Clock and time zones"));
	if (time(NULL) < BUILT_NOT_BEFORE)
		install_write_check(w, INSTALL_WARNING, subject, request_translate(v, T("The host's clock is wrong.")),
			request_translate(v, T("Ask the host to set it: messages would seem too old to be answered.")));
	else if (!zone_is_known(STR("Europe/Istanbul")))
		install_write_check(w, INSTALL_WARNING, subject,
			request_translate(v, T("The host has no list of time zones: opening hours would be in UTC.")),
			request_translate(v, T("Ask the host to install tzdata.")));
	else
		install_write_check(w, INSTALL_GOOD, subject, request_translate(v, T("Both are there.")), NULL);
}

static bool check_libraries(struct desk_request *v, struct json_writer *w)
{
	struct explain why = { "" };
	bool good = libraries_try(&why) == ERR_OK;
	install_write_check(w, good ? INSTALL_GOOD : INSTALL_BAD, request_translate(v, T("Libraries")),
		good ? request_translate(v, T("What Deskbell is built on works here.")) : why.text, NULL);
	return good;
}

bool install_write_checks(struct desk_request *v, const struct install *install, struct json_writer *w)
{
	json_key(w, "checks");
	json_begin_array(w);
	bool folder = check_folder(v, install, w);
	check_tls(v, w);
	install_write_check(w, INSTALL_GOOD, request_translate(v, T("Programs")),
		fcgi_is_cgi()
			? request_translate(v, T("The host starts them for each request (CGI). That works."))
			: request_translate(v, T("The host keeps them running (FastCGI). That is the fastest way.")),
		NULL);
	check_clock(v, w);
	bool libraries = check_libraries(v, w);
	json_end_array(w);
	return folder && libraries;
}
