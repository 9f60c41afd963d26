# What strangers' bytes are read by; see fuzz.c. A short run of one seed is a test, `make fuzz` goes on with others.
check_PROGRAMS += tests/fuzz/fuzz
TESTS += tests/fuzz/fuzz
tests_fuzz_fuzz_SOURCES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h tests/fuzz/fuzz-targets.c tests/fuzz/fuzz-files.c
tests_fuzz_fuzz_LDADD = $(DESK_LIBS)
EXTRA_DIST += tests/fuzz/corpus
CLEANFILES += fuzz-input
FUZZFLAGS = --seconds 60 --seed $$(date +%s)
fuzz: tests/fuzz/fuzz
	srcdir='$(abs_srcdir)' tests/fuzz/fuzz $(FUZZFLAGS)
.PHONY: fuzz
