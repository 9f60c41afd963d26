/*
 * deskbell.c - the portable release: all programs in one file, which runs on any Linux of its kind.
 *
 * Which program it is, it learns from the name by which it was called, from $DESKBELL_PROGRAM (the scripts in a cgi-bin
 * folder set it), or from its first argument; never from an argument when a web server started it, for those come from
 * the client. Looks names up by itself, because a static program cannot load the host's modules for that, and leaves
 * the host's OpenSSL configuration alone, which may name such modules.
 */
#include "core/process/process.h"
#include "core/str.h"
#include "portable/programs.h"

#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program {
	const char *name;
	int (*main)(int argc, char **argv);
} programs[] = { { "webhook.fcgi", webhook_main }, { "desk.fcgi", desk_main }, { "deskbell-outbox", outbox_main },
	{ "deskbellctl", ctl_program_main } };
#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

static const struct program *portable_find(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; name && i < PROGRAMS; i++)
		if (strcmp(name, programs[i].name) == 0)
			return &programs[i];
	return NULL;
}

static int portable_explain(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("deskbell (Deskbell) %s\n%s", PACKAGE_VERSION, portable_libraries);
		return 0;
	}
	FILE *to = argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
	fputs("usage: deskbell PROGRAM [ARGUMENT...]\n       deskbell --version | --help\n\nPrograms:", to);
	for (size_t i = 0; i < PROGRAMS; i++)
		fprintf(to, " %s", programs[i].name);
	fputs("\n\nA link to this file with the name of a program is that program.\n", to);
	return to == stdout ? 0 : 64;
}

int main(int argc, char **argv)
{
	const struct program *program = portable_find(argc > 0 ? argv[0] : NULL);

	__nss_configure_lookup("hosts", "files dns");
	__nss_configure_lookup("passwd", "files");
	__nss_configure_lookup("group", "files");
	setenv("OPENSSL_CONF", "/dev/null", 0);
	if (!program)
		program = portable_find(getenv("DESKBELL_PROGRAM"));
	if (!program && !process_is_cgi() && argc > 1 && (program = portable_find(argv[1]))) {
		argc--;
		argv++;
	}
	if (!program) {
		process_refuse_cgi("deskbell");
		return portable_explain(argc, argv);
	}
	setenv("DESKBELL_PROGRAM", program->name, 1); /* for what this program starts of itself */
	return program->main(argc, argv);
}
