TEST_EXTENSIONS = .t
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
T_LOG_DRIVER = $(LOG_DRIVER)
# Scripts find the programs by DESKBELL_BUILD and the sources by srcdir.
AM_TESTS_ENVIRONMENT = DESKBELL_BUILD='$(abs_top_builddir)'; srcdir='$(abs_top_srcdir)'; export DESKBELL_BUILD srcdir;

TESTS += tests/lint.t tests/docs.t
EXTRA_DIST += tests/lint.t tests/docs.t

# Unit tests: one program a layer, each linking its own layer and those below it.
if CUNIT
include tests/unit/local.mk
endif

include tests/ctl/local.mk

# The slowest first, so that others run next to them.
include tests/browser/local.mk
include tests/web/local.mk
include tests/flow/local.mk
include tests/fault/local.mk
include tests/scale/local.mk
include tests/bench/local.mk
include tests/answer/local.mk
include tests/quality/local.mk
include tests/fuzz/local.mk

# One layer's tests in under a minute; CONTRIBUTING.md says which.
CHECK_core = tests/unit/test-core
CHECK_db = tests/unit/db.t
CHECK_domain = tests/unit/test-domain
CHECK_channel = tests/unit/test-channel
CHECK_answer = tests/unit/test-answer tests/answer/answers.t
CHECK_webhook = tests/flow/lighttpd-fastcgi.t
CHECK_desk = tests/unit/test-web tests/web/words.t tests/web/matrix.t
CHECK_outbox = tests/fault/senders.t
CHECK_ctl = tests/ctl/ctl.t
CHECK_simulator = tests/simulator/simulator.t tests/simulator/simulator-llm.t tests/simulator/simulator-telegram.t
CHECK_LAYERS = check-core check-db check-domain check-channel check-answer check-webhook check-desk check-outbox check-ctl check-simulator
$(CHECK_LAYERS): all
	$(MAKE) check TESTS='tests/lint.t tests/docs.t $(CHECK_$(@:check-%=%))'
.PHONY: $(CHECK_LAYERS)

# What ./check sorts before it runs them.
print-tests:
	@printf '%s\n' $(TESTS)
.PHONY: print-tests

# What a release packs (folders with all in them; dist-hook adds the last), for tests/lint.t.
print-distfiles:
	@printf '%s\n' $(DISTFILES:$(srcdir)/%=%) check
.PHONY: print-distfiles

# The database that every stack copies; see tests/lib/deskbell/cluster.py.
clean-local: clean-cluster
clean-cluster:
	rm -rf tests/cluster tests/cluster.lock
.PHONY: clean-cluster

include tests/mutants/local.mk
