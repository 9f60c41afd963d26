# Small changes to the sources of which no test takes notice; never part of `make check`. MUTANTFLAGS="--minutes 60 --seed 7 authority"; --help tells more.
EXTRA_DIST += tests/mutants/mutants
mutants:
	/usr/bin/python3 $(srcdir)/tests/mutants/mutants $(MUTANTFLAGS)
.PHONY: mutants
