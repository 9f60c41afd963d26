-- The outbox: the one owner of its states. Each transition names the state it comes from.
--
--     queued -> sending            claim
--     sending -> accepted          the platform took it, with its id
--     sending -> queued            a failure that may pass; at a time
--     sending -> unknown           the request was written and nothing came back, or the sender died
--     unknown -> accepted          a status with its tag proved it (deskbell_apply_statuses)
--     unknown -> queued            no evidence after the channel's echo_wait_s: sent again, once, marked
--     sending, queued, unknown -> failed   it will never work, or its outcome stays unknown: class, code, reason
--     accepted -> failed           the platform said so later (deskbell_apply_statuses)
--     accepted -> queued           it said so, and the failure may pass (deskbell_failed_later)
--     failed -> queued             a person asked for it again
--     queued, unknown, failed -> cancelled  a person discarded it
--
-- Claims and housekeeping never wait for a lock (SKIP LOCKED throughout), so they cannot be part of a deadlock.
-- Everybody else locks messages before their outbox rows.

-- Claims up to `most` deliveries of one organization that are due: only the first open one of each conversation, so
-- that order is kept; of each channel as many as its rate allows now, one only while it is being tried again after a
-- failure. Channels are locked while their share is counted: another sender takes other channels meanwhile. A row that
-- is looked up by its key has its state compared as `state || ''`: the index of what is queued would else look as good
-- as the key while statistics say that nothing is. Sorting is off so that rows stream from the index until there are
-- enough, whatever the statistics say of a queue that was empty a second ago. The window of a burst is 250 ms of the
-- channel's rate; a customer gets pair_burst messages at once, then one in pair_interval_ms.
CREATE OR REPLACE FUNCTION deskbell_claim_deliveries(org bigint, who text, most integer, lease_s integer)
RETURNS TABLE (message_id bigint, channel_id bigint, conversation_id bigint, platform text, attempts integer,
	resends integer, tag text, body text,
	buttons jsonb, content jsonb, topic jsonb, reply_to text, external_id text, config jsonb, contact_phone text,
		identities jsonb, window_age_s double precision, failures jsonb)
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = off
	SET enable_seqscan = off SET join_collapse_limit = 1 AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	RETURN QUERY
	WITH ready AS MATERIALIZED (
		SELECT ch.org_id, ch.id, (ch.pair_burst - 1) * ch.pair_interval_ms * interval '1 millisecond' AS pair_ahead,
			CASE WHEN ch.pauses > 0 THEN 1
				ELSE floor(extract(epoch FROM now() + interval '250 ms' - greatest(ch.rate_full_at,
					now())) * ch.rate_per_s)::integer END AS share
		FROM channels ch
		WHERE ch.org_id = org AND ch.paused_until <= now() AND ch.rate_full_at < now() + interval '250 ms'
			-- As a value it stays a look at one row; as EXISTS it would become a join with all that the organization has queued.
			AND (SELECT true FROM outbox o
				WHERE o.org_id = ch.org_id AND o.channel_id = ch.id AND o.state = 'queued' AND o.next_attempt_at <= now()
				ORDER BY o.next_attempt_at LIMIT 1)
			AND (ch.pauses = 0 OR NOT EXISTS (SELECT 1 FROM outbox o
				WHERE o.org_id = ch.org_id AND o.channel_id = ch.id AND o.state = 'sending' AND o.lease_until > now()))
		FOR NO KEY UPDATE OF ch SKIP LOCKED
	), due AS MATERIALIZED (
		SELECT d.* FROM ready r CROSS JOIN LATERAL (
			SELECT o.org_id, o.message_id, o.channel_id, o.conversation_id, o.next_attempt_at
			FROM outbox o JOIN conversations v ON v.org_id = o.org_id AND v.id = o.conversation_id
			WHERE o.org_id = r.org_id AND o.channel_id = r.id AND o.state = 'queued' AND o.next_attempt_at <= now()
				AND v.pair_full_at <= now() + r.pair_ahead
				AND o.message_id = (SELECT min(p.message_id) FROM outbox p
					WHERE p.org_id = o.org_id AND p.conversation_id = o.conversation_id
						AND p.state IN ('queued', 'sending', 'unknown'))
			ORDER BY o.next_attempt_at, o.message_id LIMIT greatest(r.share, 1)
			FOR NO KEY UPDATE OF v SKIP LOCKED FOR UPDATE OF o SKIP LOCKED) d
		ORDER BY d.next_attempt_at, d.message_id LIMIT most
	), claimed AS (
		UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1, leased_by = who,
			lease_until = now() + lease_s * interval '1 second'
		FROM due WHERE o.org_id = due.org_id AND o.message_id = due.message_id AND o.state || '' = 'queued'
		RETURNING o.org_id, o.message_id, o.channel_id, o.conversation_id, o.attempts, o.resends, o.tag, o.failures
	), pair AS (
		UPDATE conversations v SET pair_full_at = greatest(v.pair_full_at,
			now()) + ch.pair_interval_ms * interval '1 millisecond'
		FROM claimed c, channels ch WHERE v.org_id = c.org_id AND v.id = c.conversation_id AND ch.org_id = c.org_id
			AND ch.id = c.channel_id
		RETURNING v.org_id, v.id, v.contact_id, v.contact_phone, v.last_inbound_at
	), rate AS (
		UPDATE channels ch SET rate_full_at = greatest(ch.rate_full_at, now()) + n.n * interval '1 second' / ch.rate_per_s
		FROM (SELECT c.org_id, c.channel_id, count(*) AS n FROM claimed c GROUP BY c.org_id, c.channel_id) n
		WHERE ch.org_id = n.org_id AND ch.id = n.channel_id
	)
	SELECT c.message_id, c.channel_id, c.conversation_id, ch.platform, c.attempts, c.resends, c.tag, m.body,
		m.metadata->'buttons',
		CASE WHEN m.kind <> 'text' THEN deskbell_delivery_content(c.org_id, c.message_id, c.channel_id, m.kind,
			m.metadata) END,
		m.metadata->'topic', m.reply_to, ch.external_id,
		CASE WHEN ch.disconnected_at IS NULL THEN ch.config END, v.contact_phone,
		(SELECT jsonb_object_agg(ci.kind, ci.value) FROM contact_identities ci
			WHERE ci.org_id = c.org_id AND ci.contact_id = v.contact_id AND ci.channel_id = c.channel_id),
		extract(epoch FROM now() - v.last_inbound_at)::double precision, c.failures
	FROM claimed c
	JOIN messages m ON m.org_id = c.org_id AND m.id = c.message_id
	JOIN pair v ON v.org_id = c.org_id AND v.id = c.conversation_id
	JOIN channels ch ON ch.org_id = c.org_id AND ch.id = c.channel_id
	ORDER BY c.message_id;
	IF FOUND THEN
		PERFORM deskbell_due(org, 'sweep', now() + interval '5 seconds');
	END IF;
END $$;

-- The file of a delivery is uploaded before anything is sent: the row is queued again, due only when the upload must
-- have ended, so that a sender that dies meanwhile leaves nothing whose outcome is unknown. False when the delivery is
-- no longer this attempt's.
CREATE OR REPLACE FUNCTION deskbell_park_delivery(org bigint, message bigint, attempt integer, seconds integer)
	RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	UPDATE outbox o SET state = 'queued', next_attempt_at = now() + seconds * interval '1 second', leased_by = NULL,
		lease_until = NULL
	WHERE o.org_id = org AND o.message_id = message AND o.state = 'sending' AND o.attempts = attempt;
	RETURN FOUND;
END $$;

-- The delivery is sent now, and may take this long: after its file was uploaded, or because the request carries it.
-- False when another sender has it, or it was discarded.
CREATE OR REPLACE FUNCTION deskbell_hold_delivery(org bigint, message bigint, attempt integer, owner text,
	seconds integer) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	UPDATE outbox o SET state = 'sending', leased_by = owner, lease_until = now() + seconds * interval '1 second'
	WHERE o.org_id = org AND o.message_id = message AND o.state IN ('queued', 'sending') AND o.attempts = attempt;
	RETURN FOUND;
END $$;

-- How long a status may still tell what became of a message.
CREATE OR REPLACE FUNCTION deskbell_echo_wait(org bigint, channel bigint) RETURNS interval
LANGUAGE sql STABLE AS $$
	SELECT ch.echo_wait_s * interval '1 second' FROM channels ch WHERE ch.org_id = org AND ch.id = channel
$$;

-- Channels that were stopped or paused can send again, and what waits for them is due.
CREATE OR REPLACE FUNCTION deskbell_resume_channels(org bigint, resumed bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF cardinality(resumed) = 0 THEN
		RETURN;
	END IF;
	UPDATE channels ch SET pauses = 0, paused_until = '-infinity', wants_proof = false, status_reason = NULL,
		updated_at = now(),
			status = CASE WHEN ch.config ? 'webhook_verified_at' THEN 'verified' ELSE 'pending' END
		WHERE ch.org_id = org AND ch.id = ANY (resumed);
	PERFORM deskbell_due(org, 'delivery', now());
END $$;

-- What outcomes say about their channels: too fast pauses the channel for the time asked for, also when a limit that
-- may be meant for all is told to two people at once - the longest of what is asked for, which answers to what was sent
-- before the pause may still make longer; a channel that cannot send is paused for a growing time (1 to 15 minutes),
-- turns to `error` with the reason, and is tried with one message after each pause; a message that was accepted ends
-- all that, unless a status said it (`later`): what takes messages and does not deliver them needs a proof
-- (deskbell_note_proofs).
CREATE OR REPLACE FUNCTION deskbell_note_channels(org bigint, results jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	working bigint[] := CASE WHEN results @> '[{"class": "channel-broken"}]' THEN deskbell_working_channels(org) END;
BEGIN
	UPDATE channels ch SET
			paused_until = greatest(ch.paused_until, now() + t.wait_ms * interval '1 millisecond', CASE WHEN t.broken
				AND (ch.paused_until <= now() OR ch.pauses = 0)
				THEN now() + least(interval '1 minute' * power(2, least(ch.pauses, 4)), interval '15 minutes') END),
			pauses = ch.pauses + (t.broken AND (ch.paused_until <= now() OR ch.pauses = 0))::integer,
			status = CASE WHEN t.broken THEN 'error' ELSE ch.status END,
			status_reason = CASE WHEN t.broken THEN t.reason ELSE ch.status_reason END,
			wants_proof = ch.wants_proof OR t.later,
			updated_at = now()
		FROM (SELECT o.org_id, o.channel_id AS channel, bool_or(r.class = 'channel-broken') AS broken,
			coalesce(bool_or(r.later AND r.class = 'channel-broken'), false) AS later, max(r.delay_ms)
			FILTER (WHERE r.class <> 'channel-broken') AS wait_ms,
				(array_agg(r.error->'reason') FILTER (WHERE r.class = 'channel-broken'))[1] AS reason
			FROM (SELECT org AS org_id, x.* FROM jsonb_to_recordset(results) AS x(message bigint, class text, delay_ms bigint,
				error jsonb, may_be_overall boolean,
				later boolean) OFFSET 0) r
			JOIN outbox o ON o.org_id = r.org_id AND o.message_id = r.message
			WHERE r.class IN ('throttle', 'channel-broken') OR (r.may_be_overall AND EXISTS (SELECT 1 FROM outbox x
				WHERE x.org_id = o.org_id AND x.channel_id = o.channel_id AND x.state = 'queued' AND x.next_attempt_at > now()
					AND x.error_class = 'pair-rate' AND x.conversation_id <> o.conversation_id))
			GROUP BY o.org_id, o.channel_id) t
		WHERE ch.org_id = t.org_id AND ch.id = t.channel;
	IF working <> '{}' THEN
		PERFORM deskbell_ring_stopped(org, working);
	END IF;
	PERFORM deskbell_resume_channels(org, ARRAY(
		SELECT DISTINCT ch.id FROM (SELECT org AS org_id, x.*
			FROM jsonb_to_recordset(results) AS x(message bigint, outcome text) OFFSET 0) r
			JOIN outbox o ON o.org_id = r.org_id AND o.message_id = r.message JOIN channels ch ON ch.org_id = o.org_id
				AND ch.id = o.channel_id
			WHERE r.outcome = 'accepted' AND ch.pauses > 0 AND NOT ch.wants_proof));
END $$;

-- Statuses show that the platform delivers what it takes: it ends what another status has said. Of messages only that
-- were accepted since then.
CREATE OR REPLACE FUNCTION deskbell_note_proofs(org bigint, items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM channels ch WHERE ch.org_id = org AND ch.wants_proof) THEN
		RETURN;
	END IF;
	PERFORM deskbell_resume_channels(org, ARRAY(
		SELECT ch.id FROM channels ch WHERE ch.org_id = org AND ch.wants_proof AND EXISTS (SELECT 1 FROM unnest(items) i
			JOIN messages m ON m.org_id = org AND m.channel_id = i.channel AND m.provider_id = i.provider_id
			JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
			WHERE i.op = 'status' AND i.status <> 'failed' AND i.channel = ch.id AND o.settled_at >= ch.updated_at)));
END $$;

-- Replies that finally failed ask for a person, also in a conversation that was closed. The caller holds the
-- conversations' locks.
CREATE OR REPLACE FUNCTION deskbell_ask_for_person(org bigint, messages bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
DECLARE
	talks bigint[];
	was conversations;
BEGIN
	IF coalesce(cardinality(messages), 0) = 0 THEN
		RETURN;
	END IF;
	-- Conversations apart: as a join with their messages, one of the two could be read as a whole for each of the other.
	talks := ARRAY(SELECT DISTINCT m.conversation_id FROM messages m WHERE m.org_id = org
		AND m.id = ANY (deskbell_ask_for_person.messages) AND m.direction = 'outbound');
	FOR was IN SELECT v.* FROM conversations v WHERE v.org_id = org AND v.id = ANY (talks) ORDER BY v.id FOR NO KEY UPDATE
	LOOP
		UPDATE conversations v SET waiting_since = coalesce(v.waiting_since, now()), needs_attention = true, is_open = true,
			snoozed_until = NULL,
				attention_reason = coalesce(CASE WHEN v.needs_attention THEN v.attention_reason END, 'undelivered')
			WHERE v.org_id = org AND v.id = was.id;
		PERFORM deskbell_moved(was);
	END LOOP;
END $$;

-- What statuses said of messages that the platform had taken; they and their conversations are locked, and failed. A
-- failure of the whole channel stops it, and one that may pass is sent again: within the window, and at most five
-- times, but for a limit or a broken channel, which hold the queue anyway. The rest asks for a person. A message that
-- is sent again goes under another tag and without its id, so that the same status told twice does not end the new
-- attempt.
CREATE OR REPLACE FUNCTION deskbell_failed_later(org bigint, failed bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	again bigint[];
BEGIN
	PERFORM deskbell_note_channels(org,
		(SELECT jsonb_agg(jsonb_build_object('message', o.message_id, 'class', o.error_class, 'delay_ms',
		coalesce((o.error->>'wait_ms')::bigint, 0),
			'error', o.error, 'later', true))
		FROM unnest(failed) u JOIN outbox o ON o.org_id = org AND o.message_id = u
			WHERE o.error_class IN ('throttle', 'channel-broken')));
	SELECT array_agg(o.message_id) INTO again FROM unnest(failed) u JOIN outbox o ON o.org_id = org AND o.message_id = u
		JOIN conversations v ON v.org_id = o.org_id AND v.id = o.conversation_id JOIN channels ch ON ch.org_id = o.org_id
			AND ch.id = o.channel_id
		WHERE o.state = 'failed' AND o.error_class IN ('retry', 'pair-rate', 'throttle', 'channel-broken')
			AND ch.disconnected_at IS NULL
			AND (o.error_class IN ('throttle', 'channel-broken') OR coalesce((o.failures->>'status')::integer, 0) < 5)
			AND (v.last_inbound_at > now() - interval '23 hours 45 minutes' OR NOT ch.has_window);
	UPDATE outbox o SET state = 'queued', settled_at = NULL, lease_until = NULL, leased_by = NULL, resends = 0,
		tag = split_part(o.tag, '.', 1) || '.' || o.attempts,
			next_attempt_at = now() + CASE WHEN o.error_class IN ('throttle', 'channel-broken') THEN interval '0'
				ELSE interval '5 seconds' * power(4, coalesce((o.failures->>'status')::integer, 0)) END,
			failures = o.failures || jsonb_build_object('status', coalesce((o.failures->>'status')::integer, 0) + 1),
				error = o.error #- '{reason,args,next}'
		WHERE o.org_id = org AND o.message_id = ANY (again);
	UPDATE messages m SET status = 'queued', status_at = now(), provider_id = NULL, error = NULL WHERE m.org_id = org
		AND m.id = ANY (again);
	PERFORM deskbell_ask_for_person(org, ARRAY(SELECT u FROM unnest(failed) u WHERE u <> ALL (coalesce(again, '{}'))));
	PERFORM deskbell_due(org, 'sweep', now() + interval '5 seconds');
END $$;

-- Chats that live on under another id: what waits for them goes there. Before anything else is locked.
CREATE OR REPLACE FUNCTION deskbell_follow_moves(org bigint, results jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	m record;
BEGIN
	FOR m IN SELECT DISTINCT o.channel_id AS channel, r.moved_kind AS kind, r.moved_from AS was, r.moved_to AS becomes
		FROM (SELECT org AS org_id, x.* FROM jsonb_to_recordset(results) AS x(message bigint, moved_kind text,
			moved_from text, moved_to text) OFFSET 0) r
		JOIN outbox o ON o.org_id = r.org_id AND o.message_id = r.message WHERE r.moved_to IS NOT NULL ORDER BY 1, 3
	LOOP
		PERFORM deskbell_rename_identity(org, m.channel, m.kind, m.was, m.becomes);
	END LOOP;
END $$;

-- Settles many of one organization at once. `results`: [{message, attempt, outcome, provider_id, delay_ms, class, code,
-- error, counter, without_reply, without_topic, moved_kind, moved_from, moved_to}], error: as outbox.error keeps it;
-- counter: under which name outbox.failures counts it; outcome one of accepted, retry, unknown, failed; may_be_overall
-- as in struct send_result; without_reply: the next attempt quotes nothing; without_topic: it goes to the chat itself;
-- moved_*: the person's identity has changed. A row whose attempt is no longer the settler's is left alone, unless the
-- answer proves that the platform took it. What a status settled already stays, and learns its provider id; one that
-- another message has already (a platform's mistake) is not taken twice. A message that waits for its channel is due at
-- once: the channel's pause holds it.
CREATE OR REPLACE FUNCTION deskbell_settle_deliveries(org bigint, results jsonb) RETURNS integer
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
	settled integer;
	failed bigint[];
	again timestamptz;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	IF results @? '$[*].moved_to' THEN
		PERFORM deskbell_follow_moves(org, results);
	END IF;
	-- their conversations change, and are locked between messages and outbox
	IF results @? '$[*] ? (@.outcome == "failed")' THEN
		PERFORM 1 FROM jsonb_to_recordset(results) AS x(message bigint) JOIN messages m ON m.org_id = org AND m.id = x.message
			ORDER BY m.id FOR NO KEY UPDATE OF m;
		PERFORM 1 FROM jsonb_to_recordset(results) AS x(message bigint, outcome text) JOIN messages m ON m.org_id = org
			AND m.id = x.message
			JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id WHERE x.outcome = 'failed' ORDER BY v.id
				FOR NO KEY UPDATE OF v;
	END IF;
	WITH r AS MATERIALIZED (
		SELECT deskbell_settle_deliveries.org AS org, x.*
			FROM jsonb_to_recordset(results) AS x(message bigint, attempt integer, outcome text, provider_id text,
			delay_ms bigint, class text, code text, error jsonb, counter text, without_reply boolean, without_topic boolean)
	), locked AS MATERIALIZED (
		SELECT m.org_id, m.id FROM r JOIN messages m ON m.org_id = r.org AND m.id = r.message
		ORDER BY m.org_id, m.id FOR NO KEY UPDATE OF m
	), box AS (
		UPDATE outbox o SET
			state = CASE r.outcome WHEN 'retry' THEN 'queued' ELSE r.outcome END,
			next_attempt_at = CASE WHEN r.outcome <> 'retry' THEN o.next_attempt_at
				WHEN r.class IN ('throttle', 'channel-broken') THEN now()
				ELSE now() + r.delay_ms * interval '1 millisecond' END,
			lease_until = CASE r.outcome WHEN 'unknown' THEN now() + deskbell_echo_wait(o.org_id, o.channel_id) END,
			leased_by = NULL,
			failures = CASE WHEN r.outcome = 'retry' AND r.counter IS NOT NULL
				THEN o.failures || jsonb_build_object(r.counter, coalesce((o.failures->>r.counter)::integer, 0) + 1)
					ELSE o.failures END,
			settled_at = CASE WHEN r.outcome IN ('accepted', 'failed') THEN now() END,
			error_class = r.class, error_code = r.code, error = r.error
		FROM r, locked
		WHERE locked.org_id = r.org AND locked.id = r.message AND o.org_id = r.org AND o.message_id = r.message
			AND ((o.state = 'sending' AND o.attempts = r.attempt)
				OR (o.state IN ('sending', 'unknown', 'queued') AND r.outcome = 'accepted'))
		RETURNING o.org_id, o.message_id
	), told AS (
		UPDATE messages m SET
			status = CASE WHEN r.outcome IN ('accepted', 'failed')
				AND deskbell_status_rank(r.outcome) > deskbell_status_rank(m.status) THEN r.outcome ELSE m.status END,
			status_at = CASE WHEN r.outcome IN ('accepted', 'failed')
				AND deskbell_status_rank(r.outcome) > deskbell_status_rank(m.status) THEN now() ELSE m.status_at END,
			provider_id = CASE WHEN m.provider_id IS NULL
				AND NOT EXISTS (SELECT 1 FROM messages x WHERE x.org_id = r.org AND x.channel_id = m.channel_id
					AND x.provider_id = r.provider_id)
				AND NOT EXISTS (SELECT 1 FROM r e WHERE e.org = r.org AND e.provider_id = r.provider_id AND e.message < r.message)
				THEN r.provider_id ELSE m.provider_id END,
			error = CASE WHEN r.outcome = 'failed' AND deskbell_status_rank(m.status) < 3 THEN r.error ELSE m.error END,
			reply_to = CASE WHEN r.without_reply THEN NULL ELSE m.reply_to END,
			metadata = CASE WHEN r.without_topic THEN m.metadata - 'topic' ELSE m.metadata END
		FROM r, locked WHERE locked.org_id = r.org AND locked.id = r.message AND m.org_id = r.org AND m.id = r.message
			AND (r.outcome = 'accepted' OR EXISTS (SELECT 1 FROM box WHERE box.org_id = m.org_id AND box.message_id = m.id))
		RETURNING m.id, m.status
	)
	SELECT count(*), array_agg(id) FILTER (WHERE status = 'failed') INTO settled, failed FROM told;
	PERFORM deskbell_note_channels(org, results);
	PERFORM deskbell_ask_for_person(org, failed);
	PERFORM deskbell_match_settled(org, results);
	-- What waits in the same conversations, and what is to be tried again.
	again := (SELECT min(q.next_attempt_at) FROM channels ch CROSS JOIN LATERAL (
		SELECT o.next_attempt_at FROM outbox o WHERE o.org_id = ch.org_id AND o.channel_id = ch.id AND o.state = 'queued'
		ORDER BY o.next_attempt_at, o.message_id LIMIT 1) q WHERE ch.org_id = org);
	IF again IS NOT NULL THEN
		PERFORM deskbell_due(org, 'delivery', greatest(again, now()));
	END IF;
	RETURN settled;
END $$;

-- Ends deliveries as failed, for a reason that the messages keep too. The caller has locked both, and their
-- conversations.
CREATE OR REPLACE FUNCTION deskbell_fail_deliveries(org bigint, messages bigint[], class text, reason text)
	RETURNS integer
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
DECLARE
	failure jsonb := jsonb_build_object('class', class, 'code', 'local', 'reason', as_reason(reason));
	n integer;
BEGIN
	UPDATE outbox o SET state = 'failed', lease_until = NULL, leased_by = NULL, settled_at = now(),
			error_class = class, error_code = 'local', error = failure
		-- by its key: see deskbell_claim_deliveries
		WHERE o.org_id = org AND o.message_id = ANY (messages) AND o.state || '' IN ('queued', 'unknown');
	GET DIAGNOSTICS n = ROW_COUNT;
	UPDATE messages m SET status = 'failed', status_at = now(), error = failure
		WHERE m.org_id = org AND m.id = ANY (messages) AND deskbell_status_rank(m.status) < 3;
	PERFORM deskbell_ask_for_person(org, messages);
	RETURN n;
END $$;

-- Deliveries that have waited longer than their window, or on a channel without one longer than a day: without a window
-- an answer is worth a day all the same; one that an operator has just asked for again is tried first. Of the two
-- thousand of each channel that have been due longest: the others are asked when they are sent. Locks them, their
-- messages and conversations.
CREATE OR REPLACE FUNCTION deskbell_overdue(org bigint, of_window boolean) RETURNS bigint[]
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
	SET enable_sort = off SET join_collapse_limit = 1 AS $$
DECLARE
	ids bigint[];
	talks bigint[];
BEGIN
	SELECT array_agg(o.message_id), array_agg(DISTINCT o.conversation_id) INTO ids, talks FROM channels c
		CROSS JOIN LATERAL (SELECT x.org_id, x.message_id, x.conversation_id, x.created_at, x.next_attempt_at FROM outbox x
			WHERE x.org_id = c.org_id AND x.channel_id = c.id AND x.state = 'queued' ORDER BY x.next_attempt_at, x.message_id
				LIMIT 2000) o
		CROSS JOIN LATERAL (SELECT v.last_inbound_at FROM conversations v WHERE v.org_id = o.org_id
			AND v.id = o.conversation_id OFFSET 0) t
		WHERE c.org_id = org AND CASE WHEN of_window THEN c.has_window AND t.last_inbound_at < now() - deskbell_window()
			ELSE NOT c.has_window AND o.created_at < now() - interval '24 hours'
				AND o.next_attempt_at NOT BETWEEN now() - interval '1 minute' AND now() END;
	IF ids IS NULL THEN
		RETURN NULL;
	END IF;
	-- Conversations apart: joined, they could be read as a whole for each message, where the server knows nothing of
	-- them yet.
	talks := ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = org AND v.id = ANY (talks) FOR NO KEY
		UPDATE SKIP LOCKED);
	RETURN (SELECT array_agg(s.message_id) FROM (
		SELECT o.message_id FROM (SELECT deskbell_overdue.org AS org_id, u AS id FROM unnest(ids) u OFFSET 0) i
			JOIN messages m ON m.org_id = i.org_id AND m.id = i.id JOIN outbox o ON o.org_id = i.org_id AND o.message_id = i.id
		WHERE o.state || '' = 'queued' -- by its key: see deskbell_claim_deliveries
			AND m.conversation_id = ANY (talks)
		FOR NO KEY UPDATE OF m SKIP LOCKED FOR UPDATE OF o SKIP LOCKED) s);
END $$;

-- Time passes in one organization. A lease that ran out means that the sender died in the middle: unknown, with some
-- time for a status to prove it. An unknown one without evidence goes again once, marked; after that it is failed. What
-- waits longer than its window is failed. Returns how many moved.
CREATE OR REPLACE FUNCTION deskbell_expire_deliveries(org bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off SET join_collapse_limit = 1 AS $$
DECLARE
	moved integer;
	n integer;
	ids bigint[];
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	PERFORM deskbell_wake_snoozed(org), deskbell_hand_on(org), deskbell_remind(org);
	UPDATE outbox o SET state = 'unknown', leased_by = NULL,
		lease_until = now() + deskbell_echo_wait(o.org_id, o.channel_id),
			error_class = 'unknown', error_code = 'lease',
			error = jsonb_build_object('class', 'unknown', 'code', 'lease', 'reason', as_reason('send_sender_stopped'))
		FROM (SELECT x.org_id, x.message_id FROM outbox x WHERE x.org_id = org AND x.state = 'sending'
			AND x.lease_until < now() FOR UPDATE SKIP LOCKED OFFSET 0) s
		WHERE o.org_id = s.org_id AND o.message_id = s.message_id AND o.state = 'sending';
	GET DIAGNOSTICS moved = ROW_COUNT;
	moved := moved + deskbell_queue_later(org);
	-- Where no status can tell, some seconds pass first: a platform that stumbles for ten must not take both attempts.
	UPDATE outbox o SET state = 'queued', resends = o.resends + 1, lease_until = NULL,
			next_attempt_at = CASE WHEN deskbell_echo_wait(o.org_id, o.channel_id) < interval '12 seconds'
				THEN o.lease_until + interval '12 seconds' ELSE now() END
		FROM (SELECT x.org_id, x.message_id FROM outbox x
			WHERE x.org_id = org AND x.state = 'unknown' AND x.lease_until < now() AND x.resends = 0 FOR
				UPDATE SKIP LOCKED OFFSET 0) s
		WHERE o.org_id = s.org_id AND o.message_id = s.message_id AND o.state = 'unknown';
	GET DIAGNOSTICS n = ROW_COUNT;
	moved := moved + n;

	SELECT array_agg(s.message_id) INTO ids FROM (
		SELECT x.message_id FROM (SELECT y.org_id, y.message_id FROM outbox y
				WHERE y.org_id = org AND y.state = 'unknown' AND y.lease_until < now() AND y.resends > 0 OFFSET 0) i
			JOIN messages m ON m.org_id = i.org_id AND m.id = i.message_id JOIN outbox x ON x.org_id = i.org_id
				AND x.message_id = i.message_id
			JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
		WHERE x.state = 'unknown' AND x.lease_until < now()
		FOR NO KEY UPDATE OF m SKIP LOCKED FOR NO KEY UPDATE OF v SKIP LOCKED FOR UPDATE OF x SKIP LOCKED) s;
	IF ids IS NOT NULL THEN
		moved := moved + deskbell_fail_deliveries(org, ids, 'unknown', 'send_no_answer_twice');
	END IF;
	ids := deskbell_overdue(org, true);
	IF ids IS NOT NULL THEN
		moved := moved + deskbell_fail_deliveries(org, ids, 'window', 'send_window_closes');
	END IF;
	ids := deskbell_overdue(org, false);
	IF ids IS NOT NULL THEN
		moved := moved + deskbell_fail_deliveries(org, ids, 'retry', 'send_a_day_late');
	END IF;
	PERFORM deskbell_match_parked(org);
	IF moved > 0 THEN
		PERFORM deskbell_due(org, 'delivery', now());
	END IF;
	RETURN moved;
END $$;

-- The channel has another number or bot: what waits for its conversations is not sent, and nothing else is before the
-- customer writes to the new one. An answer that is being worked out finds another version. Replies that a sender has
-- in its hands have gone under the old one.
CREATE OR REPLACE FUNCTION deskbell_cut_off(a_org bigint, a_channel bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	SELECT array_agg(s.message_id) INTO ids FROM (
		SELECT o.message_id FROM outbox o JOIN messages m ON m.org_id = o.org_id AND m.id = o.message_id
		WHERE o.org_id = a_org AND o.channel_id = a_channel AND o.state IN ('queued', 'unknown') ORDER BY o.message_id
			FOR NO KEY UPDATE OF m) s;
	UPDATE conversations v SET is_cut_off = true, last_inbound_at = NULL, version = v.version + 1 WHERE v.org_id = a_org
		AND v.channel_id = a_channel;
	DELETE FROM answer_jobs j USING conversations v WHERE j.org_id = a_org AND v.org_id = a_org
		AND v.id = j.conversation_id AND v.channel_id = a_channel;
	IF ids IS NOT NULL THEN
		PERFORM deskbell_fail_deliveries(a_org, ids, 'window', 'send_other_account');
	END IF;
END $$;

-- A person asks for a delivery again: one that waits is due at once, one that failed or whose outcome is unknown is
-- queued again. Returns the state it had, NULL when there is no such delivery or it cannot be sent again. What the
-- platform took and then said it failed goes under another tag, so that the same news told twice does not end the new
-- attempt; where the outcome is unknown, the tag stays, for what is told later is evidence.
CREATE OR REPLACE FUNCTION deskbell_retry_delivery(a_org bigint, a_message bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	was text;
	taken text;
BEGIN
	SELECT m.provider_id INTO taken FROM messages m WHERE m.org_id = a_org AND m.id = a_message FOR NO KEY UPDATE;
	SELECT o.state INTO was FROM outbox o WHERE o.org_id = a_org AND o.message_id = a_message
		AND o.state IN ('queued', 'unknown', 'failed')
		AND NOT EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = a_org AND v.id = o.conversation_id AND v.is_cut_off)
			FOR UPDATE;
	UPDATE outbox o SET state = 'queued', next_attempt_at = now(), lease_until = NULL, leased_by = NULL, settled_at = NULL,
		resends = 0, failures = '{}',
			tag = CASE WHEN was = 'failed' AND taken IS NOT NULL THEN split_part(o.tag, '.', 1) || '.' || o.attempts
				ELSE o.tag END
		WHERE o.org_id = a_org AND o.message_id = a_message AND o.state = was;
	-- What was refused may have been the file: it is uploaded again.
	DELETE FROM uploads u USING attachments a WHERE was = 'failed' AND a.org_id = a_org AND a.message_id = a_message
		AND u.org_id = a_org
		AND u.channel_id = a.channel_id AND u.sha256 = a.sha256;
	PERFORM deskbell_due(a_org, 'delivery', now());
	UPDATE messages m SET status = 'queued', status_at = now(), error = NULL, provider_id = CASE WHEN was = 'failed'
		THEN NULL ELSE m.provider_id END
		WHERE m.org_id = a_org AND m.id = a_message AND was IS NOT NULL AND deskbell_status_rank(m.status) <= 3;
	RETURN was;
END $$;

-- A person gives a delivery up. Returns the state it had, NULL when there is none that waits.
CREATE OR REPLACE FUNCTION deskbell_discard_delivery(a_org bigint, a_message bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	was text;
BEGIN
	PERFORM 1 FROM messages m WHERE m.org_id = a_org AND m.id = a_message FOR NO KEY UPDATE;
	SELECT o.state INTO was FROM outbox o WHERE o.org_id = a_org AND o.message_id = a_message
		AND o.state IN ('queued', 'unknown', 'failed') FOR UPDATE;
	UPDATE outbox o SET state = 'cancelled', lease_until = NULL, leased_by = NULL, settled_at = now()
		WHERE o.org_id = a_org AND o.message_id = a_message AND o.state = was;
	UPDATE messages m SET status = 'cancelled', status_at = now()
		WHERE m.org_id = a_org AND m.id = a_message AND was IS NOT NULL AND deskbell_status_rank(m.status) <= 3;
	PERFORM deskbell_due(a_org, 'delivery', now());
	RETURN was;
END $$;

-- A sender is alive, or stops. Who beats holds the lock of its shard: any other row of that shard is of one that was
-- killed.
CREATE OR REPLACE FUNCTION deskbell_heartbeat(a_shard text, a_host text, a_pid integer, a_mode text, a_version text,
	stopping boolean,
	a_loop_max_ms integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	IF stopping THEN
		DELETE FROM heartbeats WHERE shard = a_shard AND host = a_host AND pid = a_pid;
		RETURN;
	END IF;
	INSERT INTO heartbeats (shard, host, pid, mode, version, loop_max_ms)
		VALUES (a_shard, a_host, a_pid, a_mode, a_version, a_loop_max_ms)
		ON CONFLICT (shard, host, pid) DO UPDATE
			SET beat_at = now(), mode = excluded.mode, version = excluded.version, loop_max_ms = excluded.loop_max_ms;
	DELETE FROM heartbeats WHERE beat_at < now() - interval '1 day'
		OR (shard = a_shard AND (host, pid) <> (a_host, a_pid));
END $$;

-- The senders, for the desk: the last heartbeat first. Which tenants' messages they send is not told there.
CREATE OR REPLACE FUNCTION deskbell_senders()
	RETURNS TABLE (host text, pid integer, mode text, version text, age_s bigint, loop_max_ms integer)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT h.host, h.pid, h.mode, h.version, greatest(0, extract(epoch FROM now() - h.beat_at))::bigint, h.loop_max_ms
		FROM heartbeats h ORDER BY h.beat_at DESC LIMIT 10
$$;
