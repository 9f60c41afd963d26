noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	src/channel/channel.c src/channel/channel.h \
	src/channel/channel-health.c src/channel/channel-health.h \
	src/channel/check-report.c src/channel/check-report.h \
	src/channel/connect.c src/channel/connect.h \
	src/channel/description.c src/channel/description.h \
	src/channel/pieces.c src/channel/pieces.h \
	src/channel/reply-content.c src/channel/reply-content.h \
	src/channel/reply-parts.c src/channel/reply-parts.h \
	src/channel/send-rule.c src/channel/send-rule.h \
	src/channel/telegram/telegram.c src/channel/telegram/telegram.h \
	src/channel/telegram/telegram-check.c \
	src/channel/telegram/telegram-content.c \
	src/channel/telegram/telegram-errors.c src/channel/telegram/telegram-errors.h \
	src/channel/telegram/telegram-files.c \
	src/channel/telegram/telegram-send.c \
	src/channel/telegram/telegram-upload.c \
	src/channel/telegram/telegram-webhook.c \
	src/channel/whatsapp/whatsapp.c src/channel/whatsapp/whatsapp.h \
	src/channel/whatsapp/whatsapp-check.c \
	src/channel/whatsapp/whatsapp-content.c \
	src/channel/whatsapp/whatsapp-errors.c src/channel/whatsapp/whatsapp-errors.h \
	src/channel/whatsapp/whatsapp-files.c \
	src/channel/whatsapp/whatsapp-fields.c \
	src/channel/whatsapp/whatsapp-others.c \
	src/channel/whatsapp/whatsapp-prove.c \
	src/channel/whatsapp/whatsapp-subscriptions.c \
	src/channel/whatsapp/whatsapp-scan.c \
	src/channel/whatsapp/whatsapp-send.c \
	src/channel/whatsapp/whatsapp-upload.c \
	src/channel/whatsapp/whatsapp-webhook.c
CHANNEL_LIBS = libchannel.a $(DOMAIN_LIBS)
