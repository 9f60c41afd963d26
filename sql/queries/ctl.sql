-- What deskbellctl asks across organisations, in the system scope. Where a parameter names an organisation, NULL means
-- all.

-- name: organization_add
-- args: name text, bot_mode text?, language text?
-- row: id bigint
INSERT INTO organizations (name, bot_mode, language)
VALUES (:name, coalesce(:bot_mode, 'off'), coalesce(:language, 'en')) RETURNING id

-- name: organization_list
-- row: id bigint, name text, language text, bot_mode text, channels bigint, skills bigint, users bigint,
--   created_at bigint
WITH c AS MATERIALIZED (SELECT org_id, count(*) AS n FROM channels WHERE disconnected_at IS NULL GROUP BY org_id),
	s AS MATERIALIZED (SELECT org_id, count(*) AS n FROM skills GROUP BY org_id)
SELECT o.id, o.name, o.language, o.bot_mode, coalesce(c.n, 0) AS channels, coalesce(s.n, 0) AS skills,
	(SELECT count(*) FROM memberships m WHERE m.org_id = o.id) AS users,
	(extract(epoch FROM o.created_at) * 1000)::bigint AS created_at
FROM organizations o LEFT JOIN c ON c.org_id = o.id LEFT JOIN s ON s.org_id = o.id ORDER BY o.id

-- name: channel_list
-- args: org_id bigint?
-- row: id bigint, org bigint, org_name text, platform text, external_id text, display_phone_number text?, status text,
--   status_reason jsonb?, updated_at bigint
SELECT c.id, c.org_id AS org, o.name AS org_name, c.platform, c.external_id,
	c.config->>'display_phone_number' AS display_phone_number,
	CASE WHEN c.disconnected_at IS NOT NULL THEN 'disconnected' ELSE c.status END, c.status_reason,
	(extract(epoch FROM c.updated_at) * 1000)::bigint AS updated_at
FROM channels c JOIN organizations o ON o.id = c.org_id
WHERE :org_id IS NULL OR c.org_id = :org_id ORDER BY c.org_id, c.id

-- By its id, or by its organisation, or both.
-- name: channel_find
-- args: id bigint?, org_id bigint?
-- row: id bigint, org_id bigint, org_name text, platform text, external_id text, account_id text?, config jsonb,
--   status text, status_reason jsonb?, health jsonb?, health_ms bigint?, disconnected_ms bigint?, created_ms bigint,
--   updated_ms bigint, paused_until_ms bigint?
SELECT c.id, c.org_id, o.name AS org_name, c.platform, c.external_id, c.account_id, c.config, c.status,
	c.status_reason, c.health, (extract(epoch FROM c.health_at) * 1000)::bigint AS health_ms,
	(extract(epoch FROM c.disconnected_at) * 1000)::bigint AS disconnected_ms,
	(extract(epoch FROM c.created_at) * 1000)::bigint AS created_ms,
	(extract(epoch FROM c.updated_at) * 1000)::bigint AS updated_ms,
	CASE WHEN c.paused_until > now() THEN (extract(epoch FROM c.paused_until) * 1000)::bigint END AS paused_until_ms
FROM channels c JOIN organizations o ON o.id = c.org_id
WHERE (:id IS NULL OR c.id = :id) AND (:org_id IS NULL OR c.org_id = :org_id) ORDER BY c.org_id, c.id

-- Another organisation's channel that has the number or the verify token (digests under every key).
-- name: channel_taken
-- args: platform text, org_id bigint, external_id text, digests bytea[]
-- row: id bigint, org_id bigint, org_name text, has_external_id boolean
SELECT a.channel_id AS id, a.org_id, o.name AS org_name, a.external_id = :external_id AS has_external_id
FROM channel_addresses a JOIN organizations o ON o.id = a.org_id
WHERE a.platform = :platform AND a.org_id <> :org_id
	AND ((a.external_id = :external_id AND NOT a.is_claimed) OR a.verify_digest = ANY (:digests))
ORDER BY 4 DESC LIMIT 1

-- name: queue_summary
-- args: org_id bigint?
-- row: org bigint, channel bigint, platform text, state text, messages bigint, oldest_s bigint
SELECT b.org_id AS org, b.channel_id AS channel, c.platform, b.state, count(*) AS messages,
	max(extract(epoch FROM now() - b.created_at))::bigint AS oldest_s
FROM outbox b JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id
WHERE :org_id IS NULL OR b.org_id = :org_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4

-- `ahead`: the open message of the same conversation that goes first.
-- name: queue_waiting
-- args: org_id bigint?, max_rows integer
-- row: org bigint, channel bigint, conversation bigint, message bigint, state text, attempts integer, age_s bigint,
--   next_attempt_at bigint?, is_later boolean, lease_until bigint?, lease_is_over boolean, error_class text?,
--   error_code text?, reason jsonb?, behind_message bigint?, channel_paused_until bigint?,
--   channel_reason jsonb?
SELECT b.org_id AS org, b.channel_id AS channel, b.conversation_id AS conversation, b.message_id AS message, b.state,
	b.attempts, extract(epoch FROM now() - b.created_at)::bigint AS age_s,
	(extract(epoch FROM b.next_attempt_at) * 1000)::bigint AS next_attempt_at,
	b.next_attempt_at > now() AS is_later, (extract(epoch FROM b.lease_until) * 1000)::bigint AS lease_until,
	coalesce(b.lease_until < now(), false) AS lease_is_over,
	b.error_class, b.error_code, b.error->'reason' AS reason,
	(SELECT min(p.message_id) FROM outbox p WHERE p.org_id = b.org_id AND p.conversation_id = b.conversation_id
		AND p.message_id < b.message_id
		AND p.state IN ('queued', 'sending', 'unknown')) AS behind_message,
	CASE WHEN c.paused_until > now() THEN (extract(epoch FROM c.paused_until) * 1000)::bigint END
		AS channel_paused_until, c.status_reason AS channel_reason
FROM outbox b JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id
WHERE b.state IN ('queued', 'sending', 'unknown') AND (:org_id IS NULL OR b.org_id = :org_id)
ORDER BY b.message_id LIMIT :max_rows

-- name: queue_answers
-- args: org_id bigint?, max_rows integer
-- row: org bigint, conversation bigint, attempts integer, due_at bigint, age_s bigint, is_later boolean,
--   in_work boolean
SELECT j.org_id AS org, j.conversation_id AS conversation, j.attempts,
	(extract(epoch FROM j.due_at) * 1000)::bigint AS due_at,
	greatest(0, extract(epoch FROM now() - j.first_due_at))::bigint AS age_s,
	j.due_at > now() AS is_later, coalesce(j.lease_until > now(), false) AS in_work
FROM answer_jobs j WHERE :org_id IS NULL OR j.org_id = :org_id ORDER BY j.due_at LIMIT :max_rows

-- name: doctor_server
-- row: version text, version_number integer, is_read_only boolean, role name, is_superuser boolean,
--   bypasses_rls boolean
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS version_number,
	pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only,
	current_user AS role, r.rolsuper AS is_superuser, r.rolbypassrls AS bypasses_rls
FROM pg_roles r WHERE r.rolname = current_user

-- How many connections the server, the database and the role allow, whichever is least.
-- name: doctor_connections
-- row: allowed integer
SELECT least(current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
	nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)) AS allowed
FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user

-- The database's clock.
-- name: doctor_clock
-- row: now_ms bigint
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms

-- As the role of desk.database_url: its name, whether it can do what the owner of the tables can, and what
-- deskbell_allow_desk has not given it.
-- name: doctor_desk_role
-- row: role name, is_owner boolean, n_readable bigint
SELECT current_user AS role, coalesce(bool_or(r.rolsuper OR r.rolbypassrls OR pg_has_role(c.relowner, 'MEMBER')),
	false) AS is_owner,
	count(*) FILTER (WHERE has_table_privilege(c.oid, 'SELECT')) AS n_readable
FROM pg_roles r LEFT JOIN pg_class c ON c.oid = to_regclass('conversations') WHERE r.rolname = current_user GROUP BY 1

-- Tables that hold tenants' rows and are not guarded.
-- name: doctor_unguarded
-- row: tables text?
SELECT string_agg(c.relname, ', ' ORDER BY c.relname) AS tables FROM pg_class c
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
	AND NOT (c.relrowsecurity AND c.relforcerowsecurity
	AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))

-- A policy that does not read as those of the other tables do, each made by guard_tenant_rows or guard_system_rows.
-- name: doctor_opened
-- row: relation text, policy text
WITH policies AS (
	SELECT c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid) AS qual FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
		JOIN pg_policy p ON p.polrelid = c.oid AND p.polpermissive
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace)
SELECT p.relname::text AS relation, p.polname::text AS policy FROM policies p
WHERE p.qual IS DISTINCT FROM (SELECT u.qual FROM policies u GROUP BY u.qual ORDER BY count(*) DESC LIMIT 1)
	AND p.qual <> '(current_setting(''deskbell.scope''::text, true) = ''system''::text)'
ORDER BY p.relname LIMIT 1

-- name: doctor_channels
-- row: id bigint, org_id bigint, platform text, config jsonb, status text, status_reason jsonb?
SELECT c.id, c.org_id, c.platform, c.config, c.status, c.status_reason FROM channels c WHERE c.disconnected_at IS NULL
ORDER BY c.org_id, c.id

-- name: doctor_sender
-- row: host text, pid integer, mode text, version text, age_s bigint
SELECT host, pid, mode, version, extract(epoch FROM now() - beat_at)::bigint AS age_s FROM heartbeats
ORDER BY beat_at DESC LIMIT 1

-- Senders that are alive and of another version than `version`.
-- name: doctor_versions
-- args: version text
-- row: host text, pid integer, version text
SELECT host, pid, version FROM heartbeats WHERE beat_at > now() - interval '90 seconds' AND version <> :version
ORDER BY host, pid LIMIT 5

-- Organisations with an endpoint of their own that lacks a model.
-- name: doctor_models
-- row: org_id bigint, kind text
SELECT o.id AS org_id, k.kind FROM organizations o CROSS
	JOIN unnest(ARRAY['llm', 'embeddings', 'transcription', 'vision']) k(kind)
WHERE o.settings->>(k.kind || '_base_url') <> '' AND coalesce(o.settings->>(k.kind || '_model'), '') = '' ORDER BY 1,
	2 LIMIT 20

-- Endpoints that are not asked at the moment.
-- name: doctor_breakers
-- row: org_id bigint, kind text, failures integer, since text, open_until text
SELECT org_id, kind, failures, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS since,
	to_char(open_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS open_until
FROM circuit_breakers WHERE open_until IS NOT NULL ORDER BY 1, 2 LIMIT 20

-- The time zones that organisations and users have chosen.
-- name: doctor_zones
-- row: name text
SELECT DISTINCT z.name FROM (SELECT time_zone AS name FROM users
	UNION SELECT settings->>'time_zone' FROM organizations) z WHERE z.name <> '' ORDER BY z.name

-- What waits longer than `late_s` seconds, deliveries and answers.
-- name: doctor_late
-- args: late_s integer
-- row: deliveries bigint, oldest_s bigint?, answers bigint
SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')
	AND created_at < now() - :late_s * interval '1 second') AS deliveries,
	(SELECT extract(epoch FROM now() - min(created_at))::bigint FROM outbox
		WHERE state IN ('queued', 'sending', 'unknown')) AS oldest_s,
	(SELECT count(*) FROM answer_jobs WHERE due_at < now() - :late_s * interval '1 second') AS answers

-- name: doctor_refused
-- row: refused bigint, channels bigint, last_ms bigint?, reason jsonb?
SELECT count(*) AS refused, count(DISTINCT channel_id) AS channels,
	(extract(epoch FROM max(at)) * 1000)::bigint AS last_ms, (array_agg(reason ORDER BY at DESC))[1] AS reason
FROM (SELECT channel_id, at, reason FROM webhook_log WHERE NOT accepted AND at > now() - interval '24 hours'
	UNION ALL SELECT NULL, at, reason FROM unknown_deliveries WHERE at > now() - interval '24 hours') w

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

-- Whether the account has a second factor; with `reset` it has none afterwards. NULL: there is no such account.
-- name: user_second_factor
-- args: email text, reset boolean
-- row: had boolean?
SELECT deskbell_user_second_factor(:email, :reset) AS had

-- name: user_remove
-- args: email text, org_id bigint?
-- row: outcome text
SELECT deskbell_user_remove(:email, :org_id) AS outcome

-- name: user_sessions
-- args: email text
-- row: id bigint, address text, browser text, began_at bigint, seen_at bigint
SELECT x.id, x.address, x.agent AS browser, (extract(epoch FROM x.created_at) * 1000)::bigint AS began_at,
	(extract(epoch FROM x.seen_at) * 1000)::bigint AS seen_at
FROM sessions x JOIN users u ON u.id = x.user_id WHERE lower(u.email) = lower(:email) AND x.expires_at > now()
ORDER BY x.seen_at DESC, x.id

-- Several databases (sql/functions/distribute.sql). Why that cannot be, a code; how many nodes may hold organizations.
-- name: distribution
-- args:
-- row: problem text?, nodes bigint, is_distributed boolean
SELECT deskbell_distribution_problem() AS problem, coalesce(deskbell_nodes(), 0) AS nodes,
	deskbell_is_distributed() AS is_distributed

-- name: distribute
-- args: shards integer
-- row: tables integer, calls integer
SELECT tables, calls FROM deskbell_distribute(:shards)
