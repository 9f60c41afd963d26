noinst_LIBRARIES += libctl.a
libctl_a_SOURCES = \
	src/ctl/args.c \
	src/ctl/channels/channels.c src/ctl/channels/channels.h \
	src/ctl/bot/cmd-ask.c \
	src/ctl/bot/cmd-bot-mode.c \
	src/ctl/channels/cmd-channel-check.c \
	src/ctl/channels/cmd-channel-connect.c \
	src/ctl/channels/cmd-channel-disconnect.c \
	src/ctl/channels/cmd-channel-show.c \
	src/ctl/cmd-conf.c \
	src/ctl/people/cmd-contact.c \
	src/ctl/people/cmd-conversation.c \
	src/ctl/bot/cmd-decisions.c \
	src/ctl/org/cmd-export.c \
	src/ctl/org/cmd-import.c \
	src/ctl/org/export-files.c src/ctl/org/export-files.h \
	src/ctl/cmd-files.c \
	src/ctl/cmd-key.c \
	src/ctl/cmd-key-rotate.c \
	src/ctl/bot/cmd-knowledge-delete.c \
	src/ctl/bot/cmd-knowledge-import.c \
	src/ctl/bot/cmd-knowledge-list.c \
	src/ctl/bot/cmd-knowledge-search.c \
	src/ctl/bot/cmd-lead.c \
	src/ctl/bot/cmd-learn.c \
	src/ctl/cmd-migrate.c \
	src/ctl/org/cmd-org-remove.c \
	src/ctl/org/cmd-org.c \
	src/ctl/cmd-purge.c \
	src/ctl/cmd-queue.c \
	src/ctl/org/cmd-setting.c \
	src/ctl/channels/cmd-setup-code.c \
	src/ctl/bot/cmd-reply.c \
	src/ctl/bot/cmd-skill-import.c \
	src/ctl/bot/cmd-skill-list.c \
	src/ctl/people/cmd-token.c \
	src/ctl/people/cmd-user.c \
	src/ctl/people/cmd-user-access.c \
	src/ctl/ctl.c src/ctl/ctl.h \
	src/ctl/help.c \
	src/ctl/output.c src/ctl/output.h \
	src/ctl/people/password.c src/ctl/people/password.h \
	src/ctl/sealed.c src/ctl/sealed.h \
	src/ctl/backup/backup-file.h \
	src/ctl/backup/backup-files.c \
	src/ctl/backup/backup-reader.c \
	src/ctl/backup/backup-writer.c \
	src/ctl/backup/cmd-backup.c \
	src/ctl/backup/cmd-restore.c \
	src/ctl/init/cmd-init.c \
	src/ctl/init/init.h \
	src/ctl/init/init-database.c \
	src/ctl/init/init-finish.c \
	src/ctl/doctor/cmd-doctor.c \
	src/ctl/doctor/doctor.h \
	src/ctl/doctor/doctor-answers.c \
	src/ctl/doctor/doctor-database.c \
	src/ctl/doctor/doctor-host.c \
	src/ctl/doctor/doctor-libraries.c \
	src/ctl/doctor/doctor-work.c
libctl_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
CTL_LIBS = libctl.a libfiles.a $(ANSWER_LIBS)

bin_PROGRAMS += deskbellctl
deskbellctl_SOURCES = src/ctl/deskbellctl.c
deskbellctl_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
deskbellctl_LDADD = $(CTL_LIBS)
