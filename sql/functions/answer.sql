-- Answer jobs: claimed under a lease, worked out outside of any transaction, committed only if nothing that matters
-- changed meanwhile.
--
-- None of these commits waits for the disk: a job whose claim or answer a crash of the database takes back is due
-- again, and a reply leaves only after the claim of its delivery, whose commit waits for the disk, and with it for
-- everything that was committed before.

-- Claims up to `most` due jobs of one organization and returns, in one round trip, what the pipeline needs to know.
-- `busy` are the conversations that `who` is working on right now: a job that carries its name and is not among them is
-- one that it lost with its connection, and need not wait for the lease. The joins keep their order, each one by a
-- whole key: without statistics (a restore, a first day) the planner may think little of walking through all of an
-- organisation for each job.
CREATE OR REPLACE FUNCTION deskbell_claim_answers(org bigint, who text, busy bigint[], most integer, lease_s integer)
RETURNS TABLE (conversation_id bigint, messages bigint[], attempts integer,
	organization text, bot_mode text, language text, skills_revision bigint, settings jsonb,
	platform text, agent text, version bigint, consecutive_fallbacks integer, noticed boolean, has_contents boolean,
		hears_later boolean, window_age_s double precision,
	message_age_s double precision, message_text text, received jsonb, replies_last_hour bigint, recent jsonb,
		memory jsonb,
	channel_id bigint, external_id text, config jsonb)
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off SET join_collapse_limit = 1 AS $$
#variable_conflict use_column
DECLARE
	jobs answer_jobs[];
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	WITH due AS MATERIALIZED (
		SELECT j.org_id, j.conversation_id FROM answer_jobs j
		WHERE j.org_id = org AND j.due_at <= now() AND (j.lease_until IS NULL OR j.lease_until < now() OR j.leased_by = who)
			AND j.conversation_id <> ALL (busy)
		ORDER BY j.due_at LIMIT most FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE answer_jobs j SET lease_until = now() + lease_s * interval '1 second', leased_by = who,
			attempts = j.attempts + 1
		FROM due WHERE j.org_id = due.org_id AND j.conversation_id = due.conversation_id
		RETURNING j AS job
	)
	SELECT array_agg(claimed.job) INTO jobs FROM claimed;
	IF jobs IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT c.conversation_id, c.messages, c.attempts, o.name, o.bot_mode, o.language, o.skills_revision, o.settings,
		v.platform, v.agent::text, v.version, v.consecutive_fallbacks,
			coalesce(v.noticed_at > now() - interval '1 day', false),
		EXISTS (SELECT 1 FROM reply_contents r WHERE r.org_id = c.org_id),
		-- A voice note that nothing has tried to read: in a moment there may be its transcript.
		EXISTS (SELECT 1 FROM unnest(c.messages) w(id) JOIN attachments f ON f.org_id = c.org_id AND f.message_id = w.id
			WHERE f.kind = 'voice' AND (f.state = 'waiting' AND f.attempts = 0 OR f.reading = 'waiting'
				AND f.reading_attempts = 0)),
		extract(epoch FROM now() - v.last_inbound_at)::double precision, q.age_s, q.body, q.received,
		(SELECT count(*) FROM messages m WHERE m.org_id = c.org_id AND m.conversation_id = c.conversation_id
			AND m.sender = 'bot'
			AND m.created_at > now() - interval '1 hour'),
		(SELECT jsonb_agg(jsonb_build_object('from', t.sender, 'text', t.body, 'age_s', t.age_s) ORDER BY t.id) FROM (
			SELECT m.id, m.sender, left(m.body, 2000) AS body, floor(extract(epoch FROM now() - m.created_at)) AS age_s
				FROM messages m
			WHERE m.org_id = c.org_id AND m.conversation_id = c.conversation_id AND m.text_like AND m.id <> ALL (c.messages)
			ORDER BY m.id DESC LIMIT 12) t),
		v.memory,
		ch.id, ch.external_id, CASE WHEN ch.disconnected_at IS NULL AND ch.paused_until <= now() THEN ch.config END
	FROM unnest(jobs) c
	JOIN organizations o ON o.id = c.org_id
	JOIN conversations v ON v.org_id = c.org_id AND v.id = c.conversation_id
	JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
	CROSS JOIN LATERAL (
		SELECT extract(epoch FROM now() - max(m.provider_time))::double precision AS age_s,
			-- as outbox/answers.c
			right(string_agg(right(m.body, 16384), E'\n' ORDER BY m.provider_time, m.id)
				FILTER (WHERE m.text_like), 16384) AS body,
			jsonb_agg(jsonb_build_object('id', m.provider_id, 'topic', m.metadata->'topic')
				ORDER BY m.provider_time, m.id) AS received
		FROM unnest(c.messages) w(id) JOIN messages m ON m.org_id = c.org_id AND m.id = w.id
	) q;
END $$;

-- What the metadata of a message to a contact hold: its place and its buttons; NULL for neither.
CREATE OR REPLACE FUNCTION deskbell_outgoing_metadata(content jsonb, buttons jsonb, topic jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT nullif(jsonb_strip_nulls(jsonb_build_object('location', content->'place', 'topic', topic,
		'buttons', CASE WHEN jsonb_array_length(buttons) > 0 THEN buttons END)), '{}')
$$;

-- The topic of the chat in which a reply belongs: `wanted` by its id, '' the chat itself; NULL: where the customer
-- wrote last. NULL when that is no topic.
CREATE OR REPLACE FUNCTION deskbell_topic(v conversations, wanted text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT m.metadata->'topic' FROM messages m
	WHERE v.platform = 'telegram' AND wanted IS DISTINCT FROM '' AND m.org_id = v.org_id AND m.conversation_id = v.id
		AND m.direction = 'inbound' AND m.kind NOT IN ('edit', 'reaction', 'service', 'my_chat_member')
		AND (wanted IS NULL OR m.metadata#>>'{topic,id}' = wanted)
	ORDER BY m.id DESC LIMIT 1
$$;

-- Puts messages of the bot into a conversation and on their way, in order: `parts` with `tags` next to them, `buttons`
-- (an array of titles) below the last one, and what each holds besides its text in the array `contents` (see
-- deskbell_queue_manual). The caller holds the conversation's lock, and moves its last_message_at.
CREATE OR REPLACE FUNCTION deskbell_queue_reply(v conversations, parts text[], tags text[], buttons jsonb DEFAULT NULL,
	contents jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	message bigint;
	content jsonb;
	texts bigint[];
	topic jsonb := deskbell_topic(v, NULL);
BEGIN
	FOR n IN 1 .. coalesce(cardinality(parts), 0) LOOP
		content := nullif(contents->(n - 1), 'null');
		INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,
				status_at, metadata)
			VALUES (v.org_id, v.id, v.channel_id, 'outbound', 'bot', coalesce(content->>'native', 'text'),
				nullif(parts[n], ''), parts[n] <> '', 'queued', now(),
				deskbell_outgoing_metadata(content, CASE WHEN n = cardinality(parts) THEN buttons END, topic)) RETURNING id
					INTO message;
		PERFORM deskbell_attach(v, message, content);
		INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag)
			VALUES (v.org_id, message, v.channel_id, v.id, tags[n]);
		IF parts[n] <> '' THEN
			texts := texts || message;
		END IF;
	END LOOP;
	PERFORM deskbell_index(v.org_id, 'message', texts);
	IF cardinality(parts) > 0 THEN
		PERFORM deskbell_due(v.org_id, 'delivery', now()), deskbell_due(v.org_id, 'sweep', now() + interval '30 seconds');
	END IF;
END $$;

-- Since when the conversation waits for a person; NULL: it does not. What waits already keeps the earlier time. The
-- caller holds the lock.
CREATE OR REPLACE FUNCTION deskbell_set_waiting(a_org bigint, a_conversation bigint, a_since timestamptz) RETURNS void
LANGUAGE sql AS $$
	UPDATE conversations SET waiting_since = CASE WHEN a_since IS NOT NULL THEN least(waiting_since, a_since) END,
		needs_attention = needs_attention AND a_since IS NOT NULL, attention_reason = CASE WHEN a_since IS NOT NULL
			THEN attention_reason END
	WHERE org_id = a_org AND id = a_conversation
$$;

-- Marks a conversation for a person, and with `locks` gives it to people: the bot is silent in it from now on.
CREATE OR REPLACE FUNCTION deskbell_call_person(v conversations, reason text, locks boolean) RETURNS void
LANGUAGE sql AS $$
	UPDATE conversations SET needs_attention = true, attention_reason = reason,
		waiting_since = coalesce(waiting_since, now()),
		agent = CASE WHEN locks THEN 'operator' ELSE agent END, version = version + (locks AND agent <> 'operator')::integer
	WHERE org_id = v.org_id AND id = v.id
$$;

-- Ends a job. `a` says what was decided: version and messages that were read; outcome, stage, reason (a code), detail,
-- draft; parts, tags, contents and buttons of the reply; memory (what to keep of the conversation); attention (why a
-- person should look, absent if none should) and hand_over (the conversation is a person's from now on); wants_lead.
-- Returns what became of it: done; rerun (a customer message came meanwhile: the job is due again); superseded (an
-- operator changed who may answer, or whether the bot may: the draft is kept in decisions, nothing is sent); gone (the
-- conversation or the job is no longer there). A reply that a newer message made incomplete is worked out again, at
-- most three times, then it goes as it is.
CREATE OR REPLACE FUNCTION deskbell_commit_answer(a_org bigint, a_conversation bigint, a jsonb)
RETURNS text LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v conversations;
	j answer_jobs;
	outcome text := a->>'outcome';
	reason text := a->>'reason';
	parts text[] := ARRAY(SELECT jsonb_array_elements_text(a->'parts'));
	seen bigint[] := ARRAY(SELECT jsonb_array_elements_text(a->'messages'))::bigint[];
	newer bigint[];
BEGIN
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	SELECT * INTO j FROM answer_jobs WHERE org_id = a_org AND conversation_id = a_conversation FOR UPDATE;
	IF v.id IS NULL OR j.conversation_id IS NULL THEN
		RETURN 'gone';
	END IF;
	newer := ARRAY(SELECT m FROM unnest(j.messages) m WHERE m <> ALL (seen));
	IF v.version <> (a->>'version')::bigint AND cardinality(parts) > 0 THEN
		outcome := 'superseded';
		reason := 'conversation_changed';
	ELSIF cardinality(parts) > 0 AND (SELECT o.bot_mode FROM organizations o WHERE o.id = a_org) <> 'active' THEN
		outcome := 'superseded';
		reason := 'bot_switched_off';
	ELSIF newer <> '{}' AND j.attempts < 4 THEN
		UPDATE answer_jobs SET lease_until = NULL, leased_by = NULL WHERE org_id = a_org AND conversation_id = a_conversation;
		PERFORM deskbell_due(a_org, 'answer', j.due_at);
		RETURN 'rerun';
	END IF;

	INSERT INTO decisions (org_id, conversation_id, message_id, outcome, stage, reason, detail, draft)
		VALUES (a_org, a_conversation, (SELECT max(m) FROM unnest(seen) m), outcome, a->>'stage', reason,
			CASE WHEN (a->>'hand_over')::boolean THEN coalesce(nullif(a->'detail', 'null'), '{}') || '{"hand_over": true}'
				ELSE a->'detail' END,
			CASE WHEN outcome IN ('superseded', 'draft') THEN a->>'draft' END);
	IF outcome = 'replied' THEN
		PERFORM deskbell_queue_reply(v, parts, ARRAY(SELECT jsonb_array_elements_text(a->'tags')), a->'buttons',
			a->'contents');
		UPDATE conversations SET
				last_message_at = now(),
				consecutive_fallbacks = CASE WHEN a->>'stage' = 'fallback' THEN v.consecutive_fallbacks + 1
					WHEN a->>'stage' IN ('notice', 'act', 'clarify') THEN v.consecutive_fallbacks ELSE 0 END,
				noticed_at = CASE a->>'stage' WHEN 'notice' THEN now() ELSE v.noticed_at END
			WHERE org_id = a_org AND id = a_conversation;
	ELSIF outcome = 'draft' THEN
		UPDATE conversations SET version = v.version WHERE org_id = a_org AND id = a_conversation; -- the inbox looks again
	END IF;
	IF outcome IN ('replied', 'silent') AND jsonb_typeof(a->'memory') = 'object' THEN
		UPDATE conversations SET memory = a->'memory' WHERE org_id = a_org AND id = a_conversation;
	END IF;
	-- No real answer yet: none at all (but for thanks, which need none), a suggestion, the fallback, the notice that
	-- the bot cannot read it, or a question back about a picture.
	IF v.is_open AND (outcome IN ('superseded', 'draft') OR outcome = 'silent' AND a->>'stage' IS DISTINCT FROM 'act'
		OR a->>'stage' IN ('fallback', 'notice')
			OR a->>'stage' IN ('act', 'clarify')
				AND EXISTS (SELECT 1 FROM attachments f WHERE f.org_id = a_org AND f.message_id = ANY (seen))) THEN
		PERFORM deskbell_set_waiting(a_org, a_conversation, s.since) FROM (
			SELECT min(m.created_at) AS since FROM messages m WHERE m.org_id = a_org AND m.id = ANY (seen)
				AND m.id > coalesce((SELECT max(p.id) FROM messages p WHERE p.org_id = a_org AND p.conversation_id = a_conversation
					AND p.sender = 'operator'), 0)) s
			WHERE s.since IS NOT NULL;
	END IF;
	IF outcome <> 'superseded' AND a->>'attention' IS NOT NULL THEN
		PERFORM deskbell_call_person(v, a->>'attention', outcome = 'replied' AND coalesce((a->>'hand_over')::boolean, false));
	END IF;
	PERFORM deskbell_moved(v) WHERE v.may_have_tags OR v.waiting_since IS NULL OR NOT v.is_open;
	IF (a->>'wants_lead')::boolean THEN
		PERFORM deskbell_lead_due(a_org, a_conversation, (SELECT max(m) FROM unnest(seen) m));
	END IF;
	IF newer = '{}' THEN
		DELETE FROM answer_jobs WHERE org_id = a_org AND conversation_id = a_conversation;
	ELSE
		UPDATE answer_jobs SET messages = newer, lease_until = NULL, leased_by = NULL, attempts = 0 WHERE org_id = a_org
			AND conversation_id = a_conversation;
		PERFORM deskbell_due(a_org, 'answer', j.due_at);
	END IF;
	RETURN CASE outcome WHEN 'superseded' THEN 'superseded' ELSE 'done' END;
END $$;

-- A job that waits for the transcript of a voice note; looking costs no attempt.
CREATE OR REPLACE FUNCTION deskbell_hold_answer(a_org bigint, a_conversation bigint, pause_s integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM deskbell_postpone_answer(a_org, a_conversation, pause_s);
	UPDATE answer_jobs SET attempts = attempts - 1 WHERE org_id = a_org AND conversation_id = a_conversation
		AND attempts > 0;
END $$;

-- A job that could not be worked out (a corrupt setting, an internal error): due again after a pause that grows with
-- its attempts.
CREATE OR REPLACE FUNCTION deskbell_postpone_answer(a_org bigint, a_conversation bigint, pause_s integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	UPDATE answer_jobs SET lease_until = NULL, leased_by = NULL, due_at = now() + pause_s * interval '1 second'
		WHERE org_id = a_org AND conversation_id = a_conversation;
	PERFORM deskbell_due(a_org, 'answer', now() + pause_s * interval '1 second');
END $$;

-- The skills of one organisation with their triggers, as the matcher loads them, and the revision that these skills
-- are: one snapshot.
CREATE OR REPLACE FUNCTION deskbell_skills(a_org bigint)
RETURNS TABLE (revision bigint, skill_id bigint, title text, response text, requires_human_handover boolean,
	triggers text[])
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	SELECT o.skills_revision, s.id, s.title, s.response, s.requires_human_handover,
		ARRAY(SELECT t.phrase FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id ORDER BY t.position)
	FROM skills s JOIN organizations o ON o.id = s.org_id WHERE s.org_id = a_org AND s.enabled ORDER BY s.id;
END $$;

-- Whether titles and triggers of enabled skills are at most so many, and together at most so many bytes, counting no
-- further.
CREATE OR REPLACE FUNCTION deskbell_skills_are_few(a_org bigint, phrases integer, bytes integer) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN (SELECT count(*) <= phrases AND coalesce(sum(octet_length(x.phrase)), 0) <= bytes FROM (
		SELECT s.title AS phrase FROM skills s WHERE s.org_id = a_org AND s.enabled
		UNION ALL SELECT t.phrase FROM skill_triggers t WHERE t.org_id = a_org LIMIT phrases + 1) x);
END $$;

-- The stored model of an organisation; no row when there is none.
CREATE OR REPLACE FUNCTION deskbell_skill_model(a_org bigint)
RETURNS TABLE (revision bigint, model bytea)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY SELECT m.revision, m.model FROM skill_models m WHERE m.org_id = a_org;
END $$;

-- Stores a model unless one of later skills is there; says whether it did. An equal revision is replaced: the row may
-- be damaged.
CREATE OR REPLACE FUNCTION deskbell_store_skill_model(a_org bigint, a_revision bigint, a_model bytea, a_took_ms integer)
	RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true);
	INSERT INTO skill_models AS m (org_id, revision, model, took_ms)
		SELECT o.id, a_revision, a_model, a_took_ms FROM organizations o WHERE o.id = a_org
			AND o.skills_revision >= a_revision
	ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision, model = excluded.model, took_ms = excluded.took_ms,
		trained_at = now()
		WHERE m.revision <= excluded.revision;
	RETURN FOUND;
END $$;
