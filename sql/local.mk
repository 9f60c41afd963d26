SQL_MIGRATIONS = \
	sql/migrations/0001_isolation.sql \
	sql/migrations/0002_directory.sql \
	sql/migrations/0003_access.sql \
	sql/migrations/0004_channels.sql \
	sql/migrations/0005_conversations.sql \
	sql/migrations/0006_search.sql \
	sql/migrations/0007_answers.sql \
	sql/migrations/0008_knowledge.sql \
	sql/migrations/0009_leads.sql \
	sql/migrations/0010_outbox.sql \
	sql/migrations/0011_files.sql \
	sql/migrations/0012_mail.sql \
	sql/migrations/0013_operation.sql \
	sql/migrations/0120_reason_codes.sql \
	sql/migrations/0121_reasons.sql \
	sql/migrations/0122_webhook_reasons.sql \
	sql/migrations/0125_channel_reasons.sql \
	sql/migrations/0130_counter_examples.sql \
	sql/migrations/0131_proposal_verdicts.sql \
	sql/migrations/0140_failures.sql \
	sql/migrations/0141_other_account.sql \
	sql/migrations/0142_costs.sql \
	sql/migrations/0143_others.sql \
	sql/migrations/0144_merges.sql \
	sql/migrations/0145_search_queue.sql \
	sql/migrations/0170_uploads.sql \
	sql/migrations/0171_previews.sql \
	sql/migrations/0172_reply_contents.sql
# In an order in which each may call those before it.
SQL_FUNCTIONS = \
	sql/functions/reset.sql \
	sql/functions/reader.sql \
	sql/functions/scope.sql \
	sql/functions/window.sql \
	sql/functions/audit.sql \
	sql/functions/due.sql \
	sql/functions/search-queue.sql \
	sql/functions/listed.sql \
	sql/functions/membership.sql \
	sql/functions/backup.sql \
	sql/functions/erase.sql \
	sql/functions/status.sql \
	sql/functions/contact.sql \
	sql/functions/attachments.sql \
	sql/functions/past.sql \
	sql/functions/receive.sql \
	sql/functions/answer.sql \
	sql/functions/leads.sql \
	sql/functions/operate.sql \
	sql/functions/objects.sql \
	sql/functions/llm.sql \
	sql/functions/breakers.sql \
	sql/functions/knowledge.sql \
	sql/functions/embeddings.sql \
	sql/functions/learning.sql \
	sql/functions/inbox.sql \
	sql/functions/details.sql \
	sql/functions/away.sql \
	sql/functions/search.sql \
	sql/functions/outbox.sql \
	sql/functions/figures.sql \
	sql/functions/metrics.sql \
	sql/functions/purge.sql \
	sql/functions/import.sql \
	sql/functions/readings.sql \
	sql/functions/remove.sql \
	sql/functions/retention.sql \
	sql/functions/quota.sql \
	sql/functions/sign-in.sql \
	sql/functions/session.sql \
	sql/functions/access.sql \
	sql/functions/second-factor.sql \
	sql/functions/ring.sql \
	sql/functions/push.sql \
	sql/functions/mail.sql \
	sql/functions/people.sql \
	sql/functions/distribute.sql \
	sql/functions/desk-role.sql
SQL_QUERIES = \
	sql/queries/account.sql \
	sql/queries/attachments.sql \
	sql/queries/audit.sql \
	sql/queries/backup.sql \
	sql/queries/contact.sql \
	sql/queries/ctl.sql \
	sql/queries/desk.sql \
	sql/queries/export.sql \
	sql/queries/import.sql \
	sql/queries/inbox.sql \
	sql/queries/install.sql \
	sql/queries/knowledge.sql \
	sql/queries/learning.sql \
	sql/queries/settings.sql \
	sql/queries/operate.sql \
	sql/queries/purge.sql \
	sql/queries/queue.sql \
	sql/queries/retention.sql \
	sql/queries/skills.sql \
	sql/queries/status.sql \
	sql/queries/system.sql \
	sql/queries/tenant.sql
# It names tables of most of those above.
SQL_MIGRATIONS += sql/migrations/0150_ring.sql \
	sql/migrations/0152_first_steps.sql \
	sql/migrations/0156_contact_details.sql \
	sql/migrations/0157_saved_filters.sql \
	sql/migrations/0158_absences.sql \
	sql/migrations/0180_histograms.sql \
	sql/migrations/0190_receive.sql \
	sql/migrations/0200_no_triggers.sql \
	sql/migrations/0230_past_messages.sql \
	sql/migrations/0240_readings.sql \
	sql/migrations/0260_logo.sql \
	sql/migrations/0261_send_later.sql \
	sql/migrations/0262_window_reminder.sql \
	sql/migrations/0301_early_changes.sql
EXTRA_DIST += sql/README.md $(SQL_MIGRATIONS) $(SQL_FUNCTIONS) $(SQL_QUERIES) build-aux/sql-embed.awk build-aux/sql-statements.awk build-aux/sql-tenants.awk
