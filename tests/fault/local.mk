# Nothing lost, nothing twice, order kept, whatever is killed or fails. crash.t needs --enable-crash-points and is skipped without.
FAULT_TESTS = \
	tests/fault/checker.t \
	tests/fault/crash.t \
	tests/fault/database.t \
	tests/fault/flood.t \
	tests/fault/hostile.t \
	tests/fault/senders.t \
	tests/fault/plans.t \
	tests/fault/platform.t \
	tests/fault/storm.t \
	tests/fault/storm-media.t \
	tests/fault/vital.t \
	tests/fault/waiting.t
if SIMULATOR
TESTS += $(FAULT_TESTS)
endif
EXTRA_DIST += $(FAULT_TESTS) tests/fault/checker.py tests/fault/faults.py tests/fault/storm.py tests/fault/storm_media.py

# The long forms; never part of `make check`. STORMFLAGS="--messages 1000" for a shorter one.
storm: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/fault/storm.py $(STORMFLAGS)
	for t in crash senders; do DESKBELL_FAULT_LONG=1 DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/fault/$$t.t || exit 1; done
# The same with files: make storm-media [STORMFLAGS="--files 5000"]
storm-media: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/fault/storm_media.py $(STORMFLAGS)

# How the database goes about a million messages of one organization; PLANSFLAGS=5000000 for more.
check-plans: all
	DESKBELL_PLANS_ROWS=$(or $(PLANSFLAGS),1000000) DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/fault/plans.t

.PHONY: storm storm-media check-plans
