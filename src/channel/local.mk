noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	src/channel/channel.c src/channel/channel.h \
	src/channel/check-report.c src/channel/check-report.h \
	src/channel/connect.c src/channel/connect.h \
	src/channel/health.c src/channel/health.h \
	src/channel/pieces.c src/channel/pieces.h \
	src/channel/reply-parts.c src/channel/reply-parts.h \
	src/channel/send-rule.c src/channel/send-rule.h \
	src/channel/telegram-check.c \
	src/channel/telegram-errors.c src/channel/telegram-errors.h \
	src/channel/telegram-send.c \
	src/channel/telegram-webhook.c \
	src/channel/telegram.c src/channel/telegram.h \
	src/channel/whatsapp-check.c \
	src/channel/whatsapp-errors.c src/channel/whatsapp-errors.h \
	src/channel/whatsapp-send.c \
	src/channel/whatsapp-webhook.c \
	src/channel/whatsapp.c src/channel/whatsapp.h
CHANNEL_LIBS = libchannel.a $(DOMAIN_LIBS)
