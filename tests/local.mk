TEST_EXTENSIONS = .t
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
T_LOG_DRIVER = $(LOG_DRIVER)

# Unit tests: one program a layer, each linking its own layer and those below it.
if CUNIT
include tests/unit/local.mk
endif
