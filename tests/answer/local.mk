# Skills and documents end to end: import, training, answers.
ANSWER_TESTS = tests/answer/skills.t tests/answer/knowledge.t tests/answer/answers.t tests/answer/conversations.t tests/answer/replay.t tests/answer/embeddings.t tests/answer/skill-embeddings.t tests/answer/weak-embeddings.t tests/answer/cross-language.t
if SIMULATOR
TESTS += $(ANSWER_TESTS)
endif
EXTRA_DIST += $(ANSWER_TESTS) tests/answer/business.py tests/answer/embedded.py tests/answer/embedding_endpoint.py tests/answer/visits.py
