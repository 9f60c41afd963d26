-- What the settings pages of the desk ask, within the organisation.

-- One row a platform, at most. Last message in and out are looked for in the newest conversations only, so that the page costs the same with a million of them.
-- name: channel_overview
WITH newest AS (
	SELECT v.id, v.channel_id, v.last_inbound_at FROM (SELECT id FROM deskbell_newest($1::bigint, true, 50) UNION ALL SELECT id FROM deskbell_newest($1, false, 50)) n
		JOIN conversations v ON v.org_id = $1 AND v.id = n.id
), messages_out AS (
	SELECT v.channel_id, m.created_at FROM newest v CROSS JOIN LATERAL (
		SELECT created_at, direction FROM messages WHERE org_id = $1::bigint AND conversation_id = v.id ORDER BY id DESC LIMIT 20) m
	WHERE m.direction = 'outbound'
)
SELECT c.platform, c.external_id, c.config->>'display_phone_number', c.config->>'bot_username', c.status, c.status_reason, c.disconnected_at IS NOT NULL,
	(extract(epoch FROM (SELECT max(last_inbound_at) FROM newest v WHERE v.channel_id = c.id)) * 1000)::bigint,
	(extract(epoch FROM (SELECT max(created_at) FROM messages_out m WHERE m.channel_id = c.id)) * 1000)::bigint,
	(SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.org_id = $1::bigint AND o.channel_id = c.id AND o.state = 'queued' LIMIT 1000) w)
FROM channels c WHERE c.org_id = $1::bigint

-- name: channel_view
SELECT id, external_id, account_id, config, status, status_reason, health, (extract(epoch FROM health_at) * 1000)::bigint, disconnected_at IS NOT NULL
FROM channels WHERE org_id = $1::bigint AND platform = $2::text

-- name: organization_set_settings
UPDATE organizations o SET settings = (o.settings - $2::text[]) || $3::jsonb WHERE o.id = $1::bigint

-- How long things are kept: 0 takes the setting away. A row with what changed, if anything did.
-- name: organization_keep
WITH before AS (SELECT o.settings FROM organizations o WHERE o.id = $1::bigint FOR UPDATE),
	changed AS (SELECT e.key, e.value FROM before b, jsonb_each($2::jsonb) e WHERE coalesce(b.settings->e.key, '0') <> e.value),
	stored AS (
		UPDATE organizations o SET settings = (o.settings - ARRAY(SELECT c.key FROM changed c))
			|| (SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM changed c WHERE c.value <> '0')
		WHERE o.id = $1 AND EXISTS (SELECT FROM changed))
SELECT jsonb_build_object('changed', jsonb_agg(c.key ORDER BY c.key)) FROM changed c HAVING count(*) > 0

-- name: canned_reply_page
SELECT id, shortcut, title, body FROM canned_replies WHERE org_id = $1::bigint ORDER BY lower(shortcut) LIMIT $2::integer

-- name: canned_reply_find
SELECT shortcut, title, body FROM canned_replies WHERE org_id = $1::bigint AND id = $2::bigint

-- name: canned_reply_count
SELECT count(*) FROM (SELECT 1 FROM canned_replies WHERE org_id = $1::bigint LIMIT $2::integer) c

-- Two who add the last reply that fits wait for each other.
-- name: organization_lock
SELECT 1 FROM organizations WHERE id = $1::bigint FOR UPDATE

-- name: canned_reply_add
INSERT INTO canned_replies (org_id, shortcut, title, body) VALUES ($1::bigint, $2::text, $3::text, $4::text) RETURNING id

-- name: canned_reply_set
UPDATE canned_replies SET shortcut = $3::text, title = $4::text, body = $5::text WHERE org_id = $1::bigint AND id = $2::bigint RETURNING id

-- name: canned_reply_remove
DELETE FROM canned_replies WHERE org_id = $1::bigint AND id = $2::bigint RETURNING shortcut
