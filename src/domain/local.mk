noinst_LIBRARIES += libdomain.a
libdomain_a_SOURCES = \
	src/domain/backoff.c src/domain/backoff.h \
	src/domain/bot-mode.c src/domain/bot-mode.h \
	src/domain/inbound.c src/domain/inbound.h \
	src/domain/text.c src/domain/text.h \
	src/domain/window.c src/domain/window.h
DOMAIN_LIBS = libdomain.a $(UTF8PROC_LIBS) $(DB_LIBS)
