SQL_MIGRATIONS = \
	sql/migrations/0001_base.sql \
	sql/migrations/0002_row_security.sql \
	sql/migrations/0003_rates.sql \
	sql/migrations/0004_skill_models.sql \
	sql/migrations/0005_answers.sql \
	sql/migrations/0006_knowledge.sql \
	sql/migrations/0007_leads.sql \
	sql/migrations/0008_llm_usage.sql \
	sql/migrations/0010_desk.sql \
	sql/migrations/0011_telegram.sql \
	sql/migrations/0012_inbox.sql \
	sql/migrations/0013_search.sql \
	sql/migrations/0014_embeddings.sql \
	sql/migrations/0015_operate.sql \
	sql/migrations/0016_queue.sql \
	sql/migrations/0017_phrase_vectors.sql \
	sql/migrations/0018_inbox_lists.sql \
	sql/migrations/0019_lead_up_to.sql \
	sql/migrations/0020_identity.sql \
	sql/migrations/0021_access.sql \
	sql/migrations/0022_data.sql \
	sql/migrations/0023_time.sql \
	sql/migrations/0024_name_bounds.sql \
	sql/migrations/0025_quarantine_bytes.sql \
	sql/migrations/0026_retention.sql \
	sql/migrations/0027_conversation_memory.sql \
	sql/migrations/0028_breakers.sql \
	sql/migrations/0029_events.sql \
	sql/migrations/0030_waiting.sql \
	sql/migrations/0031_groups.sql \
	sql/migrations/0032_embedding_names.sql \
	sql/migrations/0033_items.sql \
	sql/migrations/0034_due_work.sql \
	sql/migrations/0036_phone_search.sql \
	sql/migrations/0037_waiting_age.sql
	sql/migrations/0035_outbox_queued.sql
	sql/migrations/0034_due_work.sql \
	sql/migrations/0035_mail.sql \
	sql/migrations/0036_channel_ownership.sql
	sql/migrations/0040_mail.sql \
	sql/migrations/0041_channel_ownership.sql
# In an order in which each may call those before it.
SQL_FUNCTIONS = \
	sql/functions/reset.sql \
	sql/functions/reader.sql \
	sql/functions/scope.sql \
	sql/functions/audit.sql \
	sql/functions/due.sql \
	sql/functions/backup.sql \
	sql/functions/erase.sql \
	sql/functions/status.sql \
	sql/functions/contact.sql \
	sql/functions/receive.sql \
	sql/functions/answer.sql \
	sql/functions/leads.sql \
	sql/functions/operate.sql \
	sql/functions/objects.sql \
	sql/functions/llm.sql \
	sql/functions/breakers.sql \
	sql/functions/knowledge.sql \
	sql/functions/embeddings.sql \
	sql/functions/inbox.sql \
	sql/functions/search.sql \
	sql/functions/outbox.sql \
	sql/functions/metrics.sql \
	sql/functions/purge.sql \
	sql/functions/import.sql \
	sql/functions/remove.sql \
	sql/functions/retention.sql \
	sql/functions/quota.sql \
	sql/functions/sign-in.sql \
	sql/functions/session.sql \
	sql/functions/access.sql \
	sql/functions/second-factor.sql \
	sql/functions/mail.sql \
	sql/functions/people.sql \
	sql/functions/desk-role.sql
SQL_QUERIES = \
	sql/queries/account.sql \
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
	sql/queries/settings.sql \
	sql/queries/operate.sql \
	sql/queries/purge.sql \
	sql/queries/queue.sql \
	sql/queries/retention.sql \
	sql/queries/skills.sql \
	sql/queries/status.sql \
	sql/queries/system.sql \
	sql/queries/tenant.sql
EXTRA_DIST += sql/README.md $(SQL_MIGRATIONS) $(SQL_FUNCTIONS) $(SQL_QUERIES) build-aux/sql-embed.awk build-aux/sql-statements.awk build-aux/sql-tenants.awk
