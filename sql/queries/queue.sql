-- The outbox as the desk shows it. What a person may change goes through sql/functions/outbox.sql.

-- Every channel with what waits there by age, and what has failed; both are counted to a bound.
-- name: desk_queue_ages
SELECT c.platform, coalesce(c.config->>'display_phone_number', '@' || (c.config->>'bot_username')), c.paused_until > now(),
	o.waiting, o.minute, o.minutes, o.hour, o.older, f.failed
FROM channels c
CROSS JOIN LATERAL (
	SELECT count(*) AS waiting, count(*) FILTER (WHERE age < interval '1 minute') AS minute,
		count(*) FILTER (WHERE age >= interval '1 minute' AND age < interval '10 minutes') AS minutes,
		count(*) FILTER (WHERE age >= interval '10 minutes' AND age < interval '1 hour') AS hour, count(*) FILTER (WHERE age >= interval '1 hour') AS older
	FROM (SELECT now() - b.created_at AS age FROM outbox b
		WHERE b.org_id = c.org_id AND b.channel_id = c.id AND b.state IN ('queued', 'sending', 'unknown') LIMIT 10000) a) o
CROSS JOIN LATERAL (
	SELECT count(*) AS failed FROM (SELECT 1 FROM outbox b WHERE b.org_id = c.org_id AND b.channel_id = c.id AND b.state = 'failed' LIMIT 10000) a) f
WHERE c.org_id = $1::bigint AND (c.disconnected_at IS NULL OR o.waiting + f.failed > 0) ORDER BY c.platform, c.id

-- What waits and what has failed, the newest first, behind message $2 (NULL: from the top).
-- name: desk_queue_items
SELECT b.message_id, b.conversation_id, c.name, v.contact_phone, v.platform, b.state, b.error_class, b.error_code, b.error_words, b.error_details->>'next',
	(extract(epoch FROM b.created_at) * 1000)::bigint,
	(extract(epoch FROM CASE b.state WHEN 'queued' THEN greatest(b.next_attempt_at, ch.paused_until) WHEN 'unknown' THEN b.lease_until END) * 1000)::bigint,
	b.attempts, b.next_attempt_at > now(), coalesce(b.lease_until < now(), false), ch.paused_until > now(), ch.status_reason,
	EXISTS (SELECT 1 FROM outbox p WHERE p.org_id = b.org_id AND p.conversation_id = b.conversation_id AND p.message_id < b.message_id
		AND p.state IN ('queued', 'sending', 'unknown'))
FROM ((SELECT * FROM outbox WHERE org_id = $1::bigint AND state IN ('queued', 'sending', 'unknown') AND ($2::bigint IS NULL OR message_id < $2)
		ORDER BY message_id DESC LIMIT $3::integer)
	UNION ALL (SELECT * FROM outbox WHERE org_id = $1 AND state = 'failed' AND ($2 IS NULL OR message_id < $2) ORDER BY message_id DESC LIMIT $3)) b
JOIN conversations v ON v.org_id = b.org_id AND v.id = b.conversation_id JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
JOIN channels ch ON ch.org_id = b.org_id AND ch.id = b.channel_id
ORDER BY b.message_id DESC LIMIT $3

-- name: delivery_exists
SELECT EXISTS (SELECT 1 FROM outbox WHERE org_id = $1::bigint AND message_id = $2::bigint)
