noinst_LIBRARIES += libctl.a
libctl_a_SOURCES = \
	src/ctl/args.c \
	src/ctl/channels.c src/ctl/channels.h \
	src/ctl/cmd-ask.c \
	src/ctl/cmd-bot-mode.c \
	src/ctl/cmd-channel-check.c \
	src/ctl/cmd-channel-connect.c \
	src/ctl/cmd-channel-disconnect.c \
	src/ctl/cmd-channel-show.c \
	src/ctl/cmd-conf.c \
	src/ctl/cmd-contact.c \
	src/ctl/cmd-conversation.c \
	src/ctl/cmd-decisions.c \
	src/ctl/cmd-export.c \
	src/ctl/cmd-import.c \
	src/ctl/cmd-key.c \
	src/ctl/cmd-key-rotate.c \
	src/ctl/cmd-knowledge-delete.c \
	src/ctl/cmd-knowledge-import.c \
	src/ctl/cmd-knowledge-list.c \
	src/ctl/cmd-knowledge-search.c \
	src/ctl/cmd-lead.c \
	src/ctl/cmd-learn.c \
	src/ctl/cmd-migrate.c \
	src/ctl/cmd-org-remove.c \
	src/ctl/cmd-org.c \
	src/ctl/cmd-purge.c \
	src/ctl/cmd-queue.c \
	src/ctl/cmd-setting.c \
	src/ctl/cmd-setup-code.c \
	src/ctl/cmd-skill-import.c \
	src/ctl/cmd-skill-list.c \
	src/ctl/cmd-token.c \
	src/ctl/cmd-user.c \
	src/ctl/cmd-user-access.c \
	src/ctl/ctl.c src/ctl/ctl.h \
	src/ctl/help.c \
	src/ctl/output.c src/ctl/output.h \
	src/ctl/password.c src/ctl/password.h \
	src/ctl/sealed.c src/ctl/sealed.h \
	src/ctl/backup/backup-file.h \
	src/ctl/backup/backup-reader.c \
	src/ctl/backup/backup-writer.c \
	src/ctl/backup/cmd-backup.c \
	src/ctl/backup/cmd-restore.c \
	src/ctl/doctor/cmd-doctor.c \
	src/ctl/doctor/doctor.h \
	src/ctl/doctor/doctor-answers.c \
	src/ctl/doctor/doctor-database.c \
	src/ctl/doctor/doctor-host.c \
	src/ctl/doctor/doctor-libraries.c \
	src/ctl/doctor/doctor-work.c
CTL_LIBS = libctl.a $(ANSWER_LIBS)

bin_PROGRAMS += deskbellctl
deskbellctl_SOURCES = src/ctl/deskbellctl.c
deskbellctl_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
deskbellctl_LDADD = $(CTL_LIBS)
