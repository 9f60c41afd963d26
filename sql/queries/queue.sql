-- The outbox as the desk shows it. What a person may change goes through sql/functions/outbox.sql.

-- Every channel with what waits there by age, and what has failed; both are counted to a bound. Each is one range of an
-- index, in its order: a channel with nothing would else be looked for among all that others have.
-- name: desk_queue_ages
-- args: org_id bigint
-- row: platform text, name text?, paused boolean?, waiting bigint, minute bigint, minutes bigint, hour bigint,
--   older bigint, failed bigint
SELECT c.platform, coalesce(c.config->>'display_phone_number', '@' || (c.config->>'bot_username')) AS name,
	c.paused_until > now() AS paused, o.waiting, o.minute, o.minutes, o.hour, o.older, f.failed
FROM channels c
CROSS JOIN LATERAL (
	SELECT count(*) AS waiting, count(*) FILTER (WHERE age < interval '1 minute') AS minute,
		count(*) FILTER (WHERE age >= interval '1 minute' AND age < interval '10 minutes') AS minutes,
		count(*) FILTER (WHERE age >= interval '10 minutes' AND age < interval '1 hour') AS hour,
		count(*) FILTER (WHERE age >= interval '1 hour') AS older
	FROM ((SELECT now() - b.created_at AS age FROM outbox b
			WHERE b.org_id = c.org_id AND b.channel_id = c.id AND b.state = 'queued'
			ORDER BY b.next_attempt_at, b.message_id LIMIT 10000)
		UNION ALL (SELECT now() - b.created_at FROM outbox b
			WHERE b.org_id = c.org_id AND b.channel_id = c.id AND b.state IN ('sending', 'unknown')
			ORDER BY b.lease_until LIMIT 10000)) a) o
CROSS JOIN LATERAL (SELECT count(*) AS failed FROM (SELECT b.channel_id FROM outbox b
	WHERE b.org_id = c.org_id AND b.state = 'failed' ORDER BY b.message_id DESC LIMIT 10000) a
	WHERE a.channel_id = c.id) f
WHERE c.org_id = :org_id AND (c.disconnected_at IS NULL OR o.waiting + f.failed > 0) ORDER BY c.platform, c.id

-- What waits and what has failed, the newest first, after the message `after` (NULL: from the top). Times are in
-- milliseconds since the epoch.
-- name: desk_queue_items
-- args: org_id bigint, after bigint?, max_rows integer
-- row: message_id bigint, conversation_id bigint, name text?, contact_phone text?, platform text, state text,
--   error_class text?, error_code text?, reason jsonb?, created_ms bigint, next_ms bigint?,
--   attempts integer, later boolean, lease_over boolean, paused boolean?, paused_reason jsonb?, behind boolean
SELECT b.message_id, b.conversation_id, c.name, v.contact_phone, v.platform, b.state, b.error_class, b.error_code,
	b.error->'reason' AS reason,
	(extract(epoch FROM b.created_at) * 1000)::bigint AS created_ms,
	(extract(epoch FROM CASE b.state WHEN 'queued' THEN greatest(b.next_attempt_at, ch.paused_until)
		WHEN 'unknown' THEN b.lease_until END) * 1000)::bigint AS next_ms,
	b.attempts, b.next_attempt_at > now() AS later, coalesce(b.lease_until < now(), false) AS lease_over,
	ch.paused_until > now() AS paused, ch.status_reason AS paused_reason,
	EXISTS (SELECT 1 FROM outbox p WHERE p.org_id = b.org_id AND p.conversation_id = b.conversation_id
		AND p.message_id < b.message_id AND p.state IN ('queued', 'sending', 'unknown')) AS behind
FROM ((SELECT * FROM outbox
		WHERE org_id = :org_id AND state IN ('queued', 'sending', 'unknown')
			AND (:after IS NULL OR message_id < :after)
		ORDER BY message_id DESC LIMIT :max_rows)
	UNION ALL (SELECT * FROM outbox
		WHERE org_id = :org_id AND state = 'failed' AND (:after IS NULL OR message_id < :after)
		ORDER BY message_id DESC LIMIT :max_rows)) b
JOIN conversations v ON v.org_id = b.org_id AND v.id = b.conversation_id
JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
JOIN channels ch ON ch.org_id = b.org_id AND ch.id = b.channel_id
ORDER BY b.message_id DESC LIMIT :max_rows

-- name: delivery_exists
-- args: org_id bigint, message_id bigint
-- row: found boolean
SELECT EXISTS (SELECT 1 FROM outbox WHERE org_id = :org_id AND message_id = :message_id) AS found
