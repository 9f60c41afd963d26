# The receiver. Links no page of the desk and none of the libraries that answers need.
noinst_LIBRARIES += libwebhook.a
libwebhook_a_SOURCES = \
	src/webhook/channel-cache.c src/webhook/channel-cache.h \
	src/webhook/webhook-delivery.c src/webhook/webhook-delivery.h \
	src/webhook/metrics.c \
	src/webhook/receiver.h \
	src/webhook/router.c \
	src/webhook/telegram-delivery.c \
	src/webhook/web-cron.c \
	src/webhook/webhook-log.c src/webhook/webhook-log.h \
	src/webhook/whatsapp-delivery.c \
	src/webhook/whatsapp-verify.c
WEBHOOK_LIBS = libwebhook.a $(HTTP_LIBS) $(CHANNEL_LIBS)
