noinst_LIBRARIES += libdomain.a
libdomain_a_SOURCES = \
	src/domain/account.c src/domain/account.h \
	src/domain/backoff.c src/domain/backoff.h \
	src/domain/bot-mode.c src/domain/bot-mode.h \
	src/domain/inbound.c src/domain/inbound.h \
	src/domain/intake.c src/domain/intake.h \
	src/domain/kick.c src/domain/kick.h \
	src/domain/lead-hand.c src/domain/lead-hand.h \
	src/domain/lead-intent.c \
	src/domain/lead-rules-contact.c \
	src/domain/lead-rules-money.c \
	src/domain/lead-rules-place.c \
	src/domain/lead-rules-service.c \
	src/domain/lead-rules-time.c \
	src/domain/lead-rules.h \
	src/domain/lead-score.c \
	src/domain/lead.c src/domain/lead.h \
	src/domain/pattern.c src/domain/pattern.h \
	src/domain/search.c src/domain/search.h \
	src/domain/self-check.c src/domain/self-check.h \
	src/domain/settings.c src/domain/settings.h \
	src/domain/text.c src/domain/text.h \
	src/domain/waiting.c src/domain/waiting.h \
	src/domain/wake.c src/domain/wake.h \
	src/domain/window.c src/domain/window.h \
	src/domain/wish.c src/domain/wish.h \
	src/domain/working-hours.c src/domain/working-hours.h \
	src/domain/zone.c src/domain/zone.h
libdomain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
DOMAIN_LIBS = libdomain.a $(UTF8PROC_LIBS) $(DB_LIBS)
