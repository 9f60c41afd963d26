noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	src/core/allowance.c src/core/allowance.h \
	src/core/buf.c src/core/buf.h \
	src/core/process/child.c src/core/process/child.h \
	src/core/clock.c src/core/clock.h \
	src/core/conf.c src/core/conf.h \
	src/core/process/crash.c src/core/process/crash.h \
	src/core/crypto/crypt.c src/core/crypto/crypt.h \
	src/core/crypto/crypt-key-file.c \
	src/core/crypto/crypt-keys.c src/core/crypto/crypt-keys.h \
	src/core/crypto/crypt-push.c src/core/crypto/crypt-push.h \
	src/core/err.c src/core/err.h \
	src/core/net/http-client.c src/core/net/http-client.h \
	src/core/net/http-exchange.c src/core/net/http-exchange.h \
	src/core/net/http-fetch.c \
	src/core/net/http-form.c src/core/net/http-form.h \
	src/core/net/http-trust.c \
	src/core/net/http-url.c src/core/net/http-url.h \
	src/core/json/json.c src/core/json/json.h \
	src/core/json/json-check.c \
	src/core/json/json-cut.c \
	src/core/json/json-parts.h \
	src/core/json/json-writer.c \
	src/core/process/libraries.c src/core/process/libraries.h \
	src/core/log.c src/core/log.h \
	src/core/process/memory.c src/core/process/memory.h \
	src/core/net/mail.c src/core/net/mail.h \
	src/core/net/mail-send.c \
	src/core/net/mail-smtp.c src/core/net/mail-smtp.h \
	src/core/net/net-address.c src/core/net/net-address.h \
	src/core/process/place.c src/core/process/place.h \
	src/core/pool.c src/core/pool.h \
	src/core/process/process.c src/core/process/process.h \
	src/core/formats/qr.c src/core/formats/qr.h \
	src/core/formats/query.c src/core/formats/query.h \
	src/core/process/sanitizer.h \
	src/core/secret.c src/core/secret.h \
	src/core/str.c src/core/str.h \
	src/core/process/subprocess.c src/core/process/subprocess.h \
	src/core/text/embedded.h \
	src/core/text/reason.c src/core/text/reason.h \
	src/core/text/reasons-answer.h \
	src/core/text/reasons-channel.h \
	src/core/text/reasons-core.h \
	src/core/text/reasons-delivery.h \
	src/core/text/reasons-document.h \
	src/core/text/reasons-model.h \
	src/core/text/reasons-webhook.h \
	src/core/text/translation.c src/core/text/translation.h \
	src/core/crypto/totp.c src/core/crypto/totp.h \
	src/core/net/web-push.c src/core/net/web-push.h \
	src/core/formats/ustar.c src/core/formats/ustar.h
nodist_libcore_a_SOURCES = src/core/text/catalogue-files.c
CORE_LIBS = libcore.a $(CURL_LIBS) $(JSON_LIBS) $(OPENSSL_LIBS) $(CRYPTLIB_LIBS) $(QRENCODE_LIBS)

# Translations inside the programs.
EXTRA_DIST += build-aux/embed.sh
CLEANFILES += src/core/text/catalogue-files.c
EMBED = $(top_srcdir)/build-aux/embed.sh
AM_V_EMBED = $(AM_V_EMBED_@AM_V@)
AM_V_EMBED_ = $(AM_V_EMBED_@AM_DEFAULT_V@)
AM_V_EMBED_0 = @echo "  EMBED   " $@;
src/core/text/catalogue-files.c: $(CATALOGUES:.po=.mo) $(EMBED)
	$(AM_V_EMBED)$(MKDIR_P) src/core/text && $(EMBED) core/text/embedded.h catalogue_files .mo $(filter %.mo,$^) > $@.tmp && mv $@.tmp $@
