/*
 * process.h - how a program begins: what others on the host may see of it, and what a web server has put into its
 * environment.
 */
#ifndef DESKBELL_CORE_PROCESS_H
#define DESKBELL_CORE_PROCESS_H

#include <stdbool.h>

/* Leaves no core file and lets no other process of the same account read this one's memory, which holds keys and
 * credentials (prctl(2), PR_SET_DUMPABLE). First call of every main. $DESKBELL_DUMPABLE=yes leaves the process open for
 * a debugger; so does a build with a sanitizer, whose search for leaks reads the process from outside. */
void process_protect(void);

/* Whether a web server has started this program as CGI. It then has put the query string on the command line when the
 * query holds no "=" (RFC 3875, 4.4), so no argument may be read. Stays true after process_take_cgi. */
bool process_is_cgi(void);

/* Takes what describes the request (RFC 3875, 4.1, and what web servers add) out of the environment, so that neither a
 * library nor a program started from here reads what a client wrote: HTTP_PROXY (CVE-2016-5385), cookies, tokens.
 * Returns the environment as it was; it stays valid. Call it once, before there are threads. */
char **process_take_cgi(void);

/* Ends a command line tool that was started as CGI, before it has read an argument: 403 for the client, the reason and
 * the remedy on standard error, exit status EX_USAGE. */
void process_refuse_cgi(const char *program);

#endif
