noinst_LIBRARIES += libweb.a
libweb_a_SOURCES = \
	src/web/app.h \
	src/web/attempts.c src/web/attempts.h \
	src/web/channel-cache.c src/web/channel-cache.h \
	src/web/fcgi.c src/web/fcgi.h \
	src/web/health.c \
	src/web/http.c src/web/http.h \
	src/web/metrics.c \
	src/web/router.c \
	src/web/web-cron.c \
	src/web/whatsapp-webhook.c
WEB_LIBS = libweb.a $(FCGI_LIBS) $(CHANNEL_LIBS)
