# Several databases. Skipped where DESKBELL_CITUS_PG_CONFIG names no PostgreSQL with Citus.
SCALE_TESTS = tests/scale/citus.t
TESTS += $(SCALE_TESTS)
EXTRA_DIST += $(SCALE_TESTS) tests/scale/nodes.py
