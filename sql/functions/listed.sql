-- What follows when a conversation is listed otherwise: its tags carry what it is listed by, and what begins to wait
-- calls the team. The functions that change conversations call these, under the conversation's lock.

-- Tags of these conversations are listed as the conversations are.
CREATE OR REPLACE FUNCTION deskbell_list_tags(org bigint, talks bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
BEGIN
	UPDATE conversation_tags t SET platform = v.platform, is_open = v.is_open, waiting_since = v.waiting_since,
		snoozed_until = v.snoozed_until,
			assignee_id = v.assignee_id, last_message_at = v.last_message_at
		FROM conversations v WHERE v.org_id = org AND v.id = ANY (talks) AND t.org_id = org AND t.conversation_id = v.id
			AND (t.platform, t.is_open, t.waiting_since, t.snoozed_until, t.assignee_id, t.last_message_at)
				IS DISTINCT FROM (v.platform, v.is_open, v.waiting_since, v.snoozed_until, v.assignee_id, v.last_message_at);
END $$;

-- Gives a conversation tags; those that it did not have. The conversation is locked by being written: a transaction
-- that changes it at this moment is waited for, and one that comes later finds them.
CREATE OR REPLACE FUNCTION deskbell_tag(org bigint, talk bigint, tags text[]) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v conversations;
	n integer;
BEGIN
	IF cardinality(tags) = 0 THEN
		RETURN 0;
	END IF;
	UPDATE conversations c SET may_have_tags = true WHERE c.org_id = org AND c.id = talk RETURNING * INTO v;
	INSERT INTO conversation_tags (org_id, conversation_id, tag, platform, is_open, waiting_since, snoozed_until,
		assignee_id, last_message_at)
		SELECT v.org_id, v.id, x, v.platform, v.is_open, v.waiting_since, v.snoozed_until, v.assignee_id, v.last_message_at
			FROM unnest(tags) x WHERE v.id IS NOT NULL
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS n = ROW_COUNT;
	IF n > 0 THEN
		PERFORM deskbell_index(org, 'contact', ARRAY[talk]);
	END IF;
	RETURN n;
END $$;

-- These conversations have begun to wait for the team: not again with every message, and never while the bot handles
-- them.
CREATE OR REPLACE FUNCTION deskbell_ring_waiting(org bigint, talks bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM ring(org, 'waiting', x.id, NULL, NULL, NULL) FROM unnest(talks) x(id) ORDER BY x.id;
END $$;

-- A conversation was changed; `was` is how it was before.
CREATE OR REPLACE FUNCTION deskbell_moved(was conversations) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v conversations;
BEGIN
	SELECT * INTO v FROM conversations c WHERE c.org_id = was.org_id AND c.id = was.id;
	IF v.may_have_tags AND (v.platform, v.is_open, v.waiting_since, v.snoozed_until, v.assignee_id, v.last_message_at)
			IS DISTINCT FROM (was.platform, was.is_open, was.waiting_since, was.snoozed_until, was.assignee_id,
				was.last_message_at) THEN
		PERFORM deskbell_list_tags(v.org_id, ARRAY[v.id]);
	END IF;
	IF v.waiting_since IS NOT NULL AND v.is_open AND (was.waiting_since IS NULL OR NOT was.is_open) THEN
		PERFORM ring(v.org_id, 'waiting', v.id, NULL, NULL, NULL);
	END IF;
END $$;

-- Channels that may send: those among them that have stopped since (deskbell_ring_stopped) call the team.
CREATE OR REPLACE FUNCTION deskbell_working_channels(org bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET jit = off AS $$
BEGIN
	RETURN ARRAY(SELECT c.id FROM channels c WHERE c.org_id = org AND c.status <> 'error' AND c.disconnected_at IS NULL);
END $$;

CREATE OR REPLACE FUNCTION deskbell_ring_stopped(org bigint, working bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	stopped bigint[] := ARRAY(SELECT c.id FROM channels c WHERE c.org_id = org AND c.id = ANY (working)
		AND c.status = 'error');
BEGIN
	PERFORM ring(org, 'channel', NULL, x.id, NULL, NULL) FROM unnest(stopped) x(id);
END $$;
