-- What is asked within one organisation. Row-level security hides other tenants' rows anyway; org_id is named all the
-- same, for the indexes.

-- name: organization_find
-- args: org_id bigint
-- row: name text, language text, bot_mode text, settings jsonb, skills_revision bigint, logo_ms bigint?
SELECT name, language, bot_mode, settings, skills_revision, (extract(epoch FROM logo_at) * 1000)::bigint AS logo_ms
FROM organizations WHERE id = :org_id

-- No row when nothing changes.
-- name: organization_rename
-- args: org_id bigint, name text, language text
-- row: id bigint
UPDATE organizations SET name = :name, language = :language
WHERE id = :org_id AND (name, language) IS DISTINCT FROM (:name, :language) RETURNING id

-- name: organization_logo
-- args: org_id bigint
-- row: logo text?
SELECT encode(logo, 'hex') AS logo FROM organizations WHERE id = :org_id

-- name: organization_set_logo
-- args: org_id bigint, logo bytea?
-- row: id bigint
UPDATE organizations SET logo = :logo, logo_at = CASE WHEN :logo IS NOT NULL THEN now() END
WHERE id = :org_id AND logo IS DISTINCT FROM :logo RETURNING id

-- name: organization_set_bot_mode
-- args: org_id bigint, bot_mode text
UPDATE organizations SET bot_mode = :bot_mode WHERE id = :org_id

-- A NULL value takes the setting away: its default holds again. The value that was there before comes back, with its
-- secret still sealed.
-- name: organization_set_setting
-- args: org_id bigint, key text, value jsonb?
-- row: id bigint
UPDATE organizations o SET settings = CASE WHEN :value IS NULL THEN o.settings - :key ELSE o.settings
	|| jsonb_build_object(:key, :value) END
	WHERE o.id = :org_id RETURNING o.id

-- name: audit
-- args: org_id bigint, actor text, action text, detail jsonb?
SELECT deskbell_record(:org_id, :actor, :action, :detail)

-- name: queue_retry
-- args: org_id bigint, message_id bigint
-- row: outcome text
SELECT deskbell_retry_delivery(:org_id, :message_id) AS outcome

-- name: queue_discard
-- args: org_id bigint, message_id bigint
-- row: outcome text
-- like: queue_retry
SELECT deskbell_discard_delivery(:org_id, :message_id) AS outcome

-- Users have no organisation of their own; a membership gives them one.
-- The account of an address; made with the password where there is none, unless that is NULL.
-- name: user_ensure
-- args: email text, password_hash text?
-- row: user_id bigint?, created boolean
SELECT person AS user_id, created FROM deskbell_user_ensure(:email, :password_hash)

-- The role that was there before comes back, NULL for a new membership.
-- name: membership_set
-- args: org_id bigint, user_id bigint, role text
-- row: previous text?
SELECT deskbell_member_role(:org_id, :user_id, :role) AS previous

-- name: user_list
-- args: org_id bigint
-- row: id bigint, email text, role text, member_since bigint, disabled boolean
SELECT u.id, u.email, m.role, (extract(epoch FROM m.created_at) * 1000)::bigint AS member_since,
	u.disabled_at IS NOT NULL AS disabled
FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = :org_id ORDER BY lower(u.email)

-- name: channel_of_platform
-- args: org_id bigint, platform text
-- row: id bigint, external_id text, account_id text?, config jsonb, status text, is_disconnected boolean,
--   ownership text
SELECT id, external_id, account_id, config, status, disconnected_at IS NOT NULL AS is_disconnected, ownership
FROM channels
WHERE org_id = :org_id AND platform = :platform FOR UPDATE

-- The same without the lock: what is needed before the platform is asked.
-- name: channel_stored
-- args: org_id bigint, platform text
-- row: id bigint, external_id text, account_id text?, config jsonb, status text, is_disconnected boolean,
--   ownership text
-- like: channel_of_platform
SELECT id, external_id, account_id, config, status, disconnected_at IS NOT NULL AS is_disconnected, ownership
FROM channels
WHERE org_id = :org_id AND platform = :platform

-- Whether another organisation has it, and has not only claimed it.
-- name: channel_is_taken
-- args: org_id bigint, platform text, external_id text
-- row: is_taken boolean
SELECT deskbell_channel_is_taken(:org_id, :platform, :external_id) AS is_taken

-- The row first and its content second: sealing binds the id.
-- name: channel_add
-- args: org_id bigint, platform text, external_id text, ownership text
-- row: id bigint
WITH added AS (
	INSERT INTO channels (org_id, platform, external_id, config, ownership)
	VALUES (:org_id, :platform, :external_id, '{}', :ownership)
	RETURNING org_id, id, platform, external_id, ownership)
INSERT INTO channel_addresses (org_id, channel_id, platform, external_id, is_claimed)
SELECT org_id, id, platform, external_id, ownership = 'claimed' FROM added
RETURNING channel_id AS id

-- How fast it may send, when it is new; see struct channel_limits.
-- name: channel_set_limits
-- args: org_id bigint, id bigint, rate_per_s integer, pair_interval_ms integer, pair_burst integer,
--   echo_wait_s integer, has_window boolean
UPDATE channels SET rate_per_s = :rate_per_s, pair_interval_ms = :pair_interval_ms, pair_burst = :pair_burst,
	echo_wait_s = :echo_wait_s, has_window = :has_window
WHERE org_id = :org_id AND id = :id

-- Also ends a pause: what waited for better credentials goes on.
-- name: channel_save
-- args: org_id bigint, id bigint, external_id text, account_id text?, config jsonb, verify_digest bytea?, status text,
--   ownership text
WITH saved AS (
	UPDATE channels SET external_id = :external_id, account_id = :account_id, config = :config,
		verify_digest = :verify_digest, status = :status, ownership = :ownership,
		status_reason = NULL, health = NULL, health_at = NULL, paused_until = '-infinity', pauses = 0,
		wants_proof = false, disconnected_at = NULL, updated_at = now()
	WHERE org_id = :org_id AND id = :id
	RETURNING org_id, id, platform, external_id, account_id, verify_digest, ownership)
INSERT INTO channel_addresses (org_id, channel_id, platform, external_id, account_id, verify_digest, is_claimed)
SELECT org_id, id, platform, external_id, account_id, verify_digest, ownership = 'claimed' FROM saved
ON CONFLICT (org_id, channel_id) DO UPDATE SET external_id = excluded.external_id, account_id = excluded.account_id,
	verify_digest = excluded.verify_digest, is_claimed = excluded.is_claimed

-- The channel speaks as another account from now on, and ids of messages are unique within one only: those of the
-- account before (`account`) are set aside under its name, so that a new message is never taken for an old one.
-- name: channel_set_ids_aside
-- args: org_id bigint, channel_id bigint, account text
UPDATE messages SET provider_id = :account || '/' || provider_id, reply_to = :account || '/' || reply_to
WHERE org_id = :org_id AND channel_id = :channel_id AND coalesce(provider_id, reply_to) !~ '^[0-9]+/'

-- When an account comes back, what it sends again is known.
-- name: channel_take_ids_back
-- args: org_id bigint, channel_id bigint, account text
UPDATE messages SET provider_id = substr(provider_id, length(:account) + 2),
	reply_to = substr(reply_to, length(:account) + 2)
WHERE org_id = :org_id AND channel_id = :channel_id AND starts_with(coalesce(provider_id, reply_to), :account || '/')

-- The channel speaks as another account from now on: windows are closed, what waits is not sent.
-- name: channel_cut_off
-- args: org_id bigint, channel_id bigint
SELECT deskbell_cut_off(:org_id, :channel_id)

-- What the check found; when that is good, an error is over and what waited goes on.
-- name: channel_save_health
-- args: org_id bigint, id bigint, health jsonb, is_good boolean
WITH saved AS (
	UPDATE channels SET health = :health, health_at = now(),
		status = CASE WHEN NOT :is_good OR status <> 'error' THEN status
		WHEN config ? 'webhook_verified_at' THEN 'verified' ELSE 'pending' END,
		status_reason = CASE WHEN :is_good AND status = 'error' THEN NULL ELSE status_reason END,
		paused_until = CASE WHEN :is_good THEN '-infinity' ELSE paused_until END,
		pauses = CASE WHEN :is_good THEN 0 ELSE pauses END, wants_proof = wants_proof AND NOT :is_good
	WHERE org_id = :org_id AND id = :id AND disconnected_at IS NULL
	RETURNING CASE WHEN :is_good THEN deskbell_due(org_id, 'delivery', now()) END)
SELECT FROM saved

-- name: channel_disconnect
-- args: org_id bigint, id bigint, secrets text[]
-- row: id bigint
WITH ended AS (
	UPDATE channels SET config = config - :secrets, verify_digest = NULL, status = 'pending', status_reason = NULL,
		health = NULL, health_at = NULL,
		disconnected_at = now(), updated_at = now()
	WHERE org_id = :org_id AND id = :id AND disconnected_at IS NULL RETURNING org_id, id),
address AS (
	DELETE FROM channel_addresses a USING ended e WHERE a.org_id = e.org_id AND a.channel_id = e.id)
SELECT id FROM ended

-- When a verification with a token that no channel has came last, while the channel is pending; NULL: within the last
-- hour none.
-- name: channel_stray_verification
-- args: org_id bigint, platform text
-- row: at_ms bigint?
SELECT (extract(epoch FROM deskbell_stray_verification(:org_id, :platform)) * 1000)::bigint AS at_ms

-- name: channel_attempts
-- args: org_id bigint, channel_id bigint
-- row: at bigint, kind text, accepted boolean, reason jsonb?, remote_address text?
SELECT (extract(epoch FROM at) * 1000)::bigint AS at, kind, accepted, reason, remote_address FROM webhook_log
WHERE org_id = :org_id AND channel_id = :channel_id ORDER BY id DESC LIMIT 10

-- All, or those of a search.
-- name: conversation_list
-- args: org_id bigint, max_rows integer, hits bigint[]?
-- row: id bigint, channel bigint, platform text, name text?, phone text?, agent text, needs_attention boolean,
--   unread integer, last_message_at bigint, window_s bigint?
SELECT v.id, v.channel_id AS channel, v.platform, c.name, v.contact_phone AS phone, v.agent, v.needs_attention,
	v.unread, (extract(epoch FROM v.last_message_at) * 1000)::bigint AS last_message_at,
	CASE WHEN ch.has_window THEN greatest(0,
		extract(epoch FROM v.last_inbound_at + deskbell_window() - now()))::bigint END AS window_s
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
WHERE v.org_id = :org_id AND (:hits IS NULL OR v.id = ANY (:hits)) ORDER BY v.last_message_at DESC, v.id DESC
LIMIT :max_rows

-- name: conversation_find
-- args: org_id bigint, id bigint
-- row: id bigint, channel bigint, platform text, name text?, phone text?, agent text, needs_attention boolean,
--   attention_reason text?, unread integer, window_s bigint?, has_blocked_us boolean
SELECT v.id, v.channel_id AS channel, v.platform, c.name, v.contact_phone AS phone, v.agent, v.needs_attention,
	v.attention_reason, v.unread,
	CASE WHEN ch.has_window THEN greatest(0,
		extract(epoch FROM v.last_inbound_at + deskbell_window() - now()))::bigint END AS window_s,
	c.has_blocked_us
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
WHERE v.org_id = :org_id AND v.id = :id

-- The newest, oldest of them first. The reason is that of the message, else of its delivery that is under way.
-- name: conversation_messages
-- args: org_id bigint, conversation_id bigint, max_rows integer
-- row: id bigint, at bigint, direction text, sender text, kind text, status text, body text?, reason jsonb?
SELECT id, at, direction, sender, kind, status, body, reason FROM (
	SELECT m.id, (extract(epoch FROM coalesce(m.provider_time, m.created_at)) * 1000)::bigint AS at, m.direction,
		m.sender, m.kind, m.status, m.body,
		coalesce(m.error, o.error)->'reason' AS reason
	FROM messages m LEFT JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
	WHERE m.org_id = :org_id AND m.conversation_id = :conversation_id ORDER BY m.id DESC LIMIT :max_rows) newest
ORDER BY id

-- name: conversation_decisions
-- args: org_id bigint, conversation_id bigint
-- row: at bigint, message bigint?, outcome text, stage text, reason text, draft text?
SELECT (extract(epoch FROM created_at) * 1000)::bigint AS at, message_id AS message, outcome, stage, reason, draft
FROM decisions
WHERE org_id = :org_id AND conversation_id = :conversation_id ORDER BY id DESC LIMIT 5

-- The latest first; of one conversation when `conversation_id` is not NULL.
-- name: decision_list
-- args: org_id bigint, conversation_id bigint?, max_rows integer
-- row: id bigint, at bigint, conversation bigint, message bigint?, outcome text, stage text, reason text, draft text?,
--   detail jsonb
SELECT id, (extract(epoch FROM created_at) * 1000)::bigint AS at, conversation_id AS conversation,
	message_id AS message, outcome, stage, reason, draft, detail FROM decisions
WHERE org_id = :org_id AND (:conversation_id IS NULL OR conversation_id = :conversation_id) ORDER BY id DESC
LIMIT :max_rows

-- The best first, of class `class` (NULL: all), behind the lead with score `below_score`, time `below_us` and
-- conversation `below_conversation` (NULL: from the top). `below_us` is the time in microseconds as this statement
-- returned it. `days`: only those of the last days, `words`: only those that hold these words; then the best 5,000
-- from there on are looked through.
-- name: lead_list
-- args: org_id bigint, class text?, below_score integer?, below_us bigint?, below_conversation bigint?,
--   max_rows integer, days integer?, words text?
-- row: conversation bigint, name text?, phone text?, class text, score integer, summary text?, facts jsonb,
--   manual jsonb, source text, updated_at bigint, updated_us bigint, last_message_ms bigint
SELECT l.conversation_id AS conversation, c.name, coalesce(f.facts->>'phone', v.contact_phone) AS phone, l.class,
	l.score, l.summary, f.facts, l.manual, l.source,
	(extract(epoch FROM l.updated_at) * 1000)::bigint AS updated_at,
	(extract(epoch FROM l.updated_at) * 1000000)::bigint AS updated_us,
	(extract(epoch FROM v.last_message_at) * 1000)::bigint AS last_message_ms
FROM (SELECT * FROM leads WHERE org_id = :org_id AND (:class IS NULL OR class = :class)
		AND (:below_score IS NULL OR (score, updated_at, conversation_id) < (:below_score,
			'epoch'::timestamptz + :below_us * interval '1 microsecond', :below_conversation))
		ORDER BY score DESC, updated_at DESC, conversation_id DESC
		LIMIT CASE WHEN :days IS NULL AND :words IS NULL THEN :max_rows ELSE 5000 END) l
	JOIN conversations v ON v.org_id = l.org_id AND v.id = l.conversation_id
		JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	CROSS JOIN LATERAL (SELECT deskbell_lead_facts(l.facts, l.manual) AS facts) f
WHERE (:days IS NULL OR l.updated_at > now() - :days * interval '1 day')
	AND (:words IS NULL OR position(lower(:words) IN lower(concat_ws(' ', c.name, f.facts->>'name',
		f.facts->>'service', f.facts->>'location'))) > 0)
ORDER BY l.score DESC, l.updated_at DESC, l.conversation_id DESC LIMIT :max_rows

-- A conversation's lead; a conversation that was not read yet has none, and NULLs here.
-- name: lead_find
-- args: org_id bigint, conversation_id bigint
-- row: conversation bigint, name text?, phone text?, class text?, score integer?, summary text?, facts jsonb?,
--   manual jsonb?, source text?, updated_at bigint?, found_facts jsonb?, referral text?
SELECT v.id AS conversation, c.name, v.contact_phone AS phone, l.class, l.score, l.summary,
	deskbell_lead_facts(l.facts, l.manual) AS facts, l.manual, l.source,
	(extract(epoch FROM l.updated_at) * 1000)::bigint AS updated_at, l.facts AS found_facts,
	v.memory->>'referral' AS referral
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	LEFT JOIN leads l ON l.org_id = v.org_id AND l.conversation_id = v.id
WHERE v.org_id = :org_id AND v.id = :conversation_id

-- Makes the lead if there is none; with lead_lock behind it, what is edited manually is what was read.
-- name: lead_ensure
-- args: org_id bigint, conversation_id bigint
INSERT INTO leads (org_id, conversation_id) SELECT v.org_id, v.id FROM conversations v
WHERE v.org_id = :org_id AND v.id = :conversation_id
ON CONFLICT (org_id, conversation_id) DO NOTHING

-- name: lead_lock
-- args: org_id bigint, conversation_id bigint
-- row: facts jsonb, manual jsonb, settings jsonb, language text, name text?, contact_phone text?
SELECT l.facts, l.manual, o.settings, o.language, c.name, v.contact_phone
FROM leads l JOIN organizations o ON o.id = l.org_id
	JOIN conversations v ON v.org_id = l.org_id AND v.id = l.conversation_id
	JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
WHERE l.org_id = :org_id AND l.conversation_id = :conversation_id FOR UPDATE OF l

-- Stores what was set manually and what follows from it. An operator who makes a lead hot knows it: it is not told
-- again.
-- name: lead_override
-- args: org_id bigint, conversation_id bigint, manual jsonb, score integer, class text, summary text
UPDATE leads SET manual = :manual, manual_rev = manual_rev + 1, score = :score, class = :class, summary = :summary,
	hot_at = CASE WHEN :class = 'hot' THEN coalesce(hot_at, now()) ELSE hot_at END, updated_at = now()
WHERE org_id = :org_id AND conversation_id = :conversation_id

-- name: quota_usage
-- args: org_id bigint, subject text
-- row: settings text, first bigint, second bigint, third bigint
SELECT settings, first, second, third FROM deskbell_quota_usage(:org_id, :subject)
