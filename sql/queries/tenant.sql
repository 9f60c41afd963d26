-- What is asked within one organisation. Row-level security hides other tenants' rows anyway; org_id is named all the same, for the indexes.

-- name: organization_find
SELECT name, language, bot_mode, settings, skills_revision FROM organizations WHERE id = $1::bigint

-- No row when nothing changes.
-- name: organization_rename
UPDATE organizations SET name = $2::text, language = $3::text WHERE id = $1::bigint AND (name, language) IS DISTINCT FROM ($2, $3) RETURNING id

-- name: organization_set_bot_mode
UPDATE organizations SET bot_mode = $2::text WHERE id = $1::bigint

-- A NULL value takes the setting away: its default holds again. The value that was there before comes back, with its secret still sealed.
-- name: organization_set_setting
UPDATE organizations o SET settings = CASE WHEN $3::jsonb IS NULL THEN o.settings - $2::text ELSE o.settings || jsonb_build_object($2::text, $3::jsonb) END
	WHERE o.id = $1::bigint RETURNING o.id

-- name: audit
SELECT deskbell_record($1::bigint, $2::text, $3::text, $4::jsonb)

-- name: queue_retry
SELECT deskbell_retry_delivery($1::bigint, $2::bigint)

-- name: queue_discard
SELECT deskbell_discard_delivery($1::bigint, $2::bigint)

-- Users have no organisation of their own; a membership gives them one.
-- The account of an address; made with the password where there is none, unless that is NULL.
-- name: user_ensure
-- args: email text, password_hash text?
-- row: user_id bigint?, created boolean
SELECT person AS user_id, created FROM deskbell_user_ensure(:email, :password_hash)

-- The role that was there before comes back, NULL for a new membership.
-- name: membership_set
WITH before AS (SELECT role FROM memberships WHERE org_id = $1::bigint AND user_id = $2::bigint)
INSERT INTO memberships (org_id, user_id, role) VALUES ($1::bigint, $2::bigint, $3::text)
	ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role
	RETURNING (SELECT role FROM before)

-- name: user_list
SELECT u.id, u.email, m.role, (extract(epoch FROM m.created_at) * 1000)::bigint, u.disabled_at IS NOT NULL
FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = $1::bigint ORDER BY lower(u.email)

-- name: channel_of_platform
SELECT id, external_id, account_id, config, status, disconnected_at IS NOT NULL FROM channels
WHERE org_id = $1::bigint AND platform = $2::text FOR UPDATE

-- The same without the lock: what is needed before the platform is asked.
-- name: channel_stored
SELECT id, external_id, account_id, config, status, disconnected_at IS NOT NULL FROM channels
WHERE org_id = $1::bigint AND platform = $2::text

-- The row first and its content second: sealing binds the id.
-- name: channel_add
INSERT INTO channels (org_id, platform, external_id, config) VALUES ($1::bigint, $2::text, $3::text, '{}') RETURNING id

-- How fast it may send, when it is new; see struct channel_limits.
-- name: channel_set_limits
UPDATE channels SET rate_per_s = $3::integer, pair_interval_ms = $4::integer, pair_burst = $5::integer, echo_wait_s = $6::integer, has_window = $7::boolean
WHERE org_id = $1::bigint AND id = $2::bigint

-- Also ends a pause: what waited for better credentials goes on.
-- name: channel_save
UPDATE channels SET external_id = $3::text, account_id = $4::text, config = $5::jsonb, verify_digest = $6::bytea, status = $7::text,
	status_reason = NULL, health = NULL, health_at = NULL, paused_until = '-infinity', pauses = 0, disconnected_at = NULL, updated_at = now()
WHERE org_id = $1::bigint AND id = $2::bigint

-- The channel speaks as another account from now on, and ids of messages are unique within one only: those of the account before ($3) are set aside under its name, so
-- that a new message is never taken for an old one.
-- name: channel_set_ids_aside
UPDATE messages SET provider_id = $3::text || '/' || provider_id, reply_to = $3::text || '/' || reply_to
WHERE org_id = $1::bigint AND channel_id = $2::bigint AND coalesce(provider_id, reply_to) !~ '^[0-9]+/'

-- When an account comes back, what it sends again is known.
-- name: channel_take_ids_back
UPDATE messages SET provider_id = substr(provider_id, length($3::text) + 2), reply_to = substr(reply_to, length($3::text) + 2)
WHERE org_id = $1::bigint AND channel_id = $2::bigint AND starts_with(coalesce(provider_id, reply_to), $3::text || '/')

-- What the check found; when that is good, an error is over and what waited goes on.
-- name: channel_save_health
UPDATE channels SET health = $3::jsonb, health_at = now(),
	status = CASE WHEN NOT $4::boolean OR status <> 'error' THEN status WHEN config ? 'webhook_verified_at' THEN 'verified' ELSE 'pending' END,
	status_reason = CASE WHEN $4::boolean AND status = 'error' THEN NULL ELSE status_reason END,
	paused_until = CASE WHEN $4::boolean THEN '-infinity' ELSE paused_until END, pauses = CASE WHEN $4::boolean THEN 0 ELSE pauses END
WHERE org_id = $1::bigint AND id = $2::bigint AND disconnected_at IS NULL

-- name: channel_disconnect
UPDATE channels SET config = config - $3::text[], verify_digest = NULL, status = 'pending', status_reason = NULL, health = NULL, health_at = NULL,
	disconnected_at = now(), updated_at = now()
WHERE org_id = $1::bigint AND id = $2::bigint AND disconnected_at IS NULL RETURNING id

-- name: channel_attempts
SELECT (extract(epoch FROM at) * 1000)::bigint, kind, accepted, reason, remote_address FROM webhook_attempts
WHERE org_id = $1::bigint AND channel_id = $2::bigint ORDER BY id DESC LIMIT 10

-- All, or those of a search.
-- name: conversation_list
SELECT v.id, v.channel_id, v.platform, c.name, v.contact_phone, v.agent, v.needs_attention, v.unread, (extract(epoch FROM v.last_message_at) * 1000)::bigint,
	CASE WHEN ch.has_window THEN greatest(0, extract(epoch FROM v.last_inbound_at + interval '24 hours' - now()))::bigint END
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
WHERE v.org_id = $1::bigint AND ($3::bigint[] IS NULL OR v.id = ANY ($3)) ORDER BY v.last_message_at DESC, v.id DESC LIMIT $2::integer

-- name: conversation_find
SELECT v.id, v.channel_id, v.platform, c.name, v.contact_phone, v.agent, v.needs_attention, v.attention_reason, v.unread,
	CASE WHEN ch.has_window THEN greatest(0, extract(epoch FROM v.last_inbound_at + interval '24 hours' - now()))::bigint END,
	c.is_blocking
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
WHERE v.org_id = $1::bigint AND v.id = $2::bigint

-- The newest, oldest of them first. The error words are those of the message, else of its delivery that is under way.
-- name: conversation_messages
SELECT id, at, direction, sender, kind, status, body, error, error_next FROM (
	SELECT m.id, (extract(epoch FROM coalesce(m.provider_time, m.created_at)) * 1000)::bigint AS at, m.direction, m.sender, m.kind, m.status, m.body,
		coalesce(m.error->>'words', o.error_words) AS error, coalesce(m.error->>'next', o.error_details->>'next') AS error_next
	FROM messages m LEFT JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
	WHERE m.org_id = $1::bigint AND m.conversation_id = $2::bigint ORDER BY m.id DESC LIMIT $3::integer) newest
ORDER BY id

-- name: conversation_decisions
SELECT (extract(epoch FROM created_at) * 1000)::bigint, message_id, outcome, stage, reason, draft FROM decisions
WHERE org_id = $1::bigint AND conversation_id = $2::bigint ORDER BY id DESC LIMIT 5

-- The latest first; of one conversation when $2 is not NULL.
-- name: decision_list
SELECT id, (extract(epoch FROM created_at) * 1000)::bigint, conversation_id, message_id, outcome, stage, reason, draft, detail FROM decisions
WHERE org_id = $1::bigint AND ($2::bigint IS NULL OR conversation_id = $2::bigint) ORDER BY id DESC LIMIT $3::integer

-- The best first, of class $2 (NULL: all), behind the lead with score $3, time $4 and conversation $5 (NULL: from the top). $4 is the time in microseconds as
-- this statement returned it. $7: only those of the last days, $8: only those that hold these words; then the best 5,000 from there on are looked through.
-- name: lead_list
SELECT l.conversation_id, c.name, coalesce(f.facts->>'phone', v.contact_phone), l.class, l.score, l.summary, f.facts, l.manual, l.source,
	(extract(epoch FROM l.updated_at) * 1000)::bigint, (extract(epoch FROM l.updated_at) * 1000000)::bigint,
	(extract(epoch FROM v.last_message_at) * 1000)::bigint
FROM (SELECT * FROM leads WHERE org_id = $1::bigint AND ($2::text IS NULL OR class = $2)
		AND ($3::integer IS NULL OR (score, updated_at, conversation_id) < ($3, 'epoch'::timestamptz + $4::bigint * interval '1 microsecond', $5::bigint))
		ORDER BY score DESC, updated_at DESC, conversation_id DESC LIMIT CASE WHEN $7::integer IS NULL AND $8::text IS NULL THEN $6::integer ELSE 5000 END) l
	JOIN conversations v ON v.org_id = l.org_id AND v.id = l.conversation_id JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	CROSS JOIN LATERAL (SELECT deskbell_lead_facts(l.facts, l.manual) AS facts) f
WHERE ($7 IS NULL OR l.updated_at > now() - $7 * interval '1 day')
	AND ($8 IS NULL OR position(lower($8) IN lower(concat_ws(' ', c.name, f.facts->>'name', f.facts->>'service', f.facts->>'location'))) > 0)
ORDER BY l.score DESC, l.updated_at DESC, l.conversation_id DESC LIMIT $6

-- A conversation's lead; a conversation nobody has looked at yet has none, and NULLs here.
-- name: lead_find
SELECT v.id, c.name, v.contact_phone, l.class, l.score, l.summary, deskbell_lead_facts(l.facts, l.manual), l.manual, l.source,
	(extract(epoch FROM l.updated_at) * 1000)::bigint, l.facts
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id LEFT JOIN leads l ON l.org_id = v.org_id AND l.conversation_id = v.id
WHERE v.org_id = $1::bigint AND v.id = $2::bigint

-- Makes the lead if there is none; with lead_lock behind it, what is edited by hand is what was read.
-- name: lead_ensure
INSERT INTO leads (org_id, conversation_id) SELECT v.org_id, v.id FROM conversations v WHERE v.org_id = $1::bigint AND v.id = $2::bigint
ON CONFLICT (org_id, conversation_id) DO NOTHING

-- name: lead_lock
SELECT l.facts, l.manual, o.settings, o.language, c.name, v.contact_phone
FROM leads l JOIN organizations o ON o.id = l.org_id JOIN conversations v ON v.org_id = l.org_id AND v.id = l.conversation_id
	JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
WHERE l.org_id = $1::bigint AND l.conversation_id = $2::bigint FOR UPDATE OF l

-- Stores what was set by hand and what follows from it. Somebody who makes a lead hot knows it: it is not told again.
-- name: lead_override
UPDATE leads SET manual = $3::jsonb, manual_rev = manual_rev + 1, score = $4::integer, class = $5::text, summary = $6::text,
	hot_at = CASE WHEN $5::text = 'hot' THEN coalesce(hot_at, now()) ELSE hot_at END, updated_at = now()
WHERE org_id = $1::bigint AND conversation_id = $2::bigint

-- name: quota_usage
-- args: org bigint, subject text
-- row: settings text, first bigint, second bigint, third bigint
SELECT settings, first, second, third FROM deskbell_quota_usage(:org, :subject)
