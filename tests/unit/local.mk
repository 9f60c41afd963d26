UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS)
UNIT_COMMON = tests/unit/tap.c tests/unit/tap.h

check_PROGRAMS += tests/unit/test-core
TESTS += tests/unit/test-core
tests_unit_test_core_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_core_SOURCES = $(UNIT_COMMON) tests/unit/core.c tests/unit/core.h \
	tests/unit/core-base.c tests/unit/core-log.c tests/unit/core-conf.c \
	tests/unit/core-crypt.c tests/unit/core-json.c tests/unit/core-http-client.c tests/unit/http-server.c tests/unit/http-server.h
tests_unit_test_core_LDADD = $(CORE_LIBS) $(CUNIT_LIBS)
