/*
 * programs.h - the mains of the programs, under the names that they have in the portable release, where each is one of
 * several (local.mk renames them).
 */
#ifndef DESKBELL_PORTABLE_PROGRAMS_H
#define DESKBELL_PORTABLE_PROGRAMS_H

int webhook_main(int argc, char **argv);
int desk_main(int argc, char **argv);
int outbox_main(int argc, char **argv);
int ctl_program_main(int argc, char **argv);

/* Name and version of each library in the program, one a line. */
extern const char portable_libraries[];

#endif
