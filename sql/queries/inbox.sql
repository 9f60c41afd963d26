-- What operators do with a conversation; see sql/functions/inbox.sql.

-- name: say
SELECT deskbell_say($1::bigint, $2::bigint, $3::bigint, $4::text, $5::text[], $6::text[], $7::text)

-- name: set_agent
SELECT deskbell_set_agent($1::bigint, $2::bigint, $3::bigint, $4::text)

-- name: assign
SELECT deskbell_assign($1::bigint, $2::bigint, $3::bigint, $4::bigint)

-- name: set_open
SELECT deskbell_set_open($1::bigint, $2::bigint, $3::bigint, $4::boolean)

-- name: view
SELECT deskbell_view($1::bigint, $2::bigint, $3::bigint)

-- $2 as they are folded, the last one perhaps the beginning of a word; at most $3 conversations, and whether there are no others.
-- name: search
SELECT hits, complete FROM deskbell_search($1::bigint, $2::text[], $3::integer)

-- name: send_draft
SELECT deskbell_send_draft($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::text[], $6::text[])

-- name: look
SELECT deskbell_look($1::bigint, $2::bigint, $3::bigint)

-- A page of the list, see deskbell_inbox; $7 is the last row's time in microseconds. Each conversation with its last message (one probe of an index),
-- and whether a draft waits for somebody to send it; of its tags three, and how many there are.
-- name: inbox_rows
SELECT i.id, left(c.name, 80), left(c.username, 80), i.contact_phone, i.platform, i.agent, coalesce(nullif(a.name, ''), a.email),
	i.needs_attention, i.attention_reason, i.unread,
	(extract(epoch FROM i.last_message_at) * 1000000)::bigint, m.sender, m.kind, m.body, m.status = 'failed', coalesce(nullif(u.name, ''), u.email),
	m.direction = 'inbound' AND coalesce(
		(SELECT d.outcome = 'draft' FROM decisions d WHERE d.org_id = $1 AND d.conversation_id = i.id ORDER BY d.id DESC LIMIT 1), false),
	g.tags, coalesce(g.n, 0)
FROM deskbell_inbox($1::bigint, $2::bigint, $3::text, $4::text, $5::text, $6::bigint[],
	timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::bigint, $9::integer) i
JOIN contacts c ON c.org_id = $1 AND c.id = i.contact_id
LEFT JOIN member_names a ON a.org_id = $1 AND a.user_id = i.assignee_id
LEFT JOIN LATERAL (SELECT m.sender, m.direction, m.kind, left(m.body, 100) AS body, m.status, m.user_id FROM messages m
	WHERE m.org_id = $1 AND m.conversation_id = i.id ORDER BY m.id DESC LIMIT 1) m ON true
LEFT JOIN member_names u ON u.org_id = $1 AND u.user_id = m.user_id
LEFT JOIN LATERAL (SELECT json_agg(t.tag ORDER BY t.tag) FILTER (WHERE t.place <= 3) AS tags, count(*) AS n FROM (
	SELECT x.tag, row_number() OVER (ORDER BY x.tag) AS place FROM conversation_tags x WHERE x.org_id = $1 AND x.conversation_id = i.id) t) g ON true
ORDER BY i.last_message_at DESC, i.id DESC

-- Changes whenever a row of the list does: xmin is another with every change of a conversation, and with a message, a decision to suggest, a tag and whatever else is done
-- with it the conversation changes too. What fails to be delivered is told by the outbox.
-- name: inbox_stamp
SELECT concat_ws(' ', (SELECT max(o.message_id) FROM outbox o WHERE o.org_id = $1::bigint AND o.state = 'failed'),
	(SELECT string_agg(i.id || ':' || i.row_version, ' ') FROM deskbell_inbox($1, $2::bigint, $3::text, $4::text, $5::text, NULL, NULL, NULL, $6::integer) i))

-- Notes that somebody looks (not for user 0), and changes whenever what is shown of the conversation does: of its newest $4 messages, what is on its way, what was decided
-- and done, who else is there. No row: there is none such.
-- name: conversation_stamp
SELECT concat_ws(' ', CASE WHEN $3::bigint <> 0 THEN deskbell_look($1::bigint, $2::bigint, $3)::text END, v.xmin::text,
	(SELECT string_agg(m.id || ':' || m.xmin::text, ' ') FROM (
		SELECT x.id, x.xmin FROM messages x WHERE x.org_id = v.org_id AND x.conversation_id = v.id ORDER BY x.id DESC LIMIT $4::integer) m),
	(SELECT string_agg(o.message_id || o.state, ' ' ORDER BY o.message_id) FROM outbox o
		WHERE o.org_id = v.org_id AND o.conversation_id = v.id AND o.state IN ('queued', 'sending', 'unknown')),
	(SELECT d.id FROM decisions d WHERE d.org_id = v.org_id AND d.conversation_id = v.id ORDER BY d.id DESC LIMIT 1), '/',
	(SELECT e.id FROM conversation_events e WHERE e.org_id = v.org_id AND e.conversation_id = v.id ORDER BY e.at DESC, e.id DESC LIMIT 1), '/',
	(SELECT string_agg(w.user_id::text, ' ' ORDER BY w.user_id) FROM conversation_viewers w
		WHERE w.org_id = v.org_id AND w.conversation_id = v.id AND w.user_id <> $3 AND w.seen_at > now() - interval '30 seconds'))
FROM conversations v WHERE v.org_id = $1 AND v.id = $2

-- name: inbox_channels
SELECT platform FROM channels WHERE org_id = $1::bigint AND disconnected_at IS NULL ORDER BY platform DESC

-- The tags in use, found from one to the next along the index.
-- name: inbox_tags
WITH RECURSIVE t AS (
	(SELECT tag, 1 AS n FROM conversation_tags WHERE org_id = $1::bigint ORDER BY tag LIMIT 1)
	UNION ALL
	SELECT (SELECT x.tag FROM conversation_tags x WHERE x.org_id = $1 AND x.tag > t.tag ORDER BY x.tag LIMIT 1), n + 1
	FROM t WHERE t.tag IS NOT NULL AND n < 30
) SELECT tag FROM t WHERE tag IS NOT NULL

-- name: conversation_head
SELECT v.id, c.name, c.username, v.contact_phone, v.platform, v.agent, v.assignee_id, coalesce(nullif(a.name, ''), a.email),
	v.needs_attention, v.attention_reason,
	v.is_open, v.note, (extract(epoch FROM v.created_at) * 1000)::bigint,
	extract(epoch FROM now() - v.last_inbound_at)::double precision,
	(SELECT json_agg(t.tag ORDER BY t.tag) FROM conversation_tags t WHERE t.org_id = v.org_id AND t.conversation_id = v.id),
	(SELECT string_agg(coalesce(nullif(u.name, ''), u.email), ', ' ORDER BY u.user_id)
		FROM conversation_viewers w JOIN member_names u ON u.org_id = w.org_id AND u.user_id = w.user_id
		WHERE w.org_id = v.org_id AND w.conversation_id = v.id AND w.user_id <> $3::bigint AND w.seen_at > now() - interval '30 seconds'),
	c.is_blocking
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id LEFT JOIN member_names a ON a.org_id = v.org_id AND a.user_id = v.assignee_id
WHERE v.org_id = $1::bigint AND v.id = $2::bigint

-- The newest first, those before message $3 (NULL: the newest of all); times in microseconds. The state of the delivery is told where the message
-- does not know yet.
-- name: thread_messages
SELECT m.id, (extract(epoch FROM m.created_at) * 1000000)::bigint, (extract(epoch FROM coalesce(m.provider_time, m.created_at)) * 1000)::bigint,
	m.sender, m.kind, left(m.body, 10000), CASE WHEN m.status = 'queued' AND o.state IN ('sending', 'unknown') THEN o.state ELSE m.status END,
	coalesce(m.error->>'words', o.error_words), coalesce(m.error->>'next', o.error_details->>'next'), coalesce(m.error->>'code', o.error_code),
	o.state = 'failed' AND o.error_class IS DISTINCT FROM 'window', coalesce(nullif(u.name, ''), u.email), m.provider_id,
	q.sender, coalesce(nullif(qu.name, ''), qu.email), left(q.body, 200), q.kind, m.metadata#>>'{reaction,message_id}',
	left(CASE m.kind
		WHEN 'location' THEN concat_ws(', ', m.metadata#>>'{location,name}', m.metadata#>>'{location,latitude}', m.metadata#>>'{location,longitude}')
		WHEN 'contacts' THEN m.metadata#>>'{contacts,0,name,formatted_name}'
		WHEN 'contact' THEN concat_ws(' ', m.metadata#>>'{contact,first_name}', m.metadata#>>'{contact,last_name}')
		WHEN 'document' THEN coalesce(m.metadata#>>'{document,filename}', m.metadata#>>'{document,file_name}')
		WHEN 'my_chat_member' THEN concat_ws(' ', m.metadata#>>'{old_chat_member,status}', m.metadata#>>'{new_chat_member,status}')
		WHEN 'sticker' THEN m.metadata#>>'{sticker,emoji}' END, 200)
FROM (SELECT * FROM messages WHERE org_id = $1::bigint AND conversation_id = $2::bigint AND id < coalesce($3::bigint, 9223372036854775807)
	ORDER BY id DESC LIMIT $4::integer) m
LEFT JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
LEFT JOIN member_names u ON u.org_id = m.org_id AND u.user_id = m.user_id
LEFT JOIN messages q ON q.org_id = m.org_id AND q.channel_id = m.channel_id AND q.provider_id = m.reply_to
LEFT JOIN member_names qu ON qu.org_id = q.org_id AND qu.user_id = q.user_id
ORDER BY m.id DESC

-- What was decided after $3 and until $4 (microseconds; NULL: until now), and whether it repeats the silence before it; of a draft: whether it was
-- sent, and whether somebody has answered since.
-- name: thread_decisions
SELECT d.id, (extract(epoch FROM d.created_at) * 1000000)::bigint, d.outcome, d.stage, d.reason, d.detail, d.draft,
	d.outcome = 'silent' AND coalesce((SELECT p.outcome = 'silent' AND p.reason = d.reason FROM decisions p
		WHERE p.org_id = d.org_id AND p.conversation_id = d.conversation_id AND p.id < d.id ORDER BY p.id DESC LIMIT 1), false),
	d.outcome = 'draft' AND EXISTS (SELECT 1 FROM messages m
		WHERE m.org_id = d.org_id AND m.conversation_id = d.conversation_id AND m.request_key = 'draft-' || d.id),
	d.outcome = 'draft' AND EXISTS (SELECT 1 FROM messages m
		WHERE m.org_id = d.org_id AND m.conversation_id = d.conversation_id AND m.id > d.message_id AND m.direction = 'outbound')
FROM decisions d WHERE d.org_id = $1::bigint AND d.conversation_id = $2::bigint
	AND d.created_at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
	AND ($4::bigint IS NULL OR d.created_at <= timestamptz 'epoch' + $4 * interval '1 microsecond')
ORDER BY d.created_at DESC, d.id DESC LIMIT 100

-- name: thread_events
SELECT e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.kind, coalesce(nullif(u.name, ''), u.email), coalesce(nullif(a.name, ''), a.email)
FROM conversation_events e LEFT JOIN member_names u ON u.org_id = e.org_id AND u.user_id = e.user_id
	LEFT JOIN member_names a ON a.org_id = e.org_id AND a.user_id = e.assignee_id
WHERE e.org_id = $1::bigint AND e.conversation_id = $2::bigint AND e.at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
	AND ($4::bigint IS NULL OR e.at <= timestamptz 'epoch' + $4 * interval '1 microsecond')
ORDER BY e.at DESC, e.id DESC LIMIT 100

-- name: inbox_canned
SELECT id, shortcut, title, body FROM canned_replies WHERE org_id = $1::bigint ORDER BY lower(shortcut) LIMIT 100

-- name: draft_find
SELECT draft FROM decisions WHERE org_id = $1::bigint AND conversation_id = $2::bigint AND id = $3::bigint AND outcome = 'draft'

-- name: conversation_platform
SELECT platform FROM conversations WHERE org_id = $1::bigint AND id = $2::bigint

-- At most 20 a conversation; the same again is no error.
-- name: tag_add
INSERT INTO conversation_tags (org_id, conversation_id, tag)
SELECT v.org_id, v.id, $3::text FROM conversations v WHERE v.org_id = $1::bigint AND v.id = $2::bigint
	AND (SELECT count(*) FROM conversation_tags t WHERE t.org_id = v.org_id AND t.conversation_id = v.id) < 20
ON CONFLICT DO NOTHING

-- name: tag_remove
DELETE FROM conversation_tags WHERE org_id = $1::bigint AND conversation_id = $2::bigint AND tag = $3::text

-- name: note_set
UPDATE conversations SET note = $3::text WHERE org_id = $1::bigint AND id = $2::bigint

-- name: sender_is_alive
SELECT EXISTS (SELECT 1 FROM deskbell_senders() WHERE age_s < 5)
