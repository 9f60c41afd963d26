# The stand-in for the platforms: knows core, and the platforms' documentation, and nothing of Deskbell's clients.
PHONE_FILES = src/simulator/phone.html src/simulator/phone.css src/simulator/phone.js
EXTRA_DIST += $(PHONE_FILES) tests/simulator/simulator.t tests/simulator/simulator-llm.t tests/simulator/simulator-telegram.t
CLEANFILES += src/simulator/phone-files.c
if SIMULATOR
noinst_PROGRAMS += deskbell-simulator
deskbell_simulator_SOURCES = \
	src/simulator/state/behaviour.c src/simulator/state/behaviour.h \
	src/simulator/state/customers.c src/simulator/state/customers.h \
	src/simulator/deskbell-simulator.c \
	src/simulator/ladder.c src/simulator/ladder.h \
	src/simulator/loop.c src/simulator/loop.h \
	src/simulator/state/sim-memory.h \
	src/simulator/sim-phone.c src/simulator/sim-phone.h \
	src/simulator/random.h \
	src/simulator/state/records.c src/simulator/state/records.h \
	src/simulator/server.c src/simulator/server.h \
	src/simulator/state/sim-channels.c src/simulator/state/sim-channels.h \
	src/simulator/state/sim-settings.c src/simulator/state/sim-settings.h \
	src/simulator/sim-webhook.c src/simulator/sim-webhook.h \
	src/simulator/simulator.c src/simulator/simulator.h \
	src/simulator/control/control.c src/simulator/control/control.h \
	src/simulator/control/control-chat.c \
	src/simulator/control/control-inbound.c \
	src/simulator/control/control-llm.c \
	src/simulator/control/control-media.c \
	src/simulator/control/control-telegram.c \
	src/simulator/graph/graph.c src/simulator/graph/graph.h \
	src/simulator/graph/graph-app.c \
	src/simulator/graph/graph-error.c src/simulator/graph/graph-error.h \
	src/simulator/graph/graph-media.c \
	src/simulator/graph/graph-message.h \
	src/simulator/graph/graph-message-check.c \
	src/simulator/graph/graph-messages.c \
	src/simulator/graph/graph-objects.c \
	src/simulator/graph/graph-upload.c \
	src/simulator/graph/meta-json.c src/simulator/graph/meta-json.h \
	src/simulator/graph/whatsapp-payload.c src/simulator/graph/whatsapp-payload.h \
	src/simulator/llm/sim-llm.c src/simulator/llm/sim-llm.h \
	src/simulator/llm/sim-llm-chat.c src/simulator/llm/sim-llm-chat.h \
	src/simulator/llm/sim-llm-chat-check.c \
	src/simulator/llm/sim-llm-embeddings.c \
	src/simulator/llm/sim-llm-transcription.c \
	src/simulator/llm/sim-llm-fault.c src/simulator/llm/sim-llm-fault.h \
	src/simulator/llm/sim-llm-lead.c \
	src/simulator/llm/sim-llm-reply.c src/simulator/llm/sim-llm-reply.h \
	src/simulator/llm/sim-llm-rules.c src/simulator/llm/sim-llm-rules.h \
	src/simulator/llm/sim-llm-state.c src/simulator/llm/sim-llm-state.h \
	src/simulator/llm/sim-llm-embedding-list.h \
	src/simulator/llm/sim-llm-words.c src/simulator/llm/sim-llm-words.h \
	src/simulator/media/sim-form.c src/simulator/media/sim-form.h \
	src/simulator/media/sim-media.c src/simulator/media/sim-media.h \
	src/simulator/media/sim-media-serve.c src/simulator/media/sim-media-serve.h \
	src/simulator/telegram/bots.c src/simulator/telegram/bots.h \
	src/simulator/telegram/sim-telegram.c src/simulator/telegram/sim-telegram.h \
	src/simulator/telegram/sim-telegram-error.c src/simulator/telegram/sim-telegram-error.h \
	src/simulator/telegram/sim-telegram-files.c \
	src/simulator/telegram/sim-telegram-media.c \
	src/simulator/telegram/sim-telegram-messages.c \
	src/simulator/telegram/sim-telegram-webhook.c
nodist_deskbell_simulator_SOURCES = src/simulator/phone-files.c
deskbell_simulator_CFLAGS = $(AM_CFLAGS) $(MHD_CFLAGS)
deskbell_simulator_LDADD = libfiles.a $(CORE_LIBS) $(MHD_LIBS) -lm
TESTS += tests/simulator/simulator.t tests/simulator/simulator-llm.t tests/simulator/simulator-telegram.t
endif

# The phone page inside the program: each file as an array of bytes.
src/simulator/phone-files.c: $(PHONE_FILES) src/simulator/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/simulator && { \
	echo '/* Made from the phone page; do not edit. */'; \
	echo '#include "simulator/sim-phone.h"'; \
	for name in html css js; do \
		echo "const unsigned char phone_$$name[] = {"; \
		od -An -v -tu1 $(srcdir)/src/simulator/phone.$$name | $(SED) -e 's/^ *//' -e 's/  */,/g' -e 's/$$/,/'; \
		echo '};'; \
		echo "const size_t phone_$${name}_bytes = sizeof(phone_$$name);"; \
	done; } >$@.tmp && mv $@.tmp $@
