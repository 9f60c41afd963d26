noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	src/channel/channel.c src/channel/channel.h \
	src/channel/connect.c src/channel/connect.h \
	src/channel/health.c src/channel/health.h \
	src/channel/whatsapp.c src/channel/whatsapp.h \
	src/channel/whatsapp-check.c \
	src/channel/whatsapp-errors.c src/channel/whatsapp-errors.h \
	src/channel/whatsapp-send.c \
	src/channel/whatsapp-webhook.c
CHANNEL_LIBS = libchannel.a $(DOMAIN_LIBS)
