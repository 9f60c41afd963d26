UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS)
UNIT_COMMON = tests/unit/tap.c tests/unit/tap.h tests/unit/check.h

# Those that stand alone.
UNIT_TESTS = tests/unit/test-core tests/unit/test-domain tests/unit/test-files tests/unit/test-channel \
	tests/unit/test-answer tests/unit/test-web tests/unit/test-outbox
# Those that need a database; db.t starts one and runs them.
UNIT_DB_TESTS = tests/unit/test-db tests/unit/test-intake tests/unit/test-channel-cache tests/unit/test-knowledge
check_PROGRAMS += $(UNIT_TESTS) $(UNIT_DB_TESTS)
TESTS += $(UNIT_TESTS) tests/unit/db.t
EXTRA_DIST += tests/unit/db.t

tests_unit_test_core_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_core_SOURCES = $(UNIT_COMMON) \
	tests/unit/core.c tests/unit/core.h \
	tests/unit/core-str.c \
	tests/unit/core-allowance.c \
	tests/unit/core-buf.c \
	tests/unit/core-child.c \
	tests/unit/core-pool.c \
	tests/unit/core-err.c \
	tests/unit/core-reason.c \
	tests/unit/core-clock.c \
	tests/unit/core-process.c \
	tests/unit/core-secret.c \
	tests/unit/core-log.c \
	tests/unit/core-mail.c \
	tests/unit/core-conf.c \
	tests/unit/core-crypt.c \
	tests/unit/core-json.c \
	tests/unit/core-http.c tests/unit/core-http.h \
	tests/unit/core-http-client.c \
	tests/unit/core-http-outcomes.c \
	tests/unit/core-http-address.c \
	tests/unit/core-net-address.c \
	tests/unit/core-subprocess.c \
	tests/unit/core-http-many.c \
	tests/unit/core-ustar.c \
	tests/unit/core-web-push.c \
	tests/unit/http-server.c tests/unit/http-server.h
tests_unit_test_core_LDADD = $(CORE_LIBS) $(CUNIT_LIBS)

UNIT_DB_COMMON = $(UNIT_COMMON) tests/unit/db.h tests/unit/db-start.c

tests_unit_test_db_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_db_SOURCES = $(UNIT_DB_COMMON) \
	tests/unit/db.c \
	tests/unit/db-connection.c \
	tests/unit/db-migrate.c \
	tests/unit/db-receive.c tests/unit/db-receive.h \
	tests/unit/db-person.c \
	tests/unit/db-queue.c \
	tests/unit/db-rates.c \
	tests/unit/db-llm.c \
	tests/unit/db-found-files.c \
	tests/unit/db-inbox.c \
	tests/unit/db-lead.c \
	tests/unit/db-rings.c \
	tests/unit/db-search.c \
	tests/unit/db-security.c
tests_unit_test_db_LDADD = $(DB_LIBS) $(CUNIT_LIBS)

tests_unit_test_domain_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_domain_SOURCES = $(UNIT_COMMON) \
	tests/unit/domain.c tests/unit/domain.h \
	tests/unit/domain-inbound.c \
	tests/unit/domain-account.c \
	tests/unit/domain-lead.c \
	tests/unit/domain-search.c \
	tests/unit/domain-settings.c \
	tests/unit/domain-text.c \
	tests/unit/domain-handoff-request.c \
	tests/unit/domain-hours.c \
	tests/unit/domain-zone.c
tests_unit_test_domain_LDADD = $(DOMAIN_LIBS) $(CUNIT_LIBS)

tests_unit_test_intake_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_intake_SOURCES = $(UNIT_DB_COMMON) \
	tests/unit/intake.c
tests_unit_test_intake_LDADD = $(DOMAIN_LIBS) $(CUNIT_LIBS)

tests_unit_test_outbox_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_outbox_SOURCES = $(UNIT_COMMON) tests/unit/outbox.c
tests_unit_test_outbox_LDADD = liboutbox.a $(ANSWER_LIBS) $(CUNIT_LIBS)

tests_unit_test_files_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_files_SOURCES = $(UNIT_COMMON) \
	tests/unit/files.c
tests_unit_test_files_LDADD = $(FILES_LIBS) $(CUNIT_LIBS)

tests_unit_test_channel_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_channel_SOURCES = $(UNIT_COMMON) \
	tests/unit/channel.c tests/unit/channel.h \
	tests/unit/channel-description.c \
	tests/unit/channel-facts.c \
	tests/unit/channel-webhook.c \
	tests/unit/channel-scan.c \
	tests/unit/channel-files.c \
	tests/unit/channel-send.c \
	tests/unit/channel-config.c \
	tests/unit/channel-judge.c \
	tests/unit/telegram-webhook.c \
	tests/unit/telegram-send.c
tests_unit_test_channel_LDADD = $(CHANNEL_LIBS) $(CUNIT_LIBS)

tests_unit_test_answer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_answer_SOURCES = $(UNIT_COMMON) \
	tests/unit/answer.c tests/unit/answer.h \
	tests/unit/answer-guards.c \
	tests/unit/answer-skills.c \
	tests/unit/answer-understanding.c \
	tests/unit/answer-model.c \
	tests/unit/answer-embeddings.c \
	tests/unit/answer-endpoint.c \
	tests/unit/answer-evidence.c \
	tests/unit/answer-fusion.c \
	tests/unit/answer-links.c \
	tests/unit/answer-llm.c \
	tests/unit/answer-documents.c \
	tests/unit/answer-document-pdf.c \
	tests/unit/answer-document-fetch.c \
	tests/unit/answer-sitemap.c \
	tests/unit/answer-passages.c \
	tests/unit/http-server.c tests/unit/http-server.h
tests_unit_test_answer_LDADD = $(ANSWER_LIBS) $(CUNIT_LIBS)
tests_unit_test_knowledge_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_knowledge_SOURCES = $(UNIT_DB_COMMON) \
	tests/unit/knowledge.c tests/unit/knowledge.h \
	tests/unit/knowledge-embeddings.c \
	tests/unit/breaker.c \
	tests/unit/phrase-embeddings.c \
	tests/unit/http-server.c tests/unit/http-server.h
tests_unit_test_knowledge_LDADD = $(ANSWER_LIBS) $(CUNIT_LIBS)

tests_unit_test_web_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_web_SOURCES = $(UNIT_COMMON) \
	tests/unit/web.c tests/unit/web.h \
	tests/unit/web-csv.c tests/unit/web-desk.c tests/unit/web-form.c tests/unit/web-template.c
tests_unit_test_web_LDADD = libwebhook.a $(DESK_LIBS) $(CUNIT_LIBS)

tests_unit_test_channel_cache_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_channel_cache_SOURCES = $(UNIT_DB_COMMON) \
	tests/unit/channel-cache.c
tests_unit_test_channel_cache_LDADD = $(WEBHOOK_LIBS) $(CUNIT_LIBS)
