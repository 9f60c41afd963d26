-- What operators do with a conversation; see sql/functions/inbox.sql.

-- name: say
-- args: org_id bigint, conversation_id bigint, user_id bigint, request_key text, parts text[], tags text[],
--   reply_to text?, contents jsonb?, topic text?
-- row: outcome text
SELECT deskbell_say(:org_id, :conversation_id, :user_id, :request_key, :parts, :tags, :reply_to, :contents,
	:topic) AS outcome

-- name: later_refused
-- args: org_id bigint, conversation_id bigint, at_ms bigint
-- row: refused text?, waiting_ms bigint?
SELECT deskbell_later_refused(:org_id, :conversation_id,
	timestamptz 'epoch' + :at_ms * interval '1 millisecond') AS refused,
	(SELECT (extract(epoch FROM v.waiting_since) * 1000)::bigint FROM conversations v
		WHERE v.org_id = :org_id AND v.id = :conversation_id) AS waiting_ms

-- name: put_off
-- args: org_id bigint, conversation_id bigint, request_key text, at_ms bigint, waited_ms bigint?
SELECT deskbell_put_off(:org_id, :conversation_id, :request_key,
	timestamptz 'epoch' + :at_ms * interval '1 millisecond',
	timestamptz 'epoch' + :waited_ms * interval '1 millisecond')

-- name: settle_later
-- args: org_id bigint, conversation_id bigint, message_id bigint, drops boolean
-- row: done boolean
SELECT deskbell_settle_later(:org_id, :conversation_id, :message_id, :drops) AS done

-- A message that a reply can quote.
-- name: quotable
-- args: org_id bigint, conversation_id bigint, message_id bigint
-- row: provider_id text, body text?, kind text
SELECT provider_id, left(body, 200) AS body, kind FROM messages
WHERE org_id = :org_id AND conversation_id = :conversation_id AND id = :message_id AND provider_id IS NOT NULL
	AND kind NOT IN ('reaction', 'edit', 'revoke')

-- name: set_agent
-- args: org_id bigint, conversation_id bigint, user_id bigint, agent text
-- row: outcome text
SELECT deskbell_set_agent(:org_id, :conversation_id, :user_id, :agent) AS outcome

-- name: assign
-- args: org_id bigint, conversation_id bigint, user_id bigint, assignee_id bigint?
-- row: outcome text
SELECT deskbell_assign(:org_id, :conversation_id, :user_id, :assignee_id) AS outcome

-- name: set_open
-- args: org_id bigint, conversation_id bigint, user_id bigint, is_open boolean
-- row: outcome text
SELECT deskbell_set_open(:org_id, :conversation_id, :user_id, :is_open) AS outcome

-- name: view
-- args: org_id bigint, conversation_id bigint, user_id bigint, is_unread boolean
-- row: outcome text
SELECT deskbell_view(:org_id, :conversation_id, :user_id, :is_unread) AS outcome

-- name: snooze
-- args: org_id bigint, conversation_id bigint, user_id bigint, until_ms bigint
-- row: outcome text
SELECT deskbell_snooze(:org_id, :conversation_id, :user_id,
	timestamptz 'epoch' + :until_ms * interval '1 millisecond') AS outcome

-- The clock and the hours of the business.
-- name: snooze_hours
-- args: org_id bigint
-- row: working_hours text, closures text, openings text, time_zone text?
SELECT coalesce(settings->>'working_hours', '') AS working_hours, coalesce(settings->>'closures', '') AS closures,
	coalesce(settings->>'openings', '') AS openings, settings->>'time_zone' AS time_zone
FROM organizations WHERE id = :org_id

-- Who waits longest, but for this conversation and what other operators have, or look at.
-- name: next_waiting
-- args: org_id bigint, user_id bigint, conversation_id bigint
-- row: id bigint
SELECT v.id FROM conversations v WHERE v.org_id = :org_id AND v.waiting_since IS NOT NULL AND v.is_open
	AND v.id <> :conversation_id AND (v.assignee_id IS NULL OR v.assignee_id = :user_id)
	AND deskbell_viewers(:org_id, v.id, :user_id) IS NULL
ORDER BY v.waiting_since, v.id LIMIT 1

-- name: undo
-- args: org_id bigint, conversation_id bigint, user_id bigint
-- row: outcome text
SELECT deskbell_undo(:org_id, :conversation_id, :user_id) AS outcome

-- `words` as they are folded, the last one perhaps the beginning of a word; at most `max_hits` conversations, and
-- whether there are no others.
-- name: search
-- args: org_id bigint, words text[], max_hits integer
-- row: hits bigint[], complete boolean
SELECT hits, complete FROM deskbell_search(:org_id, :words, :max_hits)

-- Those of `among`, NULL: of all, that hold a file of a kind; the times bound when it was sent.
-- name: search_files
-- args: org_id bigint, kind text, from_ms bigint?, until_ms bigint?, among bigint[]?, max_hits integer
-- row: hits bigint[], complete boolean
SELECT hits, complete FROM deskbell_search_files(:org_id, :kind,
	timestamptz 'epoch' + :from_ms * interval '1 millisecond',
	timestamptz 'epoch' + :until_ms * interval '1 millisecond', :among, :max_hits)

-- name: send_draft
-- args: org_id bigint, conversation_id bigint, user_id bigint, decision_id bigint, parts text[], tags text[],
--   contents jsonb?
-- row: outcome text
SELECT deskbell_send_draft(:org_id, :conversation_id, :user_id, :decision_id, :parts, :tags, :contents) AS outcome

-- name: look
-- args: org_id bigint, conversation_id bigint, user_id bigint
SELECT deskbell_look(:org_id, :conversation_id, :user_id)

-- A page of the list, see deskbell_inbox; `after_us` is the last row's place in microseconds. Each conversation with
-- the customer's last message and the newest one (a probe of an index each), and whether a draft waits for an operator
-- to send it; of its tags the first, and how many there are.
-- name: inbox_rows
-- args: org_id bigint, user_id bigint, view text, platform text?, tag text?, hits bigint[]?, after_us bigint?,
--   after_id bigint?, max_rows integer, assignee_id bigint?, from_ms bigint?, until_ms bigint?
-- row: id bigint, name text?, username text?, phone text?, platform text, agent text, assignee_id bigint?,
--   assignee text?, waiting_ms bigint?, reason text?, is_open boolean, snoozed_ms bigint?, unread integer,
--   at_ms bigint,
--   sort_us bigint, sender text?, kind text?, body text?, is_failed boolean, has_draft boolean, tags json?,
--   n_tags bigint,
--   metadata jsonb?, viewers text?
SELECT i.id, left(c.name, 80) AS name, left(c.username, 80) AS username, i.contact_phone AS phone, i.platform, i.agent,
	i.assignee_id, coalesce(nullif(a.name, ''), a.email) AS assignee,
	(extract(epoch FROM i.waiting_since) * 1000)::bigint AS waiting_ms, i.attention_reason AS reason, i.is_open,
	(extract(epoch FROM i.snoozed_until) * 1000)::bigint AS snoozed_ms,
	deskbell_unread(:org_id, i.id, :user_id, i.unread) AS unread,
	(extract(epoch FROM i.last_message_at) * 1000)::bigint AS at_ms,
	(extract(epoch FROM i.sort_at) * 1000000)::bigint AS sort_us, coalesce(q.sender, m.sender) AS sender,
	CASE WHEN q.sender IS NULL THEN m.kind ELSE q.kind END AS kind,
	CASE WHEN q.sender IS NULL THEN m.body ELSE q.body END AS body, coalesce(m.status = 'failed', false) AS is_failed,
	coalesce(m.direction = 'inbound', false) AND coalesce(
		(SELECT d.outcome = 'draft' FROM decisions d WHERE d.org_id = :org_id AND d.conversation_id = i.id
			ORDER BY d.id DESC LIMIT 1), false) AS has_draft,
	g.tags, coalesce(g.n, 0) AS n_tags,
	CASE WHEN q.sender IS NULL THEN m.metadata ELSE q.metadata END AS metadata,
	deskbell_viewers(:org_id, i.id, :user_id) AS viewers
FROM deskbell_inbox(:org_id, :user_id, :view, :platform, :tag, :hits,
	timestamptz 'epoch' + :after_us * interval '1 microsecond', :after_id, :max_rows, :assignee_id,
	timestamptz 'epoch' + :from_ms * interval '1 millisecond',
	timestamptz 'epoch' + :until_ms * interval '1 millisecond') i
JOIN contacts c ON c.org_id = :org_id AND c.id = i.contact_id
LEFT JOIN member_names a ON a.org_id = :org_id AND a.user_id = i.assignee_id
LEFT JOIN LATERAL (SELECT m.sender, m.direction, m.status, m.kind, left(m.body, 120) AS body,
		CASE WHEN octet_length(m.metadata::text) <= 8192 THEN m.metadata END AS metadata FROM messages m
	WHERE m.org_id = :org_id AND m.conversation_id = i.id ORDER BY m.id DESC LIMIT 1) m ON true
LEFT JOIN LATERAL (SELECT p.sender, p.kind, left(p.body, 120) AS body,
		CASE WHEN octet_length(p.metadata::text) <= 8192 THEN p.metadata END AS metadata FROM messages p
	WHERE p.org_id = :org_id AND p.conversation_id = i.id AND p.direction = 'inbound'
	AND p.kind NOT IN ('reaction', 'edit', 'revoke')
	ORDER BY p.id DESC LIMIT 1) q ON true
LEFT JOIN LATERAL (SELECT json_agg(t.tag ORDER BY t.tag) FILTER (WHERE t.place <= 1) AS tags, count(*) AS n FROM (
	SELECT x.tag, row_number() OVER (ORDER BY x.tag) AS place FROM conversation_tags x
	WHERE x.org_id = :org_id AND x.conversation_id = i.id) t) g ON true
ORDER BY CASE WHEN :view IN ('waiting', 'snoozed') THEN i.sort_at END,
	CASE WHEN :view IN ('waiting', 'snoozed') THEN i.id END, i.sort_at DESC, i.id DESC

-- How many there are in each view, counted up to 100; along their indexes. In the order of one, closed ones are not
-- sought through the whole table, which a small organisation between large ones would wait for.
-- name: inbox_counts
-- args: org_id bigint, user_id bigint
-- row: waiting bigint, mine bigint, unassigned bigint, open bigint, snoozed bigint, closed bigint
SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id AND v.is_open
		AND v.waiting_since IS NOT NULL LIMIT 100) c) AS waiting,
	(SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id AND v.is_open
		AND v.assignee_id = :user_id LIMIT 100) c) AS mine,
	(SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id AND v.is_open
		AND v.assignee_id IS NULL LIMIT 100) c) AS unassigned,
	(SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id AND v.is_open LIMIT 100) c) AS open,
	(SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id
		AND v.snoozed_until IS NOT NULL LIMIT 100) c) AS snoozed,
	(SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.org_id = :org_id AND v.is_open = false
		AND v.snoozed_until IS NULL ORDER BY v.platform, v.last_message_at, v.id LIMIT 100) c) AS closed

-- Changes whenever a row of the list does: xmin is another with every change of a conversation, and with a message, a
-- decision to suggest, a tag and whatever else is done with it the conversation changes too. What fails to be
-- delivered is told by the outbox, and which operators look by conversation_viewers.
-- name: inbox_stamp
-- args: org_id bigint, user_id bigint?, view text, platform text?, tag text?, max_rows integer, assignee_id bigint?,
--   from_ms bigint?, until_ms bigint?
-- row: stamp text
SELECT concat_ws(' ', (SELECT max(o.message_id) FROM outbox o WHERE o.org_id = :org_id AND o.state = 'failed'),
	(SELECT string_agg(concat_ws(':', i.id, i.row_version, deskbell_viewers(:org_id, i.id, :user_id)), ' ')
		FROM deskbell_inbox(:org_id, :user_id, :view, :platform, :tag, NULL, NULL, NULL, :max_rows, :assignee_id,
			timestamptz 'epoch' + :from_ms * interval '1 millisecond',
			timestamptz 'epoch' + :until_ms * interval '1 millisecond') i)) AS stamp

-- Notes that a user looks (not for user 0), and changes whenever what is shown of the conversation does: of its
-- newest `max_messages` messages, what is on its way, what was decided and done, who else is there. No row: there is
-- none such.
-- name: conversation_stamp
-- args: org_id bigint, conversation_id bigint, user_id bigint, max_messages integer
-- row: stamp text
SELECT concat_ws(' ', CASE WHEN :user_id <> 0 THEN deskbell_look(:org_id, :conversation_id, :user_id)::text END,
	v.xmin::text, deskbell_details_stamp(v.org_id, v.id),
	(SELECT string_agg(m.id || ':' || m.xmin::text, ' ') FROM (
		SELECT x.id, x.xmin FROM messages x WHERE x.org_id = v.org_id AND x.conversation_id = v.id
		ORDER BY x.id DESC LIMIT :max_messages) m),
	(SELECT string_agg(a.message_id || a.state, ' ') FROM (
		SELECT x.message_id, x.state FROM attachments x WHERE x.org_id = v.org_id AND x.conversation_id = v.id
		ORDER BY x.message_id DESC, x.position LIMIT :max_messages) a), '/',
	(SELECT string_agg(o.message_id || o.state, ' ' ORDER BY o.message_id) FROM outbox o
		WHERE o.org_id = v.org_id AND o.conversation_id = v.id AND o.state IN ('queued', 'sending', 'unknown')),
	(SELECT d.id FROM decisions d WHERE d.org_id = v.org_id AND d.conversation_id = v.id ORDER BY d.id DESC
		LIMIT 1), '/',
	(SELECT e.id FROM conversation_events e WHERE e.org_id = v.org_id AND e.conversation_id = v.id
		ORDER BY e.at DESC, e.id DESC LIMIT 1), '/',
	deskbell_viewers(v.org_id, v.id, :user_id)) AS stamp
FROM conversations v WHERE v.org_id = :org_id AND v.id = :conversation_id

-- In each of these conversations the newest message that holds one of the words, of the newest 200, or the file that is
-- called so: what stands before the first of them there, the word as it is written, what follows. What was edited or
-- deleted is not looked at.
-- name: search_snippets
-- args: org_id bigint, conversation_ids bigint[], words text[]
-- row: conversation_id bigint, preceding text, hit text, following text
SELECT t.id AS conversation_id, CASE WHEN f.place <= 17 THEN substr(f.body, 1, f.place - 1)
		ELSE '…' || regexp_replace(right(substr(f.body, 1, f.place - 1), 16), '^\S*\s+(?=\S)', '') END AS preceding,
	substr(f.body, f.place, length(f.word)) AS hit, substr(f.body, f.place + length(f.word), 80) AS following
FROM unnest(:conversation_ids::bigint[]) t(id) CROSS JOIN LATERAL (
	SELECT m.body, w.word, position(lower(w.word) IN lower(m.body)) AS place FROM (
		(SELECT x.id, left(x.body, 8000) AS body FROM messages x
		WHERE x.org_id = :org_id AND x.conversation_id = t.id AND x.kind <> 'edit'
		ORDER BY x.id DESC LIMIT 200)
		UNION ALL (SELECT x.message_id, left(x.file_name, 200) FROM attachments x
		WHERE x.org_id = :org_id AND x.conversation_id = t.id AND x.file_name <> ''
		ORDER BY x.message_id DESC LIMIT 200)) m CROSS JOIN unnest(:words::text[]) WITH ORDINALITY w(word, n)
	WHERE position(lower(w.word) IN lower(m.body)) > 0 ORDER BY m.id DESC, w.n LIMIT 1) f

-- In each of these conversations the newest file of a kind, as deskbell_search_files finds it. `before` leads to the
-- page of the thread on which it stands with a little of what followed; NULL where that is the newest page.
-- name: found_files
-- args: org_id bigint, conversation_ids bigint[], kind text, from_ms bigint?, until_ms bigint?
-- row: conversation_id bigint, message_id bigint, position integer, file_name text?, media_type text?, caption text?,
--   duration_s integer?, has_no_preview boolean, at_ms bigint, is_ours boolean, before bigint?
SELECT t.id AS conversation_id, a.message_id, a.position, left(a.file_name, 120) AS file_name, a.media_type,
	left(m.body, 120) AS caption, a.duration_s, f.looked_at IS NOT NULL AND f.preview IS NULL AS has_no_preview,
	(extract(epoch FROM a.sent_at) * 1000)::bigint AS at_ms, m.direction = 'outbound' AS is_ours,
	(SELECT x.id FROM messages x WHERE x.org_id = :org_id AND x.conversation_id = t.id AND x.id > a.message_id
		ORDER BY x.id OFFSET 4 LIMIT 1) AS before
FROM unnest(:conversation_ids::bigint[]) t(id) CROSS JOIN LATERAL (
	SELECT x.message_id, x.position, x.file_name, x.media_type, x.duration_s, x.sent_at, x.sha256 FROM attachments x
	WHERE x.org_id = :org_id AND x.conversation_id = t.id AND x.found_as = :kind AND NOT x.by_bot
		AND x.sha256 IS NOT NULL
		AND x.sent_at >= coalesce(timestamptz 'epoch' + :from_ms * interval '1 millisecond', '-infinity')
		AND x.sent_at < coalesce(timestamptz 'epoch' + :until_ms * interval '1 millisecond', 'infinity')
	ORDER BY x.sent_at DESC LIMIT 1) a
JOIN messages m ON m.org_id = :org_id AND m.id = a.message_id
LEFT JOIN files f ON f.org_id = :org_id AND f.sha256 = a.sha256

-- name: saved_filters
-- args: org_id bigint, user_id bigint
-- row: id bigint, name text, query text
SELECT f.id, f.name, f.query FROM saved_filters f WHERE f.org_id = :org_id AND f.user_id = :user_id
ORDER BY lower(f.name)

-- A user has at most 20. No row: there are as many, or one has this name.
-- name: saved_filter_add
-- args: org_id bigint, user_id bigint, name text, query text
-- row: id bigint
INSERT INTO saved_filters (org_id, user_id, name, query) SELECT :org_id, :user_id, :name, :query
WHERE (SELECT count(*) FROM saved_filters f WHERE f.org_id = :org_id AND f.user_id = :user_id) < 20
ON CONFLICT DO NOTHING RETURNING id

-- name: saved_filter_remove
-- args: org_id bigint, user_id bigint, id bigint
-- row: id bigint
DELETE FROM saved_filters f WHERE f.org_id = :org_id AND f.user_id = :user_id AND f.id = :id RETURNING f.id

-- name: inbox_channels
-- args: org_id bigint
-- row: platform text
SELECT platform FROM channels WHERE org_id = :org_id AND disconnected_at IS NULL ORDER BY platform DESC

-- The tags in use, found from one to the next along the index.
-- name: inbox_tags
-- args: org_id bigint
-- row: tag text
WITH RECURSIVE t AS (
	(SELECT tag, 1 AS n FROM conversation_tags WHERE org_id = :org_id ORDER BY tag LIMIT 1)
	UNION ALL
	SELECT (SELECT x.tag FROM conversation_tags x WHERE x.org_id = :org_id AND x.tag > t.tag ORDER BY x.tag
		LIMIT 1), n + 1
	FROM t WHERE t.tag IS NOT NULL AND n < 30
) SELECT tag FROM t WHERE tag IS NOT NULL

-- name: conversation_head
-- args: org_id bigint, id bigint, user_id bigint
-- row: id bigint, name text?, username text?, contact_phone text?, platform text, agent text, assignee_id bigint?,
--   assignee text?, waiting_ms bigint?, attention_reason text?, is_open boolean, since_ms bigint,
--   spoke_age_s double precision?, tags json?, viewers text?, has_blocked_us boolean, snoozed_ms bigint?,
--   is_cut_off boolean, is_held boolean, merged_name text?, is_blocked boolean, referral text?, details text
SELECT v.id, c.name, c.username, v.contact_phone, v.platform, v.agent, v.assignee_id,
	coalesce(nullif(a.name, ''), a.email) AS assignee,
	(extract(epoch FROM v.waiting_since) * 1000)::bigint AS waiting_ms, v.attention_reason,
	v.is_open, (extract(epoch FROM v.created_at) * 1000)::bigint AS since_ms,
	extract(epoch FROM now() - v.last_inbound_at)::double precision AS spoke_age_s,
	(SELECT json_agg(t.tag ORDER BY t.tag) FROM conversation_tags t
		WHERE t.org_id = v.org_id AND t.conversation_id = v.id) AS tags,
	deskbell_viewers(v.org_id, v.id, :user_id) AS viewers,
	c.has_blocked_us, (extract(epoch FROM v.snoozed_until) * 1000)::bigint AS snoozed_ms, v.is_cut_off, v.is_held,
	(SELECT coalesce(nullif(g.name, ''), nullif(g.username, ''), '?') FROM contact_merges g
		WHERE g.org_id = v.org_id AND g.contact_id = v.contact_id ORDER BY g.id DESC LIMIT 1) AS merged_name,
	c.blocked_at IS NOT NULL AS is_blocked, v.memory->>'referral' AS referral,
	deskbell_details_stamp(v.org_id, v.id) AS details
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	LEFT JOIN member_names a ON a.org_id = v.org_id AND a.user_id = v.assignee_id
WHERE v.org_id = :org_id AND v.id = :id

-- The newest first, those before message `before` (NULL: the newest of all); times in microseconds. The state of the
-- delivery is told where the message does not know yet.
-- name: thread_messages
-- args: org_id bigint, conversation_id bigint, before bigint?, max_rows integer
-- row: id bigint, at_us bigint, shown_ms bigint, sender text, kind text, body text?, status text, reason jsonb?,
--   error_code text?, can_retry boolean?, author text?, provider_id text?, quoted_sender text?,
--   quoted_author text?, quoted_body text?, quoted_kind text?, about text?, metadata jsonb?, written_ms bigint?,
--   send_at_ms bigint?, is_transcript boolean, album text?
SELECT m.id, (extract(epoch FROM m.created_at) * 1000000)::bigint AS at_us,
	(extract(epoch FROM m.created_at) * 1000)::bigint AS shown_ms,
	m.sender, m.kind, left(m.body, 10000) AS body, CASE WHEN m.status = 'queued'
	AND o.state IN ('later', 'sending', 'unknown') THEN o.state ELSE m.status END,
	coalesce(m.error, o.error)->'reason' AS reason,
	coalesce(m.error->>'code', o.error_code) AS error_code,
	o.state = 'failed' AND o.error_class IS DISTINCT FROM 'window' AS can_retry,
	coalesce(nullif(u.name, ''), u.email) AS author, m.provider_id,
	q.sender AS quoted_sender, coalesce(nullif(qu.name, ''), qu.email) AS quoted_author,
	left(q.body, 200) AS quoted_body, q.kind AS quoted_kind,
	CASE WHEN m.kind IN ('reaction', 'edit', 'revoke') THEN coalesce(m.reply_to, m.metadata#>>'{reaction,message_id}',
		m.metadata#>>'{edit,original_message_id}', m.metadata#>>'{revoke,original_message_id}') END AS about,
	CASE WHEN octet_length(m.metadata::text) <= 65536 THEN m.metadata END AS metadata,
	CASE WHEN m.direction = 'inbound' AND abs(extract(epoch FROM m.created_at - m.provider_time)) > 300
		THEN (extract(epoch FROM m.provider_time) * 1000)::bigint END AS written_ms,
	CASE WHEN o.state = 'later' THEN (extract(epoch FROM o.send_at) * 1000)::bigint END AS send_at_ms,
	coalesce(m.metadata ? 'transcript', false) AS is_transcript, m.metadata->>'media_group_id' AS album
FROM (SELECT * FROM messages WHERE org_id = :org_id AND conversation_id = :conversation_id
	AND id < coalesce(:before, 9223372036854775807)
	ORDER BY id DESC LIMIT :max_rows) m
LEFT JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
LEFT JOIN member_names u ON u.org_id = m.org_id AND u.user_id = m.user_id
LEFT JOIN messages q ON q.org_id = m.org_id AND q.channel_id = m.channel_id AND q.provider_id = m.reply_to
LEFT JOIN member_names qu ON qu.org_id = q.org_id AND qu.user_id = q.user_id
ORDER BY m.id DESC

-- The topics of a chat in which its last thousand messages stand, the one that was used last first, each with the name
-- that it was given last; '': the chat itself.
-- name: thread_topics
-- args: org_id bigint, conversation_id bigint
-- row: id text, name text?
SELECT t.id, (array_agg(t.name ORDER BY t.nth DESC) FILTER (WHERE t.name <> ''))[1] AS name
FROM (SELECT coalesce(m.metadata#>>'{topic,id}', '') AS id, m.metadata#>>'{topic,name}' AS name, m.id AS nth
	FROM messages m WHERE m.org_id = :org_id AND m.conversation_id = :conversation_id AND m.kind NOT IN ('edit',
		'reaction', 'service', 'my_chat_member')
	ORDER BY m.id DESC LIMIT 1000) t
GROUP BY t.id ORDER BY max(t.nth) DESC LIMIT 50

-- What was decided after `from_us` and until `until_us` (microseconds; NULL: until now), and whether it repeats the
-- silence before it; of a draft: whether it was sent, and whether an operator has answered since.
-- name: thread_decisions
-- args: org_id bigint, conversation_id bigint, from_us bigint, until_us bigint?
-- row: id bigint, at_us bigint, outcome text, stage text, reason text, detail jsonb, draft text?, repeats boolean,
--   is_sent boolean, is_answered boolean, is_wrong boolean
SELECT d.id, (extract(epoch FROM d.created_at) * 1000000)::bigint AS at_us, d.outcome, d.stage, d.reason, d.detail,
	d.draft,
	d.outcome = 'silent' AND coalesce((SELECT p.outcome = 'silent' AND p.reason = d.reason FROM decisions p
		WHERE p.org_id = d.org_id AND p.conversation_id = d.conversation_id AND p.id < d.id ORDER BY p.id DESC
		LIMIT 1), false) AS repeats,
	d.outcome = 'draft' AND EXISTS (SELECT 1 FROM messages m
		WHERE m.org_id = d.org_id AND m.conversation_id = d.conversation_id AND m.request_key = 'draft-'
			|| d.id) AS is_sent,
	d.outcome = 'draft' AND EXISTS (SELECT 1 FROM messages m
		WHERE m.org_id = d.org_id AND m.conversation_id = d.conversation_id AND m.id > d.message_id
			AND m.direction = 'outbound') AS is_answered,
	EXISTS (SELECT 1 FROM counter_examples c WHERE c.org_id = d.org_id AND c.message_id = d.message_id) AS is_wrong
FROM decisions d WHERE d.org_id = :org_id AND d.conversation_id = :conversation_id
	AND d.created_at > timestamptz 'epoch' + :from_us * interval '1 microsecond'
	AND (:until_us IS NULL OR d.created_at <= timestamptz 'epoch' + :until_us * interval '1 microsecond')
ORDER BY d.created_at DESC, d.id DESC LIMIT 100

-- name: thread_events
-- args: org_id bigint, conversation_id bigint, from_us bigint, until_us bigint?
-- row: id bigint, at_us bigint, kind text, user_name text?, assignee_name text?
SELECT e.id, (extract(epoch FROM e.at) * 1000000)::bigint AS at_us, e.kind,
	coalesce(nullif(u.name, ''), u.email) AS user_name, coalesce(nullif(a.name, ''), a.email) AS assignee_name
FROM conversation_events e LEFT JOIN member_names u ON u.org_id = e.org_id AND u.user_id = e.user_id
	LEFT JOIN member_names a ON a.org_id = e.org_id AND a.user_id = e.assignee_id
WHERE e.org_id = :org_id AND e.conversation_id = :conversation_id
	AND e.at > timestamptz 'epoch' + :from_us * interval '1 microsecond'
	AND (:until_us IS NULL OR e.at <= timestamptz 'epoch' + :until_us * interval '1 microsecond')
ORDER BY e.at DESC, e.id DESC LIMIT 100

-- name: inbox_canned
-- args: org_id bigint
-- row: id bigint, shortcut text, folder text, title text, body text, has_content boolean, content_name text?
SELECT c.id, c.shortcut, c.folder, c.title, c.body, r.owner_id IS NOT NULL AS has_content,
	coalesce(r.file_name, r.place_name) AS content_name
FROM canned_replies c LEFT JOIN reply_contents r ON r.org_id = :org_id AND r.owner = 'canned' AND r.owner_id = c.id
WHERE c.org_id = :org_id ORDER BY lower(c.folder), lower(c.shortcut) LIMIT 100

-- name: draft_find
-- args: org_id bigint, conversation_id bigint, id bigint
-- row: draft text, content_owner text?, content_owner_id bigint?
SELECT draft, detail->'content'->>'owner' AS content_owner, (detail->'content'->>'id')::bigint AS content_owner_id
FROM decisions WHERE org_id = :org_id AND conversation_id = :conversation_id AND id = :id AND outcome = 'draft'

-- name: conversation_platform
-- args: org_id bigint, id bigint
-- row: platform text
SELECT platform FROM conversations WHERE org_id = :org_id AND id = :id

-- At most 20 a conversation; the same again is no error.
-- name: tag_add
-- args: org_id bigint, conversation_id bigint, tag text
SELECT deskbell_tag(:org_id, :conversation_id, ARRAY[:tag::text])
WHERE (SELECT count(*) FROM conversation_tags t WHERE t.org_id = :org_id AND t.conversation_id = :conversation_id) < 20

-- name: tag_remove
-- args: org_id bigint, conversation_id bigint, tag text
-- like: tag_add
WITH removed AS (
	DELETE FROM conversation_tags WHERE org_id = :org_id AND conversation_id = :conversation_id AND tag = :tag
	RETURNING org_id, conversation_id)
SELECT deskbell_index(org_id, 'contact', ARRAY[conversation_id]) FROM removed

-- Whether another operator has replied since the message `id`: asked under the conversation's lock, before a reply is
-- stored.
-- name: said_meanwhile
-- args: org_id bigint, conversation_id bigint, user_id bigint, id bigint
-- row: said boolean
WITH held AS MATERIALIZED (
	SELECT v.org_id, v.id FROM conversations v WHERE v.org_id = :org_id AND v.id = :conversation_id FOR NO KEY UPDATE)
SELECT EXISTS (SELECT 1 FROM messages m WHERE m.org_id = h.org_id AND m.conversation_id = h.id AND m.id > :id
	AND m.sender = 'operator' AND m.user_id IS DISTINCT FROM :user_id) AS said FROM held h

-- name: sender_is_alive
-- row: is_alive boolean
SELECT EXISTS (SELECT 1 FROM deskbell_senders() WHERE age_s < 5) AS is_alive
