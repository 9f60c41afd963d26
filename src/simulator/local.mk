# The stand-in for the platforms: knows core, and the platforms' documentation, and nothing of Deskbell's clients.
PHONE_FILES = src/simulator/phone.html src/simulator/phone.css src/simulator/phone.js
EXTRA_DIST += $(PHONE_FILES) tests/simulator/simulator.t tests/simulator/simulator-llm.t tests/simulator/simulator-telegram.t
CLEANFILES += src/simulator/phone-files.c
if SIMULATOR
noinst_PROGRAMS += deskbell-simulator
deskbell_simulator_SOURCES = \
	src/simulator/behaviour.c src/simulator/behaviour.h \
	src/simulator/bots.c src/simulator/bots.h \
	src/simulator/channels.c src/simulator/channels.h \
	src/simulator/control.c src/simulator/control.h \
	src/simulator/control-chat.c src/simulator/control-inbound.c src/simulator/control-llm.c \
	src/simulator/control-telegram.c \
	src/simulator/customers.c src/simulator/customers.h \
	src/simulator/graph.c src/simulator/graph.h \
	src/simulator/graph-error.c src/simulator/graph-error.h \
	src/simulator/graph-message-check.c src/simulator/graph-message.h \
	src/simulator/graph-messages.c src/simulator/graph-objects.c \
	src/simulator/ladder.c src/simulator/ladder.h \
	src/simulator/llm.c src/simulator/llm.h \
	src/simulator/llm-chat.c src/simulator/llm-chat.h \
	src/simulator/llm-chat-check.c \
	src/simulator/llm-embeddings.c \
	src/simulator/llm-fault.c src/simulator/llm-fault.h \
	src/simulator/llm-lead.c src/simulator/llm-reply.c \
	src/simulator/llm-reply.h \
	src/simulator/llm-rules.c src/simulator/llm-rules.h \
	src/simulator/llm-state.c src/simulator/llm-state.h \
	src/simulator/llm-vectors.h \
	src/simulator/llm-words.c src/simulator/llm-words.h \
	src/simulator/loop.c src/simulator/loop.h \
	src/simulator/main.c src/simulator/memory.h \
	src/simulator/meta-json.c src/simulator/meta-json.h \
	src/simulator/phone.c src/simulator/phone.h \
	src/simulator/random.h \
	src/simulator/records.c src/simulator/records.h \
	src/simulator/settings.c src/simulator/settings.h \
	src/simulator/server.c src/simulator/server.h \
	src/simulator/simulator.c src/simulator/simulator.h \
	src/simulator/telegram.c src/simulator/telegram.h \
	src/simulator/telegram-error.c src/simulator/telegram-error.h \
	src/simulator/telegram-messages.c src/simulator/telegram-webhook.c \
	src/simulator/webhook.c src/simulator/webhook.h \
	src/simulator/whatsapp-payload.c src/simulator/whatsapp-payload.h
nodist_deskbell_simulator_SOURCES = src/simulator/phone-files.c
deskbell_simulator_CFLAGS = $(AM_CFLAGS) $(MHD_CFLAGS)
deskbell_simulator_LDADD = $(CORE_LIBS) $(MHD_LIBS) -lm
TESTS += tests/simulator/simulator.t tests/simulator/simulator-llm.t tests/simulator/simulator-telegram.t
endif

# The phone page inside the program: each file as an array of bytes.
src/simulator/phone-files.c: $(PHONE_FILES) src/simulator/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/simulator && { \
	echo '/* Made from the phone page; do not edit. */'; \
	echo '#include "simulator/phone.h"'; \
	for name in html css js; do \
		echo "const unsigned char phone_$$name[] = {"; \
		od -An -v -tu1 $(srcdir)/src/simulator/phone.$$name | $(SED) -e 's/^ *//' -e 's/  */,/g' -e 's/$$/,/'; \
		echo '};'; \
		echo "const size_t phone_$${name}_bytes = sizeof(phone_$$name);"; \
	done; } >$@.tmp && mv $@.tmp $@
