-- What the status page tells. Counts look at the newest 20,000 messages of the organisation, so that no page takes
-- longer as messages grow.

-- Called outside a transaction: senders serve all tenants.
-- name: senders
-- row: host text, pid integer, mode text, version text, age_s bigint, loop_max_ms integer
SELECT host, pid, mode, version, age_s, loop_max_ms FROM deskbell_senders()

-- The last 14 days as a clock that is `offset_s` seconds ahead of UTC counts them.
-- name: status_days
-- args: org_id bigint, offset_s integer
-- row: day bigint, inbound bigint, outbound bigint
SELECT floor((extract(epoch FROM created_at) + :offset_s) / 86400)::bigint AS day,
	count(*) FILTER (WHERE direction = 'inbound') AS inbound,
	count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled')) AS outbound
FROM (SELECT created_at, direction, status, metadata ? 'imported' AS is_past FROM messages WHERE org_id = :org_id
	ORDER BY id DESC LIMIT 20000) m
WHERE created_at > now() - interval '15 days' AND is_past IS NOT TRUE GROUP BY 1 ORDER BY 1

-- A reply is what follows a customer's message in its conversation.
-- name: status_today
-- args: org_id bigint
-- row: inbound bigint, outbound bigint, by_bot bigint, median_s bigint?
WITH recent AS MATERIALIZED (
	SELECT * FROM (SELECT id, conversation_id, direction, sender, status, created_at, metadata ? 'imported' AS is_past
		FROM messages WHERE org_id = :org_id ORDER BY id DESC LIMIT 20000) m
	WHERE created_at > now() - interval '24 hours' AND is_past IS NOT TRUE
), following AS (
	SELECT direction, created_at - lag(created_at) OVER conversation AS took, lag(direction) OVER conversation AS before
		FROM recent
	WINDOW conversation AS (PARTITION BY conversation_id ORDER BY id)
)
SELECT count(*) FILTER (WHERE direction = 'inbound') AS inbound,
	count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled')) AS outbound,
	count(*) FILTER (WHERE direction = 'outbound' AND status NOT IN ('failed', 'cancelled')
		AND sender = 'bot') AS by_bot,
	(SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took)::double precision))::bigint
		FROM following
		WHERE direction = 'outbound' AND before = 'inbound') AS median_s
FROM recent

-- name: status_channels
-- args: org_id bigint
-- row: platform text, status text, status_reason jsonb?, last_ms bigint?
SELECT c.platform, c.status, c.status_reason, (SELECT (extract(epoch FROM v.last_message_at) * 1000)::bigint
	FROM conversations v
	WHERE v.org_id = c.org_id AND v.platform = c.platform AND v.is_open ORDER BY v.last_message_at DESC, v.id DESC
	LIMIT 1) AS last_ms
FROM channels c WHERE c.org_id = :org_id AND c.disconnected_at IS NULL ORDER BY c.platform DESC

-- Webhook fields and update kinds that hold no message.
-- name: status_fields
-- args: org_id bigint
-- row: platform text, name text, received bigint, last_ms bigint, shape text?, said text?
SELECT c.platform, f.key AS name, (f.value->>'n')::bigint AS received, (f.value->>'last')::bigint * 1000 AS last_ms,
	f.value->>'shape' AS shape, f.value->>'said' AS said
FROM channels c CROSS JOIN LATERAL jsonb_each(c.fields) f
WHERE c.org_id = :org_id AND c.disconnected_at IS NULL ORDER BY c.platform DESC, f.key

-- Endpoints of models that are not asked at the moment: the organisation's own, and those of the installation where it
-- has none of its own.
-- name: status_breakers
-- args: org bigint
-- row: kind text, is_own boolean, failures integer, since_ms bigint, until_ms bigint
SELECT b.kind, b.is_own, b.failures, (extract(epoch FROM b.since) * 1000)::bigint AS since_ms,
	(extract(epoch FROM b.open_until) * 1000)::bigint AS until_ms
FROM organizations o CROSS JOIN LATERAL (
		SELECT kind, true AS is_own, failures, since, open_until FROM circuit_breakers WHERE org_id = o.id
			AND open_until IS NOT NULL
		UNION ALL SELECT kind, false, failures, since, open_until FROM deskbell_installation_breakers()) b
WHERE o.id = :org AND b.is_own = (coalesce(o.settings->>(CASE b.kind WHEN 'chat' THEN 'llm'
	ELSE b.kind END || '_base_url'), '') <> '')
ORDER BY 1

-- name: status_errors
-- args: org_id bigint
-- row: at_ms bigint, platform text, error_code text?, reason jsonb?
SELECT (extract(epoch FROM b.settled_at) * 1000)::bigint AS at_ms, c.platform, b.error_code,
	b.error->'reason' AS reason
FROM (SELECT * FROM outbox WHERE org_id = :org_id AND state = 'failed' ORDER BY message_id DESC LIMIT 10) b
	JOIN channels c ON c.org_id = b.org_id AND c.id = b.channel_id
WHERE b.settled_at > now() - interval '24 hours' ORDER BY b.settled_at DESC

-- Of the newest 1,000 attempts.
-- name: status_refused
-- args: org_id bigint
-- row: refused bigint, last_ms bigint?, reason jsonb?
SELECT count(*) AS refused, (extract(epoch FROM max(at)) * 1000)::bigint AS last_ms,
	(array_agg(reason ORDER BY id DESC))[1] AS reason
FROM (SELECT a.id, a.at, a.reason, a.accepted FROM channels c CROSS JOIN LATERAL (SELECT * FROM webhook_log w
	WHERE w.org_id = c.org_id AND w.channel_id = c.id ORDER BY w.id DESC LIMIT 1000) a WHERE c.org_id = :org_id) x
WHERE NOT accepted AND at > now() - interval '24 hours'

-- What waits longer than `late_s` seconds, deliveries and answers.
-- name: status_late
-- args: org_id bigint, late_s integer
-- row: deliveries bigint, answers bigint
SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE org_id = :org_id AND state IN ('queued', 'sending', 'unknown')
		AND created_at < now() - :late_s * interval '1 second' LIMIT 10000) o) AS deliveries,
	(SELECT count(*) FROM (SELECT 1 FROM answer_jobs WHERE org_id = :org_id
		AND due_at < now() - :late_s * interval '1 second' LIMIT 10000) j) AS answers

-- What was delivered this month, by category, type and the prefix of the recipient.
-- name: status_costs
-- args: org_id bigint
-- row: category text, type text, prefix text, delivered bigint
SELECT c.category, c.type, c.prefix, sum(c.delivered)::bigint AS delivered FROM message_costs c
WHERE c.org_id = :org_id AND c.month = date_trunc('month', now() AT TIME ZONE deskbell_time_zone(:org_id))::date
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- The month so far: its day and length, messages that a missing payment method kept back, and of the newest 20,000
-- messages how many replies there were and how many messages they took.
-- name: status_month
-- args: org_id bigint
-- row: today text, day integer, days integer, unpaid bigint, replies bigint, reply_messages bigint
WITH z AS MATERIALIZED (SELECT deskbell_time_zone(:org_id) AS zone),
t AS MATERIALIZED (SELECT now() AT TIME ZONE z.zone AS here,
	date_trunc('month', now() AT TIME ZONE z.zone) AT TIME ZONE z.zone AS start FROM z), recent AS (
	SELECT m.direction, lag(m.direction) OVER (PARTITION BY m.conversation_id ORDER BY m.id) AS before
	FROM (SELECT id, conversation_id, direction, created_at, metadata ? 'imported' AS is_past FROM messages
		WHERE org_id = :org_id ORDER BY id DESC LIMIT 20000) m, t
	WHERE m.created_at >= t.start AND is_past IS NOT TRUE)
SELECT to_char(t.here, 'YYYY-MM-DD') AS today, extract(day FROM t.here)::integer AS day,
	extract(day FROM date_trunc('month', t.here) + interval '1 month' - interval '1 day')::integer AS days,
	(SELECT count(*) FROM ((SELECT o.error_code FROM outbox o WHERE o.org_id = :org_id AND o.state = 'failed'
			ORDER BY o.message_id DESC LIMIT 10000)
		UNION ALL (SELECT o.error_code FROM channels c CROSS JOIN LATERAL (SELECT b.error_code FROM outbox b
			WHERE b.org_id = c.org_id AND b.channel_id = c.id AND b.state = 'queued'
			ORDER BY b.next_attempt_at, b.message_id LIMIT 10000) o WHERE c.org_id = :org_id)) o
		WHERE o.error_code = '131042') AS unpaid,
	(SELECT count(*) FROM recent WHERE direction = 'outbound' AND before = 'inbound') AS replies,
	(SELECT count(*) FROM recent WHERE direction = 'outbound' AND before IS NOT NULL) AS reply_messages
FROM t

-- What became of customers' questions of the last `days` days, by the day of a clock that is `offset_s` seconds ahead
-- of UTC; days without a question are missing. What each column counts: deskbell_answer_figures.
-- name: status_answers
-- args: org_id bigint, days integer, offset_s integer
-- row: day bigint, asked bigint, answered bigint, not_again_day bigint, not_again_week bigint, open_day bigint,
--   open_week bigint, handed_over bigint, unanswered bigint
SELECT day, asked, answered, not_again_day, not_again_week, open_day, open_week, handed_over, unanswered
FROM deskbell_answer_figures(:org_id, :days, :offset_s)

-- What became of the questions of each day, as a clock that is `offset_s` seconds ahead of UTC counts them
-- (deskbell_turns). `median_s`: how long people took where a person answered first.
-- name: figures_days
-- args: org_id bigint, offset_s integer
-- row: day bigint, asked bigint, skill bigint, document bigint, model bigint, person bigint, handed_over bigint,
--   unanswered bigint,
--   median_s bigint?
SELECT floor((extract(epoch FROM t.asked_at) + :offset_s) / 86400)::bigint AS day, count(*) AS asked,
	count(*) FILTER (WHERE t.ended_by = 'skill' AND NOT t.handed_over) AS skill,
	count(*) FILTER (WHERE t.ended_by = 'document' AND NOT t.handed_over) AS document,
	count(*) FILTER (WHERE t.ended_by = 'model' AND NOT t.handed_over) AS model,
	count(*) FILTER (WHERE t.ended_by = 'person') AS person,
	count(*) FILTER (WHERE t.handed_over) AS handed_over,
	count(*) FILTER (WHERE t.ended_by IS NULL AND NOT t.handed_over) AS unanswered,
	(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.ended_at - t.asked_at)::double precision)
		FILTER (WHERE t.ended_by = 'person'))::bigint AS median_s
FROM deskbell_turns(:org_id) t WHERE t.ended_by IS DISTINCT FROM 'act' GROUP BY 1 ORDER BY 1

-- How long customers waited for a person, by the hour in which they asked; who still waits counts with the time so far.
-- name: figures_hours
-- args: org_id bigint, offset_s integer
-- row: hour integer, asked bigint, median_s bigint, longest_s bigint
SELECT (floor((extract(epoch FROM t.asked_at) + :offset_s) / 3600)::bigint % 24)::integer AS hour, count(*) AS asked,
	(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch
		FROM coalesce(t.ended_at, now()) - t.asked_at)::double precision))::bigint
		AS median_s,
	max(extract(epoch FROM coalesce(t.ended_at, now()) - t.asked_at))::bigint AS longest_s
FROM deskbell_turns(:org_id) t WHERE t.ended_by = 'person'
	OR (t.ended_by IS NULL AND EXISTS (SELECT 1 FROM conversations v
	WHERE v.org_id = :org_id AND v.id = t.conversation_id AND v.is_open AND v.waiting_since IS NOT NULL))
GROUP BY 1 ORDER BY 1

-- What each person answered, as the first.
-- name: figures_people
-- args: org_id bigint
-- row: name text?, answered bigint, median_s bigint, longest_s bigint
SELECT (SELECT coalesce(nullif(u.name, ''), u.email) FROM member_names u WHERE u.org_id = :org_id
	AND u.user_id = t.user_id) AS name,
	count(*) AS answered,
	(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch
		FROM t.ended_at - t.asked_at)::double precision))::bigint AS median_s,
	max(extract(epoch FROM t.ended_at - t.asked_at))::bigint AS longest_s
FROM deskbell_turns(:org_id) t WHERE t.ended_by = 'person' GROUP BY t.user_id ORDER BY 2 DESC, 1
