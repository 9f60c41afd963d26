-- What operators do with a conversation. Called inside a tenant's transaction; every function locks the conversation
-- first and answers in one word.

-- Something happened that is shown between the messages.
CREATE OR REPLACE FUNCTION deskbell_tell_event(a_org bigint, a_conversation bigint, a_user bigint, a_kind text,
	a_assignee bigint) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO conversation_events (org_id, conversation_id, user_id, kind, assignee_id)
		VALUES (a_org, a_conversation, a_user, a_kind, a_assignee)
$$;

-- Why a message of the operator `key` cannot go now: again (it went already), cut-off (the channel has another number
-- since), window (closed), channel (disconnected); NULL when it can. The caller holds the lock.
CREATE OR REPLACE FUNCTION deskbell_say_refused(v conversations, key text) RETURNS text
LANGUAGE sql AS $$
	SELECT CASE
		WHEN EXISTS (SELECT 1 FROM messages m WHERE m.org_id = v.org_id AND m.conversation_id = v.id AND m.request_key = key)
			THEN 'again'
		WHEN v.is_cut_off THEN 'cut-off'
		WHEN (v.last_inbound_at IS NULL OR v.last_inbound_at < now() - deskbell_window())
			AND EXISTS (SELECT 1 FROM channels c WHERE c.org_id = v.org_id AND c.id = v.channel_id AND c.has_window)
				THEN 'window'
		WHEN EXISTS (SELECT 1 FROM channels c WHERE c.org_id = v.org_id AND c.id = v.channel_id
			AND c.disconnected_at IS NOT NULL) THEN 'channel' END
$$;

-- Puts a manual message into a conversation and on its way: `parts` with `tags` next to them, and what each holds
-- besides in the array `contents` (null: a text; see deskbell_attach, or {native: location, place}). Read and looked
-- after it is then, too. The caller holds the lock.
CREATE OR REPLACE FUNCTION deskbell_queue_manual(v conversations, a_user bigint, key text, parts text[], tags text[],
	quoted text, contents jsonb,
	wanted_topic text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	message bigint;
	content jsonb;
	topic jsonb := deskbell_topic(v, wanted_topic);
BEGIN
	FOR n IN 1 .. cardinality(parts) LOOP
		content := nullif(contents->(n - 1), 'null');
		INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,
			status_at,
				user_id, reply_to, request_key, metadata)
			VALUES (v.org_id, v.id, v.channel_id, 'outbound', 'operator', coalesce(content->>'native', 'text'),
				nullif(parts[n], ''),
				parts[n] <> '', 'queued', now(), a_user, CASE n WHEN 1 THEN quoted END, CASE n WHEN 1 THEN key END,
				deskbell_outgoing_metadata(content, NULL, topic)) RETURNING id INTO message;
		PERFORM deskbell_attach(v, message, content);
		INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag)
			VALUES (v.org_id, message, v.channel_id, v.id, tags[n]);
		IF parts[n] <> '' THEN
			PERFORM deskbell_index(v.org_id, 'message', ARRAY[message]);
		END IF;
	END LOOP;
	-- our first message takes control
	UPDATE conversations SET unread = 0, is_open = true, snoozed_until = NULL, undo = NULL, is_held = false,
		 last_message_at = now() WHERE org_id = v.org_id AND id = v.id;
	PERFORM deskbell_set_waiting(v.org_id, v.id, NULL);
	PERFORM deskbell_due(v.org_id, 'delivery', now()), deskbell_due(v.org_id, 'sweep', now() + interval '30 seconds');
END $$;

-- A manual message: stored, on its way, and the conversation is the operator's from now on, in one transaction. `key`
-- names the press of the button: the same key again changes nothing. `topic`: as deskbell_topic takes it. Returns sent,
-- again, window (closed: nothing is stored), channel (disconnected), gone.
CREATE OR REPLACE FUNCTION deskbell_say(a_org bigint, a_conversation bigint, a_user bigint, key text, parts text[],
	tags text[], quoted text, contents jsonb,
	topic text)
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
	PERFORM deskbell_queue_manual(v, a_user, key, parts, tags, quoted, contents, topic);
	UPDATE conversations SET agent = 'operator', version = version + (agent <> 'operator')::integer,
		assignee_id = coalesce(assignee_id, a_user)
		WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_moved(v);
	RETURN 'sent';
END $$;

-- Sends what the bot has suggested: the operator's message, but the bot keeps the conversation. Once, and only while no
-- answer has come meanwhile. `parts` are those of the draft, `contents` what they hold besides their text. Returns
-- sent, again, answered, window, channel, gone.
CREATE OR REPLACE FUNCTION deskbell_send_draft(a_org bigint, a_conversation bigint, a_user bigint, a_decision bigint,
	parts text[], tags text[], contents jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	d decisions;
	key text := 'draft-' || a_decision;
	refused text;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	SELECT * INTO d FROM decisions WHERE org_id = a_org AND conversation_id = a_conversation AND id = a_decision
		AND outcome = 'draft';
	IF v.id IS NULL OR d.id IS NULL THEN
		RETURN 'gone';
	END IF;
	refused := deskbell_say_refused(v, key);
	IF refused IS NULL AND EXISTS (SELECT 1 FROM messages m
			WHERE m.org_id = a_org AND m.conversation_id = a_conversation AND m.id > d.message_id AND m.direction = 'outbound')
				THEN
		refused := 'answered';
	END IF;
	IF refused IS NULL THEN
		PERFORM deskbell_queue_manual(v, a_user, key, parts, tags, NULL, contents, NULL);
		PERFORM deskbell_moved(v);
	END IF;
	RETURN coalesce(refused, 'sent');
END $$;

-- What an operator's action replaces is kept, so that the same operator can take it back (deskbell_undo). The caller
-- holds the lock.
CREATE OR REPLACE FUNCTION deskbell_keep_undo(v conversations, a_user bigint) RETURNS void
LANGUAGE sql AS $$
	UPDATE conversations SET undo = jsonb_build_object('user', a_user, 'at', now(), 'agent', v.agent, 'assignee',
		v.assignee_id, 'open', v.is_open,
		'waiting', v.waiting_since, 'snoozed', v.snoozed_until, 'attention', v.needs_attention, 'reason', v.attention_reason,
			'unread', v.unread)
	WHERE org_id = v.org_id AND id = v.id
$$;

-- Takes back what this operator did last with the conversation, within a minute. Returns done, same (nothing to take
-- back) or gone.
CREATE OR REPLACE FUNCTION deskbell_undo(a_org bigint, a_conversation bigint, a_user bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	u jsonb;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	u := v.undo;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF u IS NULL OR (u->>'user')::bigint IS DISTINCT FROM a_user
		OR (u->>'at')::timestamptz < now() - interval '1 minute' THEN
		RETURN 'same';
	END IF;
	-- What the customer wrote meanwhile keeps it open, and waiting.
	UPDATE conversations SET agent = u->>'agent', version = version + 1, undo = NULL,
		assignee_id = (SELECT m.user_id FROM memberships m WHERE m.org_id = a_org AND m.user_id = (u->>'assignee')::bigint),
		is_open = is_open OR (u->>'open')::boolean,
		snoozed_until = CASE WHEN NOT (is_open OR (u->>'open')::boolean) THEN (u->>'snoozed')::timestamptz END,
		waiting_since = least((u->>'waiting')::timestamptz, waiting_since), needs_attention = (u->>'attention')::boolean,
			attention_reason = u->>'reason',
		unread = greatest(unread, (u->>'unread')::integer)
		WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_moved(v);
	IF (u->>'open')::boolean <> v.is_open THEN
		PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE WHEN v.is_open THEN 'closed' ELSE 'reopened' END, NULL);
	ELSIF u->>'agent' <> v.agent THEN
		PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE v.agent WHEN 'bot' THEN 'taken-over' ELSE 'returned' END, NULL);
	ELSIF (u->>'assignee')::bigint IS DISTINCT FROM v.assignee_id THEN
		PERFORM deskbell_tell_event(a_org, v.id, a_user, 'assigned', (u->>'assignee')::bigint);
	END IF;
	RETURN 'done';
END $$;

-- Lets the bot answer what the customer wrote last, when it may answer and there is no answer yet. Then the
-- conversation waits for the bot and for no person. The caller holds the lock.
CREATE OR REPLACE FUNCTION deskbell_answer_what_waits(v conversations) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	questions bigint[] := ARRAY(SELECT m.id FROM messages m WHERE m.org_id = v.org_id AND m.conversation_id = v.id
		AND m.direction = 'inbound' AND m.text_like
		AND m.id > coalesce((SELECT max(o.id) FROM messages o WHERE o.org_id = v.org_id AND o.conversation_id = v.id
			AND o.direction = 'outbound'), 0)
		ORDER BY m.id DESC LIMIT 20);
BEGIN
	IF questions = '{}' OR (SELECT o.bot_mode FROM organizations o WHERE o.id = v.org_id) <> 'active' THEN
		RETURN;
	END IF;
	INSERT INTO answer_jobs (org_id, conversation_id, messages, first_due_at, due_at)
		SELECT v.org_id, v.id, array_agg(q ORDER BY q), now(), now() FROM unnest(questions) q
		ON CONFLICT (org_id, conversation_id) DO NOTHING;
	PERFORM deskbell_due(v.org_id, 'answer', now());
	PERFORM deskbell_set_waiting(v.org_id, v.id, NULL);
END $$;

-- Who answers from now on: 'operator' (the bot is silent) or 'bot'. Who waits for a person waits on; what the bot has
-- not seen yet it answers. Returns done, same or gone.
CREATE OR REPLACE FUNCTION deskbell_set_agent(a_org bigint, a_conversation bigint, a_user bigint, a_agent text)
	RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	-- Meta's agent may hold what is an operator's
	ELSIF v.agent = a_agent AND NOT (v.is_held AND a_agent = 'operator') THEN
		RETURN 'same';
	END IF;
	PERFORM deskbell_keep_undo(v, a_user);
	UPDATE conversations SET agent = a_agent, version = version + 1, is_held = is_held AND a_agent = 'bot',
		consecutive_fallbacks = CASE a_agent WHEN 'bot' THEN 0 ELSE consecutive_fallbacks END,
		assignee_id = CASE a_agent WHEN 'bot' THEN NULL ELSE coalesce(assignee_id, a_user) END
		WHERE org_id = a_org AND id = a_conversation;
	IF a_agent = 'bot' THEN
		PERFORM deskbell_answer_what_waits(v);
	END IF;
	PERFORM deskbell_moved(v);
	PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE a_agent WHEN 'bot' THEN 'returned' ELSE 'taken-over' END, NULL);
	RETURN 'done';
END $$;

-- Which member has the conversation; NULL: none. A user who is no member cannot be chosen. It rings for the member who
-- is given it by another. Returns done, same, non_member or gone.
CREATE OR REPLACE FUNCTION deskbell_assign(a_org bigint, a_conversation bigint, a_user bigint, a_assignee bigint)
	RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF v.assignee_id IS NOT DISTINCT FROM a_assignee THEN
		RETURN 'same';
	ELSIF a_assignee IS NOT NULL AND NOT EXISTS (SELECT 1 FROM memberships WHERE org_id = a_org AND user_id = a_assignee)
		THEN
		RETURN 'non_member';
	END IF;
	PERFORM deskbell_keep_undo(v, a_user);
	UPDATE conversations SET assignee_id = a_assignee WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_moved(v);
	PERFORM deskbell_tell_event(a_org, v.id, a_user, 'assigned', a_assignee);
	IF a_assignee IS NOT NULL AND a_assignee IS DISTINCT FROM a_user THEN
		PERFORM ring(a_org, 'assigned', v.id, NULL, NULL, a_assignee);
	END IF;
	RETURN 'done';
END $$;

-- Done with it: the bot has it back, unless the organisation keeps it otherwise ("close_returns"). Or not after all:
-- then it waits. A message of the customer opens it again by itself. Returns done, same or gone.
CREATE OR REPLACE FUNCTION deskbell_set_open(a_org bigint, a_conversation bigint, a_user bigint, opens boolean)
	RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	returns boolean := NOT opens AND coalesce((SELECT (o.settings->>'close_returns')::boolean FROM organizations o
		WHERE o.id = a_org), true);
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF v.is_open = opens AND v.snoozed_until IS NULL THEN
		RETURN 'same';
	END IF;
	PERFORM deskbell_keep_undo(v, a_user);
	UPDATE conversations SET is_open = opens, snoozed_until = NULL,
		agent = CASE WHEN returns THEN 'bot'
			ELSE agent END, version = version + (returns AND agent <> 'bot')::integer, consecutive_fallbacks = CASE WHEN returns
			THEN 0 ELSE consecutive_fallbacks END,
		assignee_id = CASE WHEN NOT returns THEN assignee_id END, unread = CASE WHEN opens THEN unread ELSE 0 END
		WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_set_waiting(a_org, v.id, CASE WHEN opens THEN coalesce(v.waiting_since, now()) END);
	PERFORM deskbell_moved(v);
	PERFORM deskbell_tell_event(a_org, v.id, a_user, CASE WHEN opens THEN 'reopened' ELSE 'closed' END, NULL);
	RETURN 'done';
END $$;

-- Out of the open lists until a time, or until the customer writes. Who waits still does when it comes back. Returns
-- done, late (that time is over) or gone.
CREATE OR REPLACE FUNCTION deskbell_snooze(a_org bigint, a_conversation bigint, a_user bigint, until_at timestamptz)
	RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	IF v.id IS NULL THEN
		RETURN 'gone';
	ELSIF until_at <= now() OR until_at > now() + interval '1 year' THEN
		RETURN 'late';
	END IF;
	PERFORM deskbell_keep_undo(v, a_user);
	UPDATE conversations SET is_open = false, snoozed_until = until_at WHERE org_id = a_org AND id = a_conversation;
	PERFORM deskbell_moved(v);
	PERFORM deskbell_due(a_org, 'sweep', until_at);
	PERFORM deskbell_tell_event(a_org, v.id, a_user, 'snoozed', NULL);
	RETURN 'done';
END $$;

-- What was snoozed until now is open again, and waits: an operator wanted to be reminded. How many; at most 500 in a
-- call.
CREATE OR REPLACE FUNCTION deskbell_wake_snoozed(a_org bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	woken bigint[];
BEGIN
	WITH due AS (
		SELECT v.id FROM conversations v WHERE v.org_id = a_org AND v.snoozed_until <= now() ORDER BY v.id LIMIT 500
			FOR NO KEY UPDATE
	), woken AS (
		UPDATE conversations v SET is_open = true, snoozed_until = NULL, waiting_since = coalesce(v.waiting_since, now())
			FROM due
		WHERE v.org_id = a_org AND v.id = due.id RETURNING v.id
	), told AS (
		INSERT INTO conversation_events (org_id, conversation_id, kind) SELECT a_org, id, 'woken' FROM woken
			RETURNING conversation_id
	) SELECT array_agg(conversation_id) INTO woken FROM told;
	PERFORM deskbell_list_tags(a_org, woken), deskbell_ring_waiting(a_org, woken);
	RETURN coalesce(cardinality(woken), 0);
END $$;

-- Why a message cannot be sent at that time: late (it is over, or more than a year away), window (closed by then);
-- NULL: it can.
CREATE OR REPLACE FUNCTION deskbell_later_refused(a_org bigint, a_conversation bigint, a_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN a_at <= now() OR a_at > now() + interval '1 year' THEN 'late'
		WHEN EXISTS (SELECT 1 FROM conversations v JOIN channels c ON c.org_id = v.org_id AND c.id = v.channel_id
			WHERE v.org_id = a_org AND v.id = a_conversation AND c.has_window AND v.last_inbound_at < a_at - deskbell_window())
				THEN 'window' END
$$;

-- What deskbell_say has just queued under this key, in the same transaction, goes out at that time; the conversation
-- had waited since `waited`, NULL: it had not.
CREATE OR REPLACE FUNCTION deskbell_put_off(a_org bigint, a_conversation bigint, key text, a_at timestamptz,
	waited timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE outbox o SET state = 'later', send_at = a_at, next_attempt_at = a_at, waited_since = waited
		FROM messages m WHERE m.org_id = a_org AND m.conversation_id = a_conversation AND m.request_key = key
			AND o.org_id = a_org AND o.conversation_id = a_conversation AND o.message_id >= m.id AND o.state = 'queued'
				AND o.attempts = 0;
	PERFORM deskbell_due(a_org, 'sweep', a_at);
END $$;

-- Messages whose time has come are queued; at most 500 in a call. How many.
CREATE OR REPLACE FUNCTION deskbell_queue_later(a_org bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	n integer;
	lost bigint[]; -- the channel has another number or bot since
BEGIN
	SELECT array_agg(x.message_id) INTO lost FROM outbox x JOIN conversations v ON v.org_id = x.org_id
		AND v.id = x.conversation_id
		WHERE x.org_id = a_org AND x.state = 'later' AND x.send_at <= now() AND v.is_cut_off;
	UPDATE outbox o SET state = 'queued', next_attempt_at = now(), created_at = now()
		FROM (SELECT x.message_id FROM outbox x WHERE x.org_id = a_org AND x.state = 'later' AND x.send_at <= now()
			ORDER BY x.send_at LIMIT 500 FOR UPDATE SKIP LOCKED) due
		WHERE o.org_id = a_org AND o.message_id = due.message_id AND o.state = 'later';
	GET DIAGNOSTICS n = ROW_COUNT;
	IF lost IS NOT NULL THEN
		PERFORM deskbell_fail_deliveries(a_org, lost, 'window', 'send_other_account');
	END IF;
	RETURN n;
END $$;

-- A message that waits for its time goes out now, or, with `drops`, never: then a customer who waited waits again,
-- unless an operator has said something since. False when it waits no more.
CREATE OR REPLACE FUNCTION deskbell_settle_later(a_org bigint, a_conversation bigint, a_message bigint, drops boolean)
	RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	waited timestamptz;
BEGIN
	SELECT * INTO v FROM conversations c WHERE c.org_id = a_org AND c.id = a_conversation FOR NO KEY UPDATE;
	UPDATE outbox o SET state = CASE WHEN drops THEN 'cancelled'
		ELSE 'queued' END, next_attempt_at = now(), created_at = now(),
			settled_at = CASE WHEN drops THEN now() END
		WHERE o.org_id = a_org AND o.message_id = a_message AND o.conversation_id = a_conversation AND o.state = 'later'
		RETURNING o.waited_since INTO waited;
	IF NOT FOUND THEN
		RETURN false;
	ELSIF NOT drops THEN
		PERFORM deskbell_due(a_org, 'delivery', now());
		RETURN true;
	END IF;
	UPDATE messages m SET status = 'cancelled', status_at = now() WHERE m.org_id = a_org AND m.id = a_message;
	IF v.is_open AND waited IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.org_id = a_org AND m.conversation_id = a_conversation
			AND m.id > a_message AND m.sender = 'operator' AND m.status <> 'cancelled') THEN
		PERFORM deskbell_set_waiting(a_org, a_conversation, waited);
		PERFORM deskbell_moved(v);
	END IF;
	RETURN true;
END $$;

-- An operator has a conversation open: others see that. Writes at most once in 10 seconds.
CREATE OR REPLACE FUNCTION deskbell_look(a_org bigint, a_conversation bigint, a_user bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM conversation_viewers w WHERE w.org_id = a_org AND w.conversation_id = a_conversation
		AND w.user_id = a_user
			AND w.seen_at > now() - interval '10 seconds') THEN
		INSERT INTO conversation_viewers (org_id, conversation_id, user_id) VALUES (a_org, a_conversation, a_user)
			ON CONFLICT (org_id, conversation_id, user_id) DO UPDATE SET seen_at = now();
	END IF;
END $$;

-- The other operators who have it open, NULL: none. A page that has it open writes that every ten seconds.
CREATE OR REPLACE FUNCTION deskbell_viewers(a_org bigint, a_conversation bigint, a_user bigint) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT string_agg(coalesce(nullif(u.name, ''), u.email), ', ' ORDER BY u.user_id)
	FROM conversation_viewers w JOIN member_names u ON u.org_id = w.org_id AND u.user_id = w.user_id
	WHERE w.org_id = a_org AND w.conversation_id = a_conversation AND w.user_id <> a_user
		AND w.seen_at > now() - interval '15 seconds'
$$;

-- The operator has read it, up to the newest message; or, with `unread`, marks the customer's last message as unread.
CREATE OR REPLACE FUNCTION deskbell_view(a_org bigint, a_conversation bigint, a_user bigint,
	is_unread boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	last bigint;
BEGIN
	PERFORM deskbell_look(a_org, a_conversation, a_user);
	SELECT m.id INTO last FROM messages m WHERE m.org_id = a_org AND m.conversation_id = a_conversation
		AND m.direction = 'inbound' ORDER BY m.id DESC LIMIT 1;
	INSERT INTO conversation_reads AS r (org_id, conversation_id, user_id, message_id)
		SELECT v.org_id, v.id, a_user, last - is_unread::integer FROM conversations v WHERE v.org_id = a_org
			AND v.id = a_conversation AND last IS NOT NULL
		ON CONFLICT (org_id, conversation_id, user_id) DO UPDATE SET message_id = excluded.message_id
			WHERE r.message_id <> excluded.message_id;
	IF FOUND THEN
		UPDATE conversations SET version = version WHERE org_id = a_org AND id = a_conversation; -- the list is another
	END IF;
	RETURN 'done';
END $$;

-- How many messages of the customer this operator has not read, up to 99. Who has never read it: those since a person
-- replied last.
CREATE OR REPLACE FUNCTION deskbell_unread(a_org bigint, a_conversation bigint, a_user bigint, never integer)
	RETURNS integer
LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT (SELECT count(*)::integer FROM (SELECT 1 FROM messages m
			WHERE m.org_id = a_org AND m.conversation_id = a_conversation AND m.id > r.message_id AND m.direction = 'inbound'
				LIMIT 99) x)
		FROM conversation_reads r WHERE r.org_id = a_org AND r.conversation_id = a_conversation AND r.user_id = a_user), CASE
			WHEN never > 99 THEN 99 ELSE never END)
$$;

-- The newest conversations that are open, or closed: so many of each channel, and of these the newest.
CREATE OR REPLACE FUNCTION deskbell_newest(a_org bigint, opens boolean, most integer)
	RETURNS TABLE (id bigint, last_message_at timestamptz)
LANGUAGE sql STABLE AS $$
	SELECT x.id, x.last_message_at FROM channels c CROSS JOIN LATERAL (
		SELECT v.id, v.last_message_at FROM conversations v WHERE v.org_id = a_org AND v.is_open = opens
			AND v.platform = c.platform
		ORDER BY v.last_message_at DESC, v.id DESC LIMIT most) x
	WHERE c.org_id = a_org ORDER BY x.last_message_at DESC, x.id DESC LIMIT most
$$;

-- A page of the inbox, after (after_at, after_id) when these are not NULL. `view` is waiting (the longest first),
-- snoozed (the next first), or all, mine, unassigned, closed: the newest first; `a_platform`, `a_tag`, `a_assignee` and
-- the time of the last message (from_at <= it < until_at) narrow it; `hits` are the conversations of a search, NULL
-- without one. The text is put together so that each list is a range of its own index
-- (sql/migrations/0005_conversations.sql), of conversations or, with a tag, of conversation_tags, one range a channel.
-- What a search has found is looked at as a whole and sorted.
CREATE OR REPLACE FUNCTION deskbell_inbox(a_org bigint, a_user bigint, view text, a_platform text, a_tag text,
	hits bigint[], after_at timestamptz, after_id bigint, most integer,
	a_assignee bigint DEFAULT NULL, from_at timestamptz DEFAULT NULL, until_at timestamptz DEFAULT NULL)
RETURNS TABLE (id bigint, contact_id bigint, platform text, contact_phone text, agent text, assignee_id bigint,
	waiting_since timestamptz, attention_reason text,
	is_open boolean, snoozed_until timestamptz, unread integer, last_message_at timestamptz, sort_at timestamptz,
		row_version text)
LANGUAGE plpgsql ROWS 50 SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
	key CONSTANT text := CASE WHEN a_tag IS NULL THEN 'x.id' ELSE 'x.conversation_id' END;
	-- What it is sorted by, which way, and which rows come after one.
	at CONSTANT text := CASE view WHEN 'waiting' THEN 'x.waiting_since' WHEN 'snoozed' THEN 'x.snoozed_until'
		ELSE 'x.last_message_at' END;
	way CONSTANT text := CASE WHEN view IN ('waiting', 'snoozed') THEN 'ASC' ELSE 'DESC' END;
	conditions text := CASE view
		WHEN 'mine' THEN 'x.is_open AND x.assignee_id = $2'
		WHEN 'unassigned' THEN 'x.is_open AND x.assignee_id IS NULL'
		WHEN 'waiting' THEN 'x.is_open AND x.waiting_since IS NOT NULL'
		WHEN 'snoozed' THEN 'x.snoozed_until IS NOT NULL'
		WHEN 'closed' THEN 'NOT x.is_open AND x.snoozed_until IS NULL'
		-- A search looks through everything: who wrote last month is found, too.
		ELSE CASE WHEN hits IS NULL THEN 'x.is_open' ELSE 'true' END END;
BEGIN
	IF a_tag IS NOT NULL THEN
		conditions := conditions || ' AND x.tag = $4';
	END IF;
	IF a_assignee IS NOT NULL THEN
		conditions := conditions || ' AND x.assignee_id = $9';
	END IF;
	IF from_at IS NOT NULL THEN
		conditions := conditions || ' AND x.last_message_at >= $10';
	END IF;
	IF until_at IS NOT NULL THEN
		conditions := conditions || ' AND x.last_message_at < $11';
	END IF;
	IF hits IS NOT NULL THEN
		conditions := conditions || ' AND ' || key || ' = ANY ($5)';
	END IF;
	IF after_at IS NOT NULL THEN
		conditions := conditions || format(' AND (%s, %s) %s ($6, $7)', at, key, CASE way WHEN 'ASC' THEN '>' ELSE '<' END);
	END IF;
	RETURN QUERY EXECUTE format('SELECT v.id, v.contact_id, v.platform, v.contact_phone, v.agent::text,
		v.assignee_id, v.waiting_since, v.attention_reason::text,
			v.is_open, v.snoozed_until, v.unread, v.last_message_at, page.at, v.xmin::text
		FROM (SELECT x.* FROM channels c CROSS JOIN LATERAL (
				SELECT %1$s AS id, %4$s AS at FROM %2$I x WHERE x.org_id = $1 AND x.platform = c.platform AND %3$s
					ORDER BY %4$s %5$s, %1$s %5$s LIMIT $8) x
			WHERE c.org_id = $1 AND ($3 IS NULL OR c.platform = $3) ORDER BY x.at %5$s, x.id %5$s LIMIT $8) page
		JOIN conversations v ON v.org_id = $1 AND v.id = page.id ORDER BY page.at %5$s, page.id %5$s',
		key, CASE WHEN a_tag IS NULL THEN 'conversations' ELSE 'conversation_tags' END, conditions, at, way)
		USING a_org, a_user, a_platform, a_tag, hits, after_at, after_id, most, a_assignee, from_at, until_at;
END $$;
