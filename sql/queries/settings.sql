-- What the settings pages of the desk ask, within the organisation.

-- One row a platform, at most. Last message in and out are looked for in the newest conversations only, so that the
-- page costs the same with a million of them.
-- name: channel_overview
-- args: org_id bigint
-- row: platform text, external_id text, display_phone_number text?, bot_username text?, status text,
--   status_reason jsonb?, is_disconnected boolean, last_in_ms bigint?, last_out_ms bigint?, waiting bigint
WITH newest AS (
	SELECT v.id, v.channel_id, v.last_inbound_at FROM (SELECT id FROM deskbell_newest(:org_id, true, 50) UNION ALL
		SELECT id FROM deskbell_newest(:org_id, false, 50)) n
		JOIN conversations v ON v.org_id = :org_id AND v.id = n.id
), messages_out AS (
	SELECT v.channel_id, m.created_at FROM newest v CROSS JOIN LATERAL (
		SELECT created_at, direction FROM messages WHERE org_id = :org_id AND conversation_id = v.id
		ORDER BY id DESC LIMIT 20) m
	WHERE m.direction = 'outbound'
)
SELECT c.platform, c.external_id, c.config->>'display_phone_number' AS display_phone_number,
	c.config->>'bot_username' AS bot_username, c.status, c.status_reason,
	c.disconnected_at IS NOT NULL AS is_disconnected,
	(extract(epoch FROM (SELECT max(last_inbound_at) FROM newest v
		WHERE v.channel_id = c.id)) * 1000)::bigint AS last_in_ms,
	(extract(epoch FROM (SELECT max(created_at) FROM messages_out m
		WHERE m.channel_id = c.id)) * 1000)::bigint AS last_out_ms,
	(SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.org_id = :org_id AND o.channel_id = c.id
		AND o.state = 'queued' ORDER BY o.next_attempt_at, o.message_id LIMIT 1000) w) AS waiting
FROM channels c WHERE c.org_id = :org_id

-- name: channel_view
-- args: org_id bigint, platform text
-- row: id bigint, external_id text, account_id text?, config jsonb, status text, status_reason jsonb?, health jsonb?,
--   health_ms bigint?, is_disconnected boolean, is_claimed boolean
SELECT id, external_id, account_id, config, status, status_reason, health,
	(extract(epoch FROM health_at) * 1000)::bigint AS health_ms, disconnected_at IS NOT NULL AS is_disconnected,
	ownership = 'claimed' AS is_claimed
FROM channels WHERE org_id = :org_id AND platform = :platform

-- name: organization_set_settings
-- args: org_id bigint, removed text[], settings jsonb
UPDATE organizations o SET settings = (o.settings - :removed) || :settings WHERE o.id = :org_id

-- How long things are kept: 0 takes the setting away. A row with what changed, if anything did.
-- name: organization_keep
-- args: org_id bigint, settings jsonb
-- row: changed jsonb
WITH before AS (SELECT o.settings FROM organizations o WHERE o.id = :org_id FOR UPDATE),
	changed AS (SELECT e.key, e.value FROM before b, jsonb_each(:settings) e
		WHERE coalesce(b.settings->e.key, '0') <> e.value),
	stored AS (
		UPDATE organizations o SET settings = (o.settings - ARRAY(SELECT c.key FROM changed c))
			|| (SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM changed c WHERE c.value <> '0')
		WHERE o.id = :org_id AND EXISTS (SELECT FROM changed))
SELECT jsonb_build_object('changed', jsonb_agg(c.key ORDER BY c.key)) AS changed FROM changed c HAVING count(*) > 0

-- name: canned_reply_page
-- args: org_id bigint, max_rows integer
-- row: id bigint, shortcut text, folder text, title text, body text, content_name text?
SELECT c.id, c.shortcut, c.folder, c.title, c.body, coalesce(r.file_name, r.place_name) AS content_name
FROM canned_replies c LEFT JOIN reply_contents r ON r.org_id = :org_id AND r.owner = 'canned' AND r.owner_id = c.id
WHERE c.org_id = :org_id ORDER BY lower(c.folder), lower(c.shortcut) LIMIT :max_rows

-- name: canned_reply_find
-- args: org_id bigint, id bigint
-- row: shortcut text, folder text, title text, body text
SELECT shortcut, folder, title, body FROM canned_replies WHERE org_id = :org_id AND id = :id

-- name: canned_reply_add
-- args: org_id bigint, shortcut text, folder text, title text, body text
-- row: id bigint
INSERT INTO canned_replies (org_id, shortcut, folder, title, body) VALUES (:org_id, :shortcut, :folder, :title, :body)
RETURNING id

-- name: canned_reply_set
-- args: org_id bigint, id bigint, shortcut text, folder text, title text, body text
-- row: id bigint
UPDATE canned_replies SET shortcut = :shortcut, folder = :folder, title = :title, body = :body
WHERE org_id = :org_id AND id = :id
RETURNING id

-- name: canned_reply_remove
-- args: org_id bigint, id bigint
-- row: shortcut text
DELETE FROM canned_replies WHERE org_id = :org_id AND id = :id RETURNING shortcut
