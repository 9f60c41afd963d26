-- What operators do with a conversation. Called inside a tenant's transaction; every function locks the conversation first and answers in one word.

-- Something happened that is shown between the messages.
CREATE OR REPLACE FUNCTION deskbell_tell_event(a_org bigint, a_conversation bigint, a_user bigint, a_kind text, a_assignee bigint) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO conversation_events (org_id, conversation_id, user_id, kind, assignee_id) VALUES (a_org, a_conversation, a_user, a_kind, a_assignee)
$$;

-- Why a message of the operator `key` cannot go now: again (it went already), window (closed), channel (disconnected); NULL when it can. The caller
-- holds the lock.
CREATE OR REPLACE FUNCTION deskbell_say_refused(v conversations, key text) RETURNS text
LANGUAGE sql AS $$
	SELECT CASE
		WHEN EXISTS (SELECT 1 FROM messages m WHERE m.org_id = v.org_id AND m.conversation_id = v.id AND m.request_key = key) THEN 'again'
		WHEN (v.last_inbound_at IS NULL OR v.last_inbound_at < now() - interval '23 hours 55 minutes')
			AND EXISTS (SELECT 1 FROM channels c WHERE c.org_id = v.org_id AND c.id = v.channel_id AND c.has_window) THEN 'window'
		WHEN EXISTS (SELECT 1 FROM channels c WHERE c.org_id = v.org_id AND c.id = v.channel_id AND c.disconnected_at IS NOT NULL) THEN 'channel' END
$$;

-- Puts a message by hand into a conversation and on its way: `parts` with `tags` beside them. Read and looked after it is then, too. The caller holds
-- the lock.
CREATE OR REPLACE FUNCTION deskbell_queue_by_hand(v conversations, a_user bigint, key text, parts text[], tags text[], quoted text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	message bigint;
BEGIN
	FOR n IN 1 .. cardinality(parts) LOOP
		INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status, status_at,
				user_id, reply_to, request_key)
			VALUES (v.org_id, v.id, v.channel_id, 'outbound', 'operator', 'text', parts[n], true, 'queued', now(), a_user,
				CASE n WHEN 1 THEN quoted END, CASE n WHEN 1 THEN key END) RETURNING id INTO message;
		INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag) VALUES (v.org_id, message, v.channel_id, v.id, tags[n]);
	END LOOP;
	UPDATE conversations SET needs_attention = false, attention_reason = NULL, unread = 0, is_open = true, last_message_at = now()
		WHERE org_id = v.org_id AND id = v.id;
END $$;

-- A message by hand: stored, on its way, and the conversation is the operator's from now on, in one transaction. `key` names the press of the button:
-- the same key again changes nothing. Returns sent, again, window (closed: nothing is stored), channel (disconnected), gone.
CREATE OR REPLACE FUNCTION deskbell_say(a_org bigint, a_conversation bigint, a_user bigint, key text, parts text[], tags text[], quoted text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	refused text;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	END IF;
	refused := deskbell_say_refused(v, key);
	IF refused IS NOT NULL THEN
		RETURN refused;
	END IF;
	IF v.agent <> 'operator' THEN
		PERFORM deskbell_tell_event(a_org, v.id, a_user, 'taken-over', NULL);
	END IF;
	PERFORM deskbell_queue_by_hand(v, a_user, key, parts, tags, quoted);
	UPDATE conversations SET agent = 'operator', version = version + (agent <> 'operator')::integer, assignee_id = coalesce(assignee_id, a_user)
		WHERE org_id = a_org AND id = a_conversation;
	RETURN 'sent';
END $$;

-- Sends what the bot has suggested: the operator's message, but the bot keeps the conversation. Once, and only while nobody has answered meanwhile.
-- `parts` are those of the draft. Returns sent, again, answered, window, channel, gone.
CREATE OR REPLACE FUNCTION deskbell_send_draft(a_org bigint, a_conversation bigint, a_user bigint, a_decision bigint, parts text[], tags text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	d decisions;
	key text := 'draft-' || a_decision;
	refused text;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	SELECT * INTO d FROM decisions WHERE org_id = a_org AND conversation_id = a_conversation AND id = a_decision AND outcome = 'draft';
	IF v.id IS NULL OR d.id IS NULL THEN
		RETURN 'gone';
	END IF;
	refused := deskbell_say_refused(v, key);
	IF refused IS NULL AND EXISTS (SELECT 1 FROM messages m
			WHERE m.org_id = a_org AND m.conversation_id = a_conversation AND m.id > d.message_id AND m.direction = 'outbound') THEN
		refused := 'answered';
	END IF;
	IF refused IS NULL THEN
		PERFORM deskbell_queue_by_hand(v, a_user, key, parts, tags, NULL);
	END IF;
	RETURN coalesce(refused, 'sent');
END $$;

-- Who answers from now on: 'operator' (the bot is silent) or 'bot'. Returns done, same or gone.
CREATE OR REPLACE FUNCTION deskbell_set_agent(a_org bigint, a_conversation bigint, a_user bigint, a_agent text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF v.agent = a_agent THEN
		RETURN 'same';
	END IF;
	UPDATE conversations SET agent = a_agent, version = version + 1, needs_attention = false, attention_reason = NULL,
		misses = CASE a_agent WHEN 'bot' THEN 0 ELSE misses END,
		assignee_id = CASE a_agent WHEN 'bot' THEN NULL ELSE coalesce(assignee_id, a_user) END
		WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE a_agent WHEN 'bot' THEN 'returned' ELSE 'taken-over' END, NULL);
	RETURN 'done';
END $$;

-- Whose conversation it is; NULL: nobody's. Who is no member cannot be chosen. Returns done, same, stranger or gone.
CREATE OR REPLACE FUNCTION deskbell_assign(a_org bigint, a_conversation bigint, a_user bigint, a_assignee bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF v.assignee_id IS NOT DISTINCT FROM a_assignee THEN
		RETURN 'same';
	ELSIF a_assignee IS NOT NULL AND NOT EXISTS (SELECT 1 FROM memberships WHERE org_id = a_org AND user_id = a_assignee) THEN
		RETURN 'stranger';
	END IF;
	UPDATE conversations SET assignee_id = a_assignee WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_tell_event(a_org, v.id, a_user, 'assigned', a_assignee);
	RETURN 'done';
END $$;

-- Done with it, or not after all. A message of the customer opens it again by itself. Returns done, same or gone.
CREATE OR REPLACE FUNCTION deskbell_set_open(a_org bigint, a_conversation bigint, a_user bigint, opens boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF v.is_open = opens THEN
		RETURN 'same';
	END IF;
	UPDATE conversations SET is_open = opens, needs_attention = needs_attention AND opens, attention_reason = CASE WHEN opens THEN attention_reason END,
		unread = CASE WHEN opens THEN unread ELSE 0 END
		WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE WHEN opens THEN 'reopened' ELSE 'closed' END, NULL);
	RETURN 'done';
END $$;

-- An operator has a conversation open: others see that. Writes at most once in 10 seconds.
CREATE OR REPLACE FUNCTION deskbell_look(a_org bigint, a_conversation bigint, a_user bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM conversation_viewers w WHERE w.org_id = a_org AND w.conversation_id = a_conversation AND w.user_id = a_user
			AND w.seen_at > now() - interval '10 seconds') THEN
		INSERT INTO conversation_viewers (org_id, conversation_id, user_id) VALUES (a_org, a_conversation, a_user)
			ON CONFLICT (org_id, conversation_id, user_id) DO UPDATE SET seen_at = now();
	END IF;
END $$;

-- And has it before his eyes: it is read.
CREATE OR REPLACE FUNCTION deskbell_view(a_org bigint, a_conversation bigint, a_user bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_look(a_org, a_conversation, a_user);
	UPDATE conversations SET unread = 0 WHERE org_id = a_org AND id = a_conversation AND unread > 0;
END $$;

-- The newest conversations that are open, or closed: so many of each channel, and of these the newest.
CREATE OR REPLACE FUNCTION deskbell_newest(a_org bigint, opens boolean, most integer) RETURNS TABLE (id bigint, last_message_at timestamptz)
LANGUAGE sql STABLE AS $$
	SELECT x.id, x.last_message_at FROM channels c CROSS JOIN LATERAL (
		SELECT v.id, v.last_message_at FROM conversations v WHERE v.org_id = a_org AND v.is_open = opens AND v.platform = c.platform
		ORDER BY v.last_message_at DESC, v.id DESC LIMIT most) x
	WHERE c.org_id = a_org ORDER BY x.last_message_at DESC, x.id DESC LIMIT most
$$;

-- A page of the inbox, newest first, behind (after_at, after_id) when these are not NULL. `view` is all, mine, unassigned, attention or closed; `f_platform` and `f_tag`
-- narrow it; `hits` are the conversations of a search, NULL without one. The text is put together so that each list is a range of its own index
-- (sql/migrations/0018_inbox_lists.sql), of conversations or, with a tag, of conversation_tags, one range a channel. What a search has found is looked at as a whole and sorted.
CREATE OR REPLACE FUNCTION deskbell_inbox(a_org bigint, a_user bigint, view text, f_platform text, f_tag text, hits bigint[], after_at timestamptz, after_id bigint, most integer)
RETURNS TABLE (id bigint, contact_id bigint, platform text, contact_phone text, agent text, assignee_id bigint, needs_attention boolean, attention_reason text,
	is_open boolean, unread integer, last_message_at timestamptz, row_version text)
LANGUAGE plpgsql ROWS 50 SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
	key CONSTANT text := CASE WHEN f_tag IS NULL THEN 'x.id' ELSE 'x.conversation_id' END;
	conditions text := CASE view
		WHEN 'mine' THEN 'x.is_open AND x.assignee_id = $2'
		WHEN 'unassigned' THEN 'x.is_open AND x.assignee_id IS NULL'
		WHEN 'attention' THEN 'x.is_open AND x.needs_attention'
		WHEN 'closed' THEN 'NOT x.is_open'
		ELSE 'x.is_open' END;
BEGIN
	IF f_tag IS NOT NULL THEN
		conditions := conditions || ' AND x.tag = $4';
	END IF;
	IF hits IS NOT NULL THEN
		conditions := conditions || ' AND ' || key || ' = ANY ($5)';
	END IF;
	IF after_at IS NOT NULL THEN
		conditions := conditions || ' AND (x.last_message_at, ' || key || ') < ($6, $7)';
	END IF;
	RETURN QUERY EXECUTE format('SELECT v.id, v.contact_id, v.platform, v.contact_phone, v.agent, v.assignee_id, v.needs_attention, v.attention_reason,
			v.is_open, v.unread, v.last_message_at, v.xmin::text
		FROM (SELECT x.* FROM channels c CROSS JOIN LATERAL (
				SELECT %1$s AS id, x.last_message_at FROM %2$I x WHERE x.org_id = $1 AND x.platform = c.platform AND %3$s ORDER BY x.last_message_at DESC, %1$s DESC LIMIT $8) x
			WHERE c.org_id = $1 AND ($3 IS NULL OR c.platform = $3) ORDER BY x.last_message_at DESC, x.id DESC LIMIT $8) page
		JOIN conversations v ON v.org_id = $1 AND v.id = page.id ORDER BY page.last_message_at DESC, page.id DESC',
		key, CASE WHEN f_tag IS NULL THEN 'conversations' ELSE 'conversation_tags' END, conditions)
		USING a_org, a_user, f_platform, f_tag, hits, after_at, after_id, most;
END $$;
