# The real stack behind each web server: payload in, rows and wire bytes out. Behind lighttpd all cases, behind Apache those that depend on the server; corpus.t the gathered payloads.
FLOW_TESTS = \
	tests/flow/lighttpd-fastcgi.t \
	tests/flow/apache-fcgid.t \
	tests/flow/apache-proxy-fcgi.t \
	tests/flow/lighttpd-cgi.t \
	tests/flow/media.t \
	tests/flow/readings.t \
	tests/flow/file-corpus.t \
	tests/flow/hostile-files.t \
	tests/flow/s3.t \
	tests/flow/history.t \
	tests/flow/hostile.t \
	tests/flow/apache-cgi.t \
	tests/flow/apache-htaccess.t \
	tests/flow/corpus.t \
	tests/flow/metrics.t \
	tests/flow/search.t \
	tests/flow/corpus-telegram.t \
	tests/fault/pgbouncer.t
if SIMULATOR
TESTS += $(FLOW_TESTS)
endif
FLOW_CASES = \
	tests/flow/cases/answer-buttons.case \
	tests/flow/cases/body-many-updates.case \
	tests/flow/cases/body-many-values.case \
	tests/flow/cases/names-long.case \
	tests/flow/cases/signature-decoy.case \
	tests/flow/cases/answer-burst.case \
	tests/flow/cases/answer-caption.case \
	tests/flow/cases/answer-fallback.case \
	tests/flow/cases/answer-group.case \
	tests/flow/cases/answer-image.case \
	tests/flow/cases/answer-off.case \
	tests/flow/cases/answer-operator.case \
	tests/flow/cases/answer-reaction.case \
	tests/flow/cases/answer-shadow.case \
	tests/flow/cases/answer-skill.case \
	tests/flow/cases/answer-stale.case \
	tests/flow/cases/answer-unsupported.case \
	tests/flow/cases/attention-content.case \
	tests/flow/cases/bad-item.case \
	tests/flow/cases/batch-order.case \
	tests/flow/cases/batch.case \
	tests/flow/cases/body-4mb-of-text.case \
	tests/flow/cases/body-4mb.case \
	tests/flow/cases/body-deep.case \
	tests/flow/cases/body-escapes.case \
	tests/flow/cases/body-invalid-utf8.case \
	tests/flow/cases/body-not-json.case \
	tests/flow/cases/body-nul.case \
	tests/flow/cases/body-over-4mb.case \
	tests/flow/cases/body-too-deep.case \
	tests/flow/cases/body-unreadable.case \
	tests/flow/cases/broken-chunked.case \
	tests/flow/cases/broken-half.case \
	tests/flow/cases/broken-length-long.case \
	tests/flow/cases/broken-length-none.case \
	tests/flow/cases/broken-length-short.case \
	tests/flow/cases/broken-slow.case \
	tests/flow/cases/content-telegram.case \
	tests/flow/cases/content-whatsapp.case \
	tests/flow/cases/costs.case \
	tests/flow/cases/delivery-console-test.case \
	tests/flow/cases/delivery-neighbour.case \
	tests/flow/cases/duplicate-answer.case \
	tests/flow/cases/duplicate.case \
	tests/flow/cases/echo.case \
	tests/flow/cases/escalation-misses-reset.case \
	tests/flow/cases/escalation-misses.case \
	tests/flow/cases/escalation-skill.case \
	tests/flow/cases/event-early.case \
	tests/flow/cases/event-edit.case \
	tests/flow/cases/event-ours.case \
	tests/flow/cases/event-quiet.case \
	tests/flow/cases/event-revoke.case \
	tests/flow/cases/event-telegram.case \
	tests/flow/cases/failed-channel.case \
	tests/flow/cases/failed-classes.case \
	tests/flow/cases/failed-later.case \
	tests/flow/cases/fields.case \
	tests/flow/cases/group-whatsapp.case \
	tests/flow/cases/ladder-batched.case \
	tests/flow/cases/ladder-before-response.case \
	tests/flow/cases/ladder-in-order.case \
	tests/flow/cases/ladder-reversed.case \
	tests/flow/cases/ladder-shuffled.case \
	tests/flow/cases/loop-cap.case \
	tests/flow/cases/loop-same-question.case \
	tests/flow/cases/message-without-id.case \
	tests/flow/cases/number-replaced.case \
	tests/flow/cases/others-agent.case \
	tests/flow/cases/others-calls.case \
	tests/flow/cases/others-contacts.case \
	tests/flow/cases/others-history.case \
	tests/flow/cases/others-history-ids.case \
	tests/flow/cases/others-history-whom.case \
	tests/flow/cases/others-history-files.case \
	tests/flow/cases/others-history-hostile.case \
	tests/flow/cases/others-history-order.case \
	tests/flow/cases/notice-shadow.case \
	tests/flow/cases/notice.case \
	tests/flow/cases/person-again.case \
	tests/flow/cases/person-by-hand.case \
	tests/flow/cases/person-merged.case \
	tests/flow/cases/person-name-beside.case \
	tests/flow/cases/person-number-changed.case \
	tests/flow/cases/person-number-forms.case \
	tests/flow/cases/person-parallel.case \
	tests/flow/cases/person-recycled.case \
	tests/flow/cases/person-scoped-only.case \
	tests/flow/cases/person-two-platforms.case \
	tests/flow/cases/quarantine-bytes.case \
	tests/flow/cases/route-health.case \
	tests/flow/cases/route-unknown.case \
	tests/flow/cases/secret-rotated.case \
	tests/flow/cases/settings-unreadable.case \
	tests/flow/cases/signature-by-account.case \
	tests/flow/cases/signature-empty.case \
	tests/flow/cases/signature-longer.case \
	tests/flow/cases/signature-missing.case \
	tests/flow/cases/signature-mixed-tenants.case \
	tests/flow/cases/signature-no-prefix.case \
	tests/flow/cases/signature-not-hex.case \
	tests/flow/cases/signature-ok.case \
	tests/flow/cases/signature-other-body.case \
	tests/flow/cases/signature-other-tenant.case \
	tests/flow/cases/signature-prefix-only.case \
	tests/flow/cases/signature-sha1-as-256.case \
	tests/flow/cases/signature-sha1-only.case \
	tests/flow/cases/signature-truncated.case \
	tests/flow/cases/signature-unknown-channel.case \
	tests/flow/cases/signature-upper.case \
	tests/flow/cases/signature-wrong.case \
	tests/flow/cases/status-backwards.case \
	tests/flow/cases/status-before-message.case \
	tests/flow/cases/status-before-response.case \
	tests/flow/cases/status-failed.case \
	tests/flow/cases/status-ladder.case \
	tests/flow/cases/status-one-batch.case \
	tests/flow/cases/status-other-tenant.case \
	tests/flow/cases/status-skipped.case \
	tests/flow/cases/status-unknown-words.case \
	tests/flow/cases/telegram-address.case \
	tests/flow/cases/telegram-answer-skill.case \
	tests/flow/cases/telegram-blocked.case \
	tests/flow/cases/telegram-body.case \
	tests/flow/cases/telegram-callback.case \
	tests/flow/cases/telegram-caption.case \
	tests/flow/cases/telegram-migration.case \
	tests/flow/cases/telegram-nobody.case \
	tests/flow/cases/telegram-not-found.case \
	tests/flow/cases/telegram-own-number.case \
	tests/flow/cases/telegram-retry-after.case \
	tests/flow/cases/telegram-send-migrated.case \
	tests/flow/cases/telegram-send-refused.case \
	tests/flow/cases/telegram-token-revoked.case \
	tests/flow/cases/telegram-start.case \
	tests/flow/cases/telegram-topics.case \
	tests/flow/cases/telegram-unknown-outcome.case \
	tests/flow/cases/verification-encoded.case \
	tests/flow/cases/verification-ok.case \
	tests/flow/cases/verification-refused.case

EXTRA_DIST += $(FLOW_TESTS) $(FLOW_CASES) \
	tests/flow/run.py tests/flow/steps.py tests/flow/casefile.py tests/flow/platforms.py \
	tests/lib/deskbell/__init__.py tests/lib/deskbell/authority.py tests/lib/deskbell/cluster.py tests/lib/deskbell/cli.py tests/lib/deskbell/conf.py tests/lib/deskbell/ctl.py tests/lib/deskbell/desk.py tests/lib/deskbell/net.py tests/lib/deskbell/paths.py \
	tests/lib/deskbell/pgbouncer.py tests/lib/deskbell/planted.py tests/lib/deskbell/postgres.py tests/lib/deskbell/processes.py tests/lib/deskbell/reasons.py tests/lib/deskbell/samples.py \
	tests/lib/deskbell/simulator.py tests/lib/deskbell/fastcgi.py tests/lib/deskbell/hosting.py tests/lib/deskbell/smtp.py tests/lib/deskbell/sql.py tests/lib/deskbell/stack.py tests/lib/deskbell/tap.py tests/lib/deskbell/tenant.py \
	tests/lib/deskbell/webserver.py

# What ./quickstart and ./check stand on.
EXTRA_DIST += autogen.sh build-aux/packages build-aux/setup.sh doc/samples/demo-skills.json

# The script ./check cannot be named as a file to distribute: make would take it for the target `check`.
dist-hook: dist-check-script
dist-check-script:
	cp "$(srcdir)/check" "$(distdir)/check"
.PHONY: dist-check-script
EXTRA_DIST += tests/flow/media_case.py tests/flow/media_out.py tests/flow/media_replies.py tests/flow/file_corpus.py tests/flow/hostile_files.py tests/flow/s3-server.cjs

# Ten thousand deliveries with one mistake each; a slice of them is part of corpus.t.
.PHONY: check-mutations
check-mutations: all
	DESKBELL_MUTATIONS=10000 $(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/flow/corpus.t
