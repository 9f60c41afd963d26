# Skills end to end: import, training, answers.
ANSWER_TESTS = tests/answer/skills.t
if SIMULATOR
TESTS += $(ANSWER_TESTS)
endif
EXTRA_DIST += $(ANSWER_TESTS)
