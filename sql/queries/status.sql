-- What the status page tells. Counts look at the newest 20,000 messages of the organisation, so that no page takes longer as messages grow.

-- Called outside a transaction: senders serve all tenants.
-- name: senders
SELECT host, pid, mode, version, age_s, loop_max_ms FROM deskbell_senders()

-- The last 14 days as a clock that is $2 seconds ahead of UTC counts them.
-- name: status_days
SELECT floor((extract(epoch FROM created_at) + $2::integer) / 86400)::bigint, count(*) FILTER (WHERE direction = 'inbound'),
	count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled'))
FROM (SELECT created_at, direction, status FROM messages WHERE org_id = $1::bigint ORDER BY id DESC LIMIT 20000) m
WHERE created_at > now() - interval '15 days' GROUP BY 1 ORDER BY 1

-- A reply is what follows a customer's message in its conversation.
-- name: status_today
WITH recent AS MATERIALIZED (
	SELECT * FROM (SELECT id, conversation_id, direction, sender, status, created_at FROM messages WHERE org_id = $1::bigint ORDER BY id DESC LIMIT 20000) m
	WHERE created_at > now() - interval '24 hours'
), following AS (
	SELECT direction, created_at - lag(created_at) OVER talk AS took, lag(direction) OVER talk AS before FROM recent
	WINDOW talk AS (PARTITION BY conversation_id ORDER BY id)
)
SELECT count(*) FILTER (WHERE direction = 'inbound'), count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled')),
	count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled') AND sender = 'bot'),
	(SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took)::double precision))::bigint FROM following
		WHERE direction = 'outbound' AND before = 'inbound')
FROM recent

-- name: status_channels
SELECT c.platform, c.status, c.status_reason, (SELECT (extract(epoch FROM v.last_message_at) * 1000)::bigint FROM conversations v
	WHERE v.org_id = c.org_id AND v.platform = c.platform AND v.is_open ORDER BY v.last_message_at DESC, v.id DESC LIMIT 1)
FROM channels c WHERE c.org_id = $1::bigint AND c.disconnected_at IS NULL ORDER BY c.platform DESC

-- name: status_errors
SELECT (extract(epoch FROM b.settled_at) * 1000)::bigint, c.platform, b.error_code, b.error_words, b.error_details->>'next'
FROM (SELECT * FROM outbox WHERE org_id = $1::bigint AND state = 'failed' ORDER BY message_id DESC LIMIT 10) b
	JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id
WHERE b.settled_at > now() - interval '24 hours' ORDER BY b.settled_at DESC

-- Of the newest 1,000 attempts.
-- name: status_refused
SELECT count(*), (extract(epoch FROM max(at)) * 1000)::bigint, (array_agg(reason ORDER BY id DESC))[1]
FROM (SELECT a.id, a.at, a.reason, a.accepted FROM channels c CROSS JOIN LATERAL (SELECT * FROM webhook_attempts w
	WHERE w.org_id = c.org_id AND w.channel_id = c.id ORDER BY w.id DESC LIMIT 1000) a WHERE c.org_id = $1::bigint) x
WHERE NOT accepted AND at > now() - interval '24 hours'

-- What waits longer than $2 seconds, deliveries and answers.
-- name: status_late
SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE org_id = $1::bigint AND state IN ('queued', 'sending', 'unknown')
		AND created_at < now() - $2::integer * interval '1 second' LIMIT 10000) o),
	(SELECT count(*) FROM (SELECT 1 FROM answer_jobs WHERE org_id = $1 AND due_at < now() - $2 * interval '1 second' LIMIT 10000) j)
