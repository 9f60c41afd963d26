noinst_LIBRARIES += libdb.a
libdb_a_SOURCES = \
	src/db/db-array.c \
	src/db/db.c src/db/db.h src/db/db-parts.h \
	src/db/db-pipeline.c \
	src/db/db-result.c \
	src/db/db-transaction.c \
	src/db/db-pool.c src/db/db-pool.h \
	src/db/migrate.c src/db/migrate.h \
	src/db/migrate-index.c src/db/migrate-index.h
nodist_libdb_a_SOURCES = src/db/statements.c src/db/statements.h src/db/migrations.c src/db/functions.c
DB_LIBS = libdb.a $(PQ_LIBS) $(CORE_LIBS)

BUILT_SOURCES += src/db/statements.h
CLEANFILES += src/db/statements.h src/db/statements.c src/db/migrations.c src/db/functions.c
SQL_EMBED = $(top_srcdir)/build-aux/sql-embed.awk
SQL_TO_C = $(top_srcdir)/build-aux/sql-statements.awk
# The list itself: a file that left it or came back with an old date changes what is compiled in, too.
SQL_LIST = $(top_srcdir)/sql/local.mk
AM_V_SQL = $(AM_V_SQL_@AM_V@)
AM_V_SQL_ = $(AM_V_SQL_@AM_DEFAULT_V@)
AM_V_SQL_0 = @echo "  SQL     " $@;
# `make` finds the sources in the build or the source folder (VPATH), so $^ and not the variables.
src/db/statements.h: $(SQL_QUERIES) $(SQL_TO_C) $(SQL_LIST)
	$(AM_V_SQL)$(MKDIR_P) src/db && $(AWK) -v mode=header -f $(SQL_TO_C) $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
src/db/statements.c: $(SQL_QUERIES) $(SQL_TO_C) $(SQL_LIST)
	$(AM_V_SQL)$(MKDIR_P) src/db && $(AWK) -v mode=source -f $(SQL_TO_C) $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
src/db/migrations.c: $(SQL_MIGRATIONS) $(SQL_EMBED) $(SQL_LIST)
	$(AM_V_SQL)$(MKDIR_P) src/db && $(AWK) -v mode=migrations -f $(SQL_EMBED) $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
src/db/functions.c: $(SQL_FUNCTIONS) $(SQL_EMBED) $(SQL_LIST)
	$(AM_V_SQL)$(MKDIR_P) src/db && $(AWK) -v mode=functions -f $(SQL_EMBED) $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
