noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	src/core/allowance.c src/core/allowance.h \
	src/core/buf.c src/core/buf.h \
	src/core/child.c src/core/child.h \
	src/core/clock.c src/core/clock.h \
	src/core/conf.c src/core/conf.h \
	src/core/crash.c src/core/crash.h \
	src/core/crypt.c src/core/crypt.h \
	src/core/crypt-key-file.c \
	src/core/crypt-keys.c src/core/crypt-keys.h \
	src/core/err.c src/core/err.h \
	src/core/http-client.c src/core/http-client.h \
	src/core/http-exchange.c src/core/http-exchange.h \
	src/core/http-fetch.c \
	src/core/http-url.c src/core/http-url.h \
	src/core/json.c src/core/json.h \
	src/core/json-check.c \
	src/core/json-parts.h \
	src/core/json-writer.c \
	src/core/libraries.c src/core/libraries.h \
	src/core/log.c src/core/log.h \
	src/core/memory.c src/core/memory.h \
	src/core/net-address.c src/core/net-address.h \
	src/core/pool.c src/core/pool.h \
	src/core/process.c src/core/process.h \
	src/core/qr.c src/core/qr.h \
	src/core/sanitizer.h \
	src/core/secret.c src/core/secret.h \
	src/core/str.c src/core/str.h \
	src/core/subprocess.c src/core/subprocess.h \
	src/core/totp.c src/core/totp.h \
	src/core/ustar.c src/core/ustar.h
CORE_LIBS = libcore.a $(CURL_LIBS) $(JSON_LIBS) $(OPENSSL_LIBS) $(CRYPTLIB_LIBS) $(QRENCODE_LIBS)
