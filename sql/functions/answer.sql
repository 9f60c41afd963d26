-- Answer jobs: claimed under a lease, worked out outside of any transaction, committed only if nothing that matters changed meanwhile.

-- Claims up to `most` due jobs and returns, in one round trip, what the pipeline needs to know. Two statements, so that the messages are read with a snapshot that is
-- younger than the job's `rev`: in one, a message that arrives in between would raise the `rev` that is claimed and not be seen, and would never be answered.
-- A sender works its jobs out before it claims again, so one that carries its own name is one that it lost with its connection: it need not wait for the lease.
CREATE OR REPLACE FUNCTION deskbell_claim_answers(who text, most integer, lease_s integer)
RETURNS TABLE (org_id bigint, conversation_id bigint, rev bigint, attempts integer,
	bot_mode text, fallback_text text, language text, skills_revision bigint, platform text,
	agent text, version bigint, window_age_s double precision,
	up_to bigint, text_like_messages bigint, message_age_s double precision, message_text text,
	channel_id bigint, external_id text, config jsonb, last_provider_id text, skill_threshold real)
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
	jobs answer_jobs[];
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	WITH due AS (
		SELECT j.org_id, j.conversation_id FROM answer_jobs j
		WHERE j.due_at <= now() AND (j.lease_until IS NULL OR j.lease_until < now() OR j.leased_by = who)
		ORDER BY j.due_at LIMIT most FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE answer_jobs j SET lease_until = now() + lease_s * interval '1 second', leased_by = who, attempts = j.attempts + 1
		FROM due WHERE j.org_id = due.org_id AND j.conversation_id = due.conversation_id
		RETURNING j AS job
	)
	SELECT array_agg(claimed.job) INTO jobs FROM claimed;
	RETURN QUERY
	SELECT c.org_id, c.conversation_id, c.rev, c.attempts, o.bot_mode, o.fallback_text, o.language, o.skills_revision, v.platform,
		v.agent, v.version, extract(epoch FROM now() - v.last_inbound_at)::double precision,
		coalesce(q.up_to, v.answered_up_to), coalesce(q.n, 0), q.age_s, q.body,
		ch.id, ch.external_id, CASE WHEN ch.disconnected_at IS NULL AND ch.paused_until <= now() THEN ch.config END, q.last_provider_id, o.skill_threshold
	FROM unnest(jobs) c
	JOIN organizations o ON o.id = c.org_id
	JOIN conversations v ON v.org_id = c.org_id AND v.id = c.conversation_id
	JOIN channels ch ON ch.org_id = v.org_id AND ch.id = v.channel_id
	LEFT JOIN LATERAL (
		SELECT max(m.id) AS up_to, count(*) FILTER (WHERE m.text_like) AS n,
			extract(epoch FROM now() - max(m.provider_time))::double precision AS age_s,
			string_agg(m.body, E'\n' ORDER BY m.provider_time, m.id) FILTER (WHERE m.text_like) AS body,
			(array_agg(m.provider_id ORDER BY m.provider_time DESC, m.id DESC))[1] AS last_provider_id
		FROM messages m
		WHERE m.org_id = c.org_id AND m.conversation_id = c.conversation_id AND m.id > v.answered_up_to AND m.direction = 'inbound'
	) q ON true;
END $$;

-- Ends a job. Returns what became of it: done; rerun (a customer message came meanwhile: the job is due again); superseded (somebody changed who may
-- answer: the draft is kept in decisions, nothing is sent); gone (the conversation or the job is no longer there).
-- `parts` is the reply, one message each, with `tags` beside it; both empty for a decision without reply. A reply that a newer message made
-- incomplete is worked out again, at most three times, then it goes as it is.
CREATE OR REPLACE FUNCTION deskbell_commit_answer(a_org bigint, a_conversation bigint, a_rev bigint, a_version bigint, a_up_to bigint,
	a_outcome text, a_stage text, a_reason text, a_detail jsonb, a_draft text, parts text[], tags text[], hand_over boolean)
RETURNS text LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v conversations;
	j answer_jobs;
	outcome text := a_outcome;
	reason text := a_reason;
	message bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	SELECT * INTO j FROM answer_jobs WHERE org_id = a_org AND conversation_id = a_conversation FOR UPDATE;
	IF v.id IS NULL OR j.conversation_id IS NULL THEN
		RETURN 'gone';
	END IF;
	IF v.version <> a_version AND cardinality(parts) > 0 THEN
		outcome := 'superseded';
		reason := 'somebody took over or the conversation changed while the answer was worked out';
		parts := '{}';
	ELSIF j.rev <> a_rev AND j.attempts < 4 THEN
		UPDATE answer_jobs SET lease_until = NULL, leased_by = NULL WHERE org_id = a_org AND conversation_id = a_conversation;
		RETURN 'rerun';
	END IF;

	INSERT INTO decisions (org_id, conversation_id, message_id, outcome, stage, reason, detail, draft)
		VALUES (a_org, a_conversation, nullif(a_up_to, 0), outcome, a_stage, reason, a_detail,
			CASE WHEN outcome IN ('superseded', 'draft') THEN a_draft END);
	FOR n IN 1 .. cardinality(parts) LOOP
		INSERT INTO messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status, status_at)
			VALUES (a_org, a_conversation, v.channel_id, 'outbound', 'bot', 'text', parts[n], true, 'queued', now()) RETURNING id INTO message;
		INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, tag) VALUES (a_org, message, v.channel_id, a_conversation, tags[n]);
	END LOOP;
	UPDATE conversations SET
			answered_up_to = greatest(v.answered_up_to, a_up_to),
			last_message_at = CASE WHEN cardinality(parts) > 0 THEN now() ELSE v.last_message_at END,
			agent = CASE WHEN hand_over AND outcome = 'replied' THEN 'operator' ELSE v.agent END,
			version = v.version + (hand_over AND outcome = 'replied')::integer,
			needs_attention = v.needs_attention OR (hand_over AND outcome = 'replied'),
			attention_reason = CASE WHEN hand_over AND outcome = 'replied' THEN 'a skill asked for a person' ELSE v.attention_reason END
		WHERE org_id = a_org AND id = a_conversation;
	IF j.rev = a_rev THEN
		DELETE FROM answer_jobs WHERE org_id = a_org AND conversation_id = a_conversation;
	ELSE
		UPDATE answer_jobs SET lease_until = NULL, leased_by = NULL, attempts = 0 WHERE org_id = a_org AND conversation_id = a_conversation;
	END IF;
	RETURN CASE outcome WHEN 'superseded' THEN 'superseded' ELSE 'done' END;
END $$;

-- A job that could not be worked out (a corrupt setting, an internal error): due again after a pause that grows with its attempts.
CREATE OR REPLACE FUNCTION deskbell_postpone_answer(a_org bigint, a_conversation bigint, pause_s integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE answer_jobs SET lease_until = NULL, leased_by = NULL, due_at = now() + pause_s * interval '1 second'
		WHERE org_id = a_org AND conversation_id = a_conversation;
END $$;

-- The skills of one organisation with their triggers, as the matcher loads them, and the revision that these skills are: one snapshot.
CREATE OR REPLACE FUNCTION deskbell_skills(a_org bigint)
RETURNS TABLE (revision bigint, skill_id bigint, title text, response text, requires_human_handover boolean, triggers text[])
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	SELECT o.skills_revision, s.id, s.title, s.response, s.requires_human_handover,
		ARRAY(SELECT t.phrase FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id ORDER BY t.position)
	FROM skills s JOIN organizations o ON o.id = s.org_id WHERE s.org_id = a_org AND s.enabled ORDER BY s.id;
END $$;

-- The stored model of an organisation; no row when there is none.
CREATE OR REPLACE FUNCTION deskbell_skill_model(a_org bigint)
RETURNS TABLE (revision bigint, model bytea)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT m.revision, m.model FROM skill_models m WHERE m.org_id = a_org;
END $$;

-- Stores a model unless one of later skills is there; says whether it did. An equal revision is replaced: the row may be damaged.
CREATE OR REPLACE FUNCTION deskbell_store_skill_model(a_org bigint, a_revision bigint, a_model bytea, a_took_ms integer) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	INSERT INTO skill_models AS m (org_id, revision, model, took_ms)
		SELECT o.id, a_revision, a_model, a_took_ms FROM organizations o WHERE o.id = a_org AND o.skills_revision >= a_revision
	ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision, model = excluded.model, took_ms = excluded.took_ms, trained_at = now()
		WHERE m.revision <= excluded.revision;
	RETURN FOUND;
END $$;
