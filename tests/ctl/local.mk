# The command line from end to end.
CTL_TESTS = \
	tests/ctl/backup.t \
	tests/ctl/contact.t \
	tests/ctl/ctl.t tests/ctl/doctor.t \
	tests/ctl/import.t \
	tests/ctl/init.t \
	tests/ctl/libraries.t \
	tests/ctl/operate.t tests/ctl/ownership.t \
	tests/ctl/retention.t \
	tests/ctl/tls.t tests/ctl/upgrade.t
EXTRA_DIST += $(CTL_TESTS)
if SIMULATOR
TESTS += $(CTL_TESTS)
endif
