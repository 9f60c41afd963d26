noinst_LIBRARIES += libctl.a
libctl_a_SOURCES = \
	src/ctl/args.c \
	src/ctl/ask.c \
	src/ctl/backup.c src/ctl/backup-file.h \
	src/ctl/backup-reader.c \
	src/ctl/backup-writer.c \
	src/ctl/bot-mode.c \
	src/ctl/channel-check.c \
	src/ctl/channel-connect.c \
	src/ctl/channel-disconnect.c \
	src/ctl/channel-show.c \
	src/ctl/channels.c src/ctl/channels.h \
	src/ctl/conf.c \
	src/ctl/conversation.c \
	src/ctl/ctl.c src/ctl/ctl.h \
	src/ctl/decisions.c \
	src/ctl/doctor-answers.c \
	src/ctl/doctor-database.c \
	src/ctl/doctor-host.c \
	src/ctl/doctor-work.c \
	src/ctl/doctor.c src/ctl/doctor.h \
	src/ctl/export.c \
	src/ctl/help.c \
	src/ctl/key.c \
	src/ctl/key-rotate.c \
	src/ctl/knowledge-delete.c \
	src/ctl/knowledge-import.c \
	src/ctl/knowledge-list.c \
	src/ctl/knowledge-search.c \
	src/ctl/lead.c \
	src/ctl/learn.c \
	src/ctl/migrate.c \
	src/ctl/org.c \
	src/ctl/output.c src/ctl/output.h \
	src/ctl/purge.c \
	src/ctl/queue.c \
	src/ctl/sealed.c src/ctl/sealed.h \
	src/ctl/restore.c \
	src/ctl/setting.c \
	src/ctl/skill-import.c \
	src/ctl/skill-list.c \
	src/ctl/setup-code.c \
	src/ctl/token.c \
	src/ctl/user.c
CTL_LIBS = libctl.a $(ANSWER_LIBS)

bin_PROGRAMS += deskbellctl
deskbellctl_SOURCES = src/ctl/main.c
deskbellctl_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
deskbellctl_LDADD = $(CTL_LIBS)
