-- What the settings pages of the desk ask, within the organisation.

-- One row a platform, at most. Last message in and out are looked for in the newest conversations only, so that the page costs the same with a million of them.
-- name: channel_overview
WITH newest AS (
	(SELECT id, channel_id, last_inbound_at FROM conversations WHERE org_id = $1::bigint AND is_open ORDER BY last_message_at DESC LIMIT 50)
	UNION ALL
	(SELECT id, channel_id, last_inbound_at FROM conversations WHERE org_id = $1::bigint AND NOT is_open ORDER BY last_message_at DESC LIMIT 50)
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
