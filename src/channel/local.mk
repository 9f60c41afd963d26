noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	src/channel/channel.c src/channel/channel.h \
	src/channel/reply-parts.c src/channel/reply-parts.h \
	src/channel/whatsapp.c src/channel/whatsapp.h \
	src/channel/whatsapp-check.c \
	src/channel/whatsapp-errors.c src/channel/whatsapp-errors.h \
	src/channel/whatsapp-send.c \
	src/channel/whatsapp-webhook.c
CHANNEL_LIBS = libchannel.a $(DOMAIN_LIBS)
