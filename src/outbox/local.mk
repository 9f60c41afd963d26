noinst_LIBRARIES += liboutbox.a
liboutbox_a_SOURCES = \
	src/outbox/answers.c \
	src/outbox/background/background.c src/outbox/background/background.h \
	src/outbox/background/retention.c \
	src/outbox/background/search-index.c \
	src/outbox/background/sweep.c \
	src/outbox/busy.c src/outbox/busy.h \
	src/outbox/deliveries.c src/outbox/delivery.h \
	src/outbox/due.c src/outbox/due.h \
	src/outbox/embed.c \
	src/outbox/fetch-files.c \
	src/outbox/jobs.c \
	src/outbox/leads.c \
	src/outbox/notify/mail-program.c src/outbox/notify/mail-program.h \
	src/outbox/notify/mail-text.c src/outbox/notify/mail-text.h \
	src/outbox/notify/push.c \
	src/outbox/notify/ring-text.c src/outbox/notify/ring-text.h \
	src/outbox/open-channels.c src/outbox/open-channels.h \
	src/outbox/readings.c \
	src/outbox/sender.c src/outbox/sender.h \
	src/outbox/turns.c src/outbox/turns.h \
	src/outbox/uploads.c \
	src/outbox/works.c src/outbox/works.h
liboutbox_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
bin_PROGRAMS += deskbell-outbox
deskbell_outbox_SOURCES = src/outbox/deskbell-outbox.c
deskbell_outbox_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
deskbell_outbox_LDADD = liboutbox.a libfiles.a $(ANSWER_LIBS)
