TEST_EXTENSIONS = .t
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
T_LOG_DRIVER = $(LOG_DRIVER)
# Scripts find the programs by DESKBELL_BUILD and the sources by srcdir.
AM_TESTS_ENVIRONMENT = DESKBELL_BUILD='$(abs_top_builddir)'; srcdir='$(abs_top_srcdir)'; export DESKBELL_BUILD srcdir;

TESTS += tests/lint.t
EXTRA_DIST += tests/lint.t

# Unit tests: one program a layer, each linking its own layer and those below it.
if CUNIT
include tests/unit/local.mk
endif

include tests/ctl/local.mk

# The slowest first, so that others run beside them.
include tests/browser/local.mk
include tests/web/local.mk
include tests/flow/local.mk
include tests/fault/local.mk
include tests/bench/local.mk
include tests/answer/local.mk
include tests/quality/local.mk
include tests/fuzz/local.mk

# What ./check sorts before it runs them.
print-tests:
	@printf '%s\n' $(TESTS)
.PHONY: print-tests
include tests/mutants/local.mk

# The database clusters that tests copy.
clean-local:
	rm -rf tests/clusters
.PHONY: clean-local
