# Measurements; never part of `make check`. Programs that only they need are built on demand.
EXTRA_PROGRAMS = tests/bench/post-load
CLEANFILES += tests/bench/post-load bench-webhook.json
tests_bench_post_load_SOURCES = tests/bench/post-load.c
tests_bench_post_load_LDADD = $(CORE_LIBS)
EXTRA_DIST += tests/bench/bench-webhook tests/bench/usage.py

# BENCHFLAGS="--rounds 1 --seconds 2" for a quick look; --help tells more.
bench-webhook: all tests/bench/post-load
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-webhook $(BENCHFLAGS)
.PHONY: bench-webhook

# One sender against a platform that takes 150 ms; BENCHFLAGS=--long for memory over 100000 deliveries.
CLEANFILES += bench-outbox.json
EXTRA_DIST += tests/bench/bench-outbox
bench-outbox: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-outbox $(BENCHFLAGS)
.PHONY: bench-outbox

# Files of 1 MB through sender and desk with replies beside them; BENCHFLAGS="--files 500" for a quick look.
CLEANFILES += bench-files.json
EXTRA_DIST += tests/bench/bench-files
bench-files: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-files $(BENCHFLAGS)
.PHONY: bench-files

# The history of a phone, 100,000 messages, with customers who write meanwhile; BENCHFLAGS="--messages 20000
# --seconds 10" for a quick look.
CLEANFILES += bench-history.json
EXTRA_DIST += tests/bench/bench-history tests/bench/history_import.py
bench-history: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-history $(BENCHFLAGS)
.PHONY: bench-history

# A page of the inbox, small and large organisations; BENCHFLAGS=--full for a million conversations.
CLEANFILES += bench-inbox.json
EXTRA_DIST += tests/bench/bench-inbox tests/bench/inbox_fill.py
bench-inbox: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-inbox $(BENCHFLAGS)
.PHONY: bench-inbox

# What a customer waits for an answer, whole stack.
CLEANFILES += bench-answer.json
EXTRA_DIST += tests/bench/bench-answer
bench-answer: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-answer $(BENCHFLAGS)
.PHONY: bench-answer

# What one organization's trouble costs another's answers.
CLEANFILES += bench-fairness.json
EXTRA_DIST += tests/bench/bench-fairness
bench-fairness: all tests/bench/post-load
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-fairness $(BENCHFLAGS)
.PHONY: bench-fairness

# What a thousand organizations cost that have nothing to do.
CLEANFILES += bench-idle.json
EXTRA_DIST += tests/bench/bench-idle
bench-idle: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/bench/bench-idle $(BENCHFLAGS)
.PHONY: bench-idle
