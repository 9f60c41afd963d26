-- What deskbellctl asks across organisations, in the system scope. Where a parameter names an organisation, NULL means all.

-- name: organization_add
INSERT INTO organizations (name, bot_mode, language) VALUES ($1::text, coalesce($2::text, 'off'), coalesce($3::text, 'en')) RETURNING id

-- name: organization_list
SELECT o.id, o.name, o.language, o.bot_mode,
	(SELECT count(*) FROM channels c WHERE c.org_id = o.id AND c.disconnected_at IS NULL),
	(SELECT count(*) FROM skills s WHERE s.org_id = o.id),
	(SELECT count(*) FROM memberships m WHERE m.org_id = o.id),
	(extract(epoch FROM o.created_at) * 1000)::bigint
FROM organizations o ORDER BY o.id

-- name: channel_list
SELECT c.id, c.org_id, o.name, c.platform, c.external_id, c.config->>'display_phone_number',
	CASE WHEN c.disconnected_at IS NOT NULL THEN 'disconnected' ELSE c.status END, c.status_reason, (extract(epoch FROM c.updated_at) * 1000)::bigint
FROM channels c JOIN organizations o ON o.id = c.org_id
WHERE $1::bigint IS NULL OR c.org_id = $1 ORDER BY c.org_id, c.id

-- By its id, or by its organisation, or both.
-- name: channel_find
SELECT c.id, c.org_id, o.name, c.platform, c.external_id, c.account_id, c.config, c.status, c.status_reason, c.health, (extract(epoch FROM c.health_at) * 1000)::bigint,
	(extract(epoch FROM c.disconnected_at) * 1000)::bigint, (extract(epoch FROM c.created_at) * 1000)::bigint, (extract(epoch FROM c.updated_at) * 1000)::bigint,
	CASE WHEN c.paused_until > now() THEN (extract(epoch FROM c.paused_until) * 1000)::bigint END
FROM channels c JOIN organizations o ON o.id = c.org_id
WHERE ($1::bigint IS NULL OR c.id = $1) AND ($2::bigint IS NULL OR c.org_id = $2) ORDER BY c.org_id, c.id

-- Another organisation's channel that has the number or the verify token (digests under every key).
-- name: channel_taken
SELECT c.id, c.org_id, o.name, c.external_id = $3::text FROM channels c JOIN organizations o ON o.id = c.org_id
WHERE c.platform = $1::text AND c.org_id <> $2::bigint AND c.disconnected_at IS NULL AND (c.external_id = $3::text OR c.verify_digest = ANY ($4::bytea[]))
ORDER BY 4 DESC LIMIT 1

-- name: queue_summary
SELECT b.org_id, b.channel_id, c.platform, b.state, count(*), max(extract(epoch FROM now() - b.created_at))::bigint
FROM outbox b JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id
WHERE $1::bigint IS NULL OR b.org_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4

-- `ahead`: the open message of the same conversation that goes first.
-- name: queue_waiting
SELECT b.org_id, b.channel_id, b.conversation_id, b.message_id, b.state, b.attempts, extract(epoch FROM now() - b.created_at)::bigint,
	(extract(epoch FROM b.next_attempt_at) * 1000)::bigint, b.next_attempt_at > now(), (extract(epoch FROM b.lease_until) * 1000)::bigint, coalesce(b.lease_until < now(), false),
	b.error_class, b.error_code, b.error_words, b.error_details->>'next',
	(SELECT min(p.message_id) FROM outbox p WHERE p.org_id = b.org_id AND p.conversation_id = b.conversation_id AND p.message_id < b.message_id
		AND p.state IN ('queued', 'sending', 'unknown')),
	CASE WHEN c.paused_until > now() THEN (extract(epoch FROM c.paused_until) * 1000)::bigint END, c.status_reason
FROM outbox b JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id WHERE b.state IN ('queued', 'sending', 'unknown') AND ($1::bigint IS NULL OR b.org_id = $1)
ORDER BY b.message_id LIMIT $2::integer

-- name: queue_answers
SELECT j.org_id, j.conversation_id, j.attempts, (extract(epoch FROM j.due_at) * 1000)::bigint, greatest(0, extract(epoch FROM now() - j.first_due_at))::bigint,
	j.due_at > now(), coalesce(j.lease_until > now(), false)
FROM answer_jobs j WHERE $1::bigint IS NULL OR j.org_id = $1 ORDER BY j.due_at LIMIT $2::integer

-- name: doctor_server
SELECT current_setting('server_version'), current_setting('server_version_num')::integer, pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
	current_user, r.rolsuper, r.rolbypassrls
FROM pg_roles r WHERE r.rolname = current_user

-- The database's clock.
-- name: doctor_clock
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint

-- As the role of desk.database_url: its name, whether it can do what the owner of the tables can, and what deskbell_allow_desk has not given it.
-- name: doctor_desk_role
SELECT current_user, coalesce(bool_or(r.rolsuper OR r.rolbypassrls OR pg_has_role(c.relowner, 'MEMBER')), false),
	count(*) FILTER (WHERE has_table_privilege(c.oid, 'SELECT'))
FROM pg_roles r LEFT JOIN pg_class c ON c.oid = to_regclass('conversations') WHERE r.rolname = current_user GROUP BY 1

-- Tables that hold tenants' rows and are not guarded.
-- name: doctor_unguarded
SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity
	AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))

-- name: doctor_channels
SELECT c.id, c.org_id, c.platform, c.config, c.status, c.status_reason FROM channels c WHERE c.disconnected_at IS NULL ORDER BY c.org_id, c.id

-- name: doctor_sender
SELECT host, pid, mode, version, extract(epoch FROM now() - beat_at)::bigint FROM heartbeats ORDER BY beat_at DESC LIMIT 1

-- Senders that are alive and of another version than $1.
-- name: doctor_versions
SELECT host, pid, version FROM heartbeats WHERE beat_at > now() - interval '90 seconds' AND version <> $1::text ORDER BY host, pid LIMIT 5

-- Organisations with an endpoint of their own that lacks a model.
-- name: doctor_models
SELECT o.id, k.kind FROM organizations o CROSS JOIN unnest(ARRAY['llm', 'embeddings']) k(kind)
WHERE o.settings->>(k.kind || '_base_url') <> '' AND coalesce(o.settings->>(k.kind || '_model'), '') = '' ORDER BY 1, 2 LIMIT 20

-- The time zones that organisations and users have chosen.
-- name: doctor_zones
-- row: name text
SELECT DISTINCT z.name FROM (SELECT time_zone AS name FROM users
	UNION SELECT settings->>'time_zone' FROM organizations) z WHERE z.name <> '' ORDER BY z.name

-- What waits longer than $1 seconds, deliveries and answers.
-- name: doctor_late
SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown') AND created_at < now() - $1::integer * interval '1 second'),
	(SELECT extract(epoch FROM now() - min(created_at))::bigint FROM outbox WHERE state IN ('queued', 'sending', 'unknown')),
	(SELECT count(*) FROM answer_jobs WHERE due_at < now() - $1::integer * interval '1 second')

-- name: doctor_refused
SELECT count(*), count(DISTINCT channel_id), (extract(epoch FROM max(at)) * 1000)::bigint, (array_agg(reason ORDER BY id DESC))[1]
FROM webhook_attempts WHERE NOT accepted AND at > now() - interval '24 hours'

-- Accounts by their address, in the system scope (sql/functions/access.sql).
-- name: user_password
-- args: email text, hash text
-- row: sessions integer?
SELECT deskbell_user_password(:email, :hash) AS sessions

-- name: user_sessions_end
-- args: email text
-- row: sessions integer?
SELECT deskbell_user_sessions_end(:email) AS sessions

-- name: user_disable
-- args: email text, disabled boolean
-- row: outcome text
SELECT deskbell_user_disable(:email, :disabled) AS outcome

-- name: user_remove
-- args: email text, org_id bigint?
-- row: outcome text
SELECT deskbell_user_remove(:email, :org_id) AS outcome

-- name: user_sessions
SELECT x.id, x.address, x.agent, (extract(epoch FROM x.created_at) * 1000)::bigint, (extract(epoch FROM x.seen_at) * 1000)::bigint
FROM sessions x JOIN users u ON u.id = x.user_id WHERE lower(u.email) = lower($1::text) AND x.expires_at > now() ORDER BY x.seen_at DESC, x.id
