-- Leads: jobs claimed under a lease, facts found outside of any transaction, committed only onto what was read; no
-- commit waits for the disk, as in answer.sql.
--
-- Rows are locked in the order conversations, lead_jobs, leads. What a person set manually (leads.manual) is written by
-- nothing here but the merge of two conversations, which keeps it.

-- Facts as people see them: what was found, with what was set manually over it. A date set manually makes the found day
-- of the calendar void.
CREATE OR REPLACE FUNCTION deskbell_lead_facts(found jsonb, manual jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_strip_nulls((CASE WHEN manual ? 'date' THEN found - 'date_iso' ELSE found END) || manual)
$$;

-- There is something to find out in this conversation, in its messages up to `up_to`. Called in the transaction that
-- makes it so, in its scope, by who knows that leads are wanted there: later messages, which a person may have and the
-- organisation may not want looked at, are not part of it.
CREATE OR REPLACE FUNCTION deskbell_lead_due(a_org bigint, a_conversation bigint, up_to bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO lead_jobs AS j (org_id, conversation_id, up_to, due_at)
		VALUES (a_org, a_conversation, deskbell_lead_due.up_to, now())
	ON CONFLICT (org_id, conversation_id) DO UPDATE
		SET up_to = greatest(j.up_to, excluded.up_to), due_at = least(j.due_at, excluded.due_at);
	PERFORM deskbell_due(a_org, 'lead', now());
END $$;

-- Claims up to `most` due jobs of one organization and returns what the rules need to know. `busy` are the
-- conversations that `who` is still working on: another one that carries its name is one that it lost with its
-- connection, and is free again. Two statements, for the snapshot of the second is younger than the claim; its joins
-- keep their order, as those of deskbell_claim_answers.
CREATE OR REPLACE FUNCTION deskbell_claim_leads(org bigint, who text, busy bigint[], most integer, lease_s integer)
RETURNS TABLE (conversation_id bigint, attempts integer, bot_mode text, language text, settings jsonb, platform text,
	contact_name text, contact_phone text, up_to bigint, messages json, facts jsonb, manual jsonb, manual_rev bigint,
		skills json)
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off SET join_collapse_limit = 1 AS $$
#variable_conflict use_column
DECLARE
	jobs lead_jobs[];
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	WITH due AS MATERIALIZED (
		SELECT j.org_id, j.conversation_id FROM lead_jobs j
		WHERE j.org_id = org AND j.due_at <= now() AND (j.lease_until IS NULL OR j.lease_until < now() OR j.leased_by = who)
			AND j.conversation_id <> ALL (busy)
		ORDER BY j.due_at LIMIT most FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE lead_jobs j SET lease_until = now() + lease_s * interval '1 second', leased_by = who, attempts = j.attempts + 1
		FROM due WHERE j.org_id = due.org_id AND j.conversation_id = due.conversation_id
		RETURNING j AS job
	)
	SELECT array_agg(claimed.job) INTO jobs FROM claimed;
	RETURN QUERY
	SELECT c.conversation_id, c.attempts, o.bot_mode, o.language, o.settings, v.platform,
		p.name, v.contact_phone, coalesce(m.up_to, 0), coalesce(m.list, '[]'), coalesce(l.facts, '{}'),
			coalesce(l.manual, '{}'), coalesce(l.manual_rev, 0),
		coalesce(s.titles, '[]')
	FROM unnest(jobs) c
	JOIN organizations o ON o.id = c.org_id
	JOIN conversations v ON v.org_id = c.org_id AND v.id = c.conversation_id
	JOIN contacts p ON p.org_id = v.org_id AND p.id = v.contact_id
	LEFT JOIN leads l ON l.org_id = c.org_id AND l.conversation_id = c.conversation_id
	LEFT JOIN LATERAL (
		SELECT max(n.id) AS up_to, json_agg(json_build_object('id', n.id, 'at', n.at, 'text', n.body) ORDER BY n.id) AS list
			FROM (
			SELECT t.id, extract(epoch FROM coalesce(t.provider_time, t.created_at))::bigint AS at, left(t.body, 16384) AS body
				FROM messages t
			WHERE t.org_id = c.org_id AND t.conversation_id = c.conversation_id AND t.id <= c.up_to AND t.direction = 'inbound'
				AND t.text_like
				AND t.body IS NOT NULL
			ORDER BY t.id DESC LIMIT 40) n
	) m ON true
	LEFT JOIN LATERAL (
		SELECT json_agg(one.title ORDER BY one.id DESC) AS titles FROM (
			SELECT d.title, max(d.id) AS id FROM (
				SELECT e.id, e.detail->>'skill' AS title FROM decisions e
				WHERE e.org_id = c.org_id AND e.conversation_id = c.conversation_id AND e.stage = 'skill' ORDER BY e.id DESC
					LIMIT 100) d
			WHERE d.title IS NOT NULL GROUP BY d.title ORDER BY 2 DESC LIMIT 5) one
	) s ON true;
END $$;

-- Ends a job. `a` holds up_to and manual_rev as they were claimed, the merged facts, score, class, summary and source,
-- and what follows when the lead has become hot: attention (why a person should look; absent: nothing follows),
-- hand_over (also send the handoff message and lock), parts and tags of the handoff message. Returns what became of it:
-- done; hot (done, and it became hot, which happens once in the life of a lead); rerun (an operator edited the lead
-- meanwhile, so that score and summary are not right: nothing is stored and the job is due again); stale (later
-- messages have been looked at already); gone (the conversation or the job is no longer there). A job stays, and is
-- due, when it has newer messages to look at.
CREATE OR REPLACE FUNCTION deskbell_commit_lead(a_org bigint, a_conversation bigint, a jsonb) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v conversations;
	l leads;
	j lead_jobs;
	result text := 'done';
	seen bigint := (a->>'up_to')::bigint;
	newer boolean;
BEGIN
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	SELECT * INTO v FROM conversations WHERE org_id = a_org AND id = a_conversation FOR NO KEY UPDATE;
	SELECT * INTO j FROM lead_jobs x WHERE x.org_id = a_org AND x.conversation_id = a_conversation FOR UPDATE;
	IF v.id IS NULL OR j.org_id IS NULL THEN
		RETURN 'gone';
	END IF;
	INSERT INTO leads (org_id, conversation_id) VALUES (a_org, a_conversation) ON CONFLICT (org_id, conversation_id)
		DO NOTHING;
	SELECT * INTO l FROM leads x WHERE x.org_id = a_org AND x.conversation_id = a_conversation FOR UPDATE;
	IF l.manual_rev <> (a->>'manual_rev')::bigint THEN
		result := 'rerun';
	ELSIF l.up_to > seen THEN
		result := 'stale';
	ELSE
		UPDATE leads x SET facts = a->'facts', score = (a->>'score')::integer, class = a->>'class', summary = a->>'summary',
			source = a->>'source', up_to = seen,
				hot_at = CASE WHEN a->>'class' = 'hot' THEN coalesce(l.hot_at, now()) ELSE l.hot_at END, updated_at = now()
			WHERE x.org_id = a_org AND x.conversation_id = a_conversation;
		IF a->>'class' = 'hot' AND l.hot_at IS NULL THEN
			result := 'hot';
			PERFORM ring(a_org, 'lead', a_conversation, NULL, NULL, NULL);
		END IF;
	END IF;
	newer := EXISTS (SELECT 1 FROM messages m WHERE m.org_id = a_org AND m.conversation_id = a_conversation
		AND m.id > greatest(seen, l.up_to)
		AND m.id <= j.up_to AND m.direction = 'inbound' AND m.text_like AND m.body IS NOT NULL);
	IF newer OR result = 'rerun' THEN
		UPDATE lead_jobs x SET lease_until = NULL, leased_by = NULL, attempts = 0, due_at = now() WHERE x.org_id = a_org
			AND x.conversation_id = a_conversation;
		PERFORM deskbell_due(a_org, 'lead', now());
	ELSE
		DELETE FROM lead_jobs x WHERE x.org_id = a_org AND x.conversation_id = a_conversation;
	END IF;
	IF result = 'hot' AND a->>'attention' IS NOT NULL THEN
		PERFORM deskbell_escalate_lead(v, a);
	END IF;
	RETURN result;
END $$;

-- A lead has become hot. The handoff message goes only where the bot still has the conversation: an operator who has
-- taken over needs none, and it was given already if the answer itself called a person.
CREATE OR REPLACE FUNCTION deskbell_escalate_lead(v conversations, a jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	hands_over boolean := v.agent = 'bot' AND coalesce((a->>'hand_over')::boolean, false);
BEGIN
	IF hands_over THEN
		PERFORM deskbell_queue_reply(v, ARRAY(SELECT jsonb_array_elements_text(a->'parts')),
			ARRAY(SELECT jsonb_array_elements_text(a->'tags')));
		UPDATE conversations SET last_message_at = now() WHERE org_id = v.org_id AND id = v.id;
	END IF;
	PERFORM deskbell_call_person(v, a->>'attention', hands_over);
	PERFORM deskbell_moved(v);
END $$;

-- A job that could not be worked out, or that is not to be (extraction is off): due again after a pause, or gone when
-- `pause_s` is NULL.
CREATE OR REPLACE FUNCTION deskbell_postpone_lead(a_org bigint, a_conversation bigint, pause_s integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	IF pause_s IS NULL THEN
		DELETE FROM lead_jobs WHERE org_id = a_org AND conversation_id = a_conversation;
	ELSE
		UPDATE lead_jobs SET lease_until = NULL, leased_by = NULL, due_at = now() + pause_s * interval '1 second'
			WHERE org_id = a_org AND conversation_id = a_conversation;
		PERFORM deskbell_due(a_org, 'lead', now() + pause_s * interval '1 second');
	END IF;
END $$;

-- Two conversations become one: the facts of both are kept and the newer ones win, found ones as manual ones. The
-- higher score stands until the job that this makes due has looked at the messages of both.
CREATE OR REPLACE FUNCTION deskbell_merge_leads(org bigint, kept bigint, lost bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM leads x WHERE x.org_id = org AND x.conversation_id = lost)
		AND NOT EXISTS (SELECT 1 FROM lead_jobs j WHERE j.org_id = org AND j.conversation_id = lost) THEN
		RETURN;
	END IF;
	PERFORM deskbell_lead_due(org, kept,
		(SELECT max(x.up_to) FROM (SELECT l.up_to FROM leads l WHERE l.org_id = org AND l.conversation_id IN (kept, lost)
		UNION ALL SELECT j.up_to FROM lead_jobs j WHERE j.org_id = org AND j.conversation_id IN (kept, lost)) x));
	INSERT INTO leads AS k (org_id, conversation_id, facts, manual, manual_rev, score, class, summary, source, hot_at,
		created_at, updated_at)
		SELECT org, kept, facts, manual, manual_rev + 1, score, class, summary, source, hot_at, created_at, updated_at
		FROM leads WHERE org_id = org AND conversation_id = lost
	ON CONFLICT (org_id, conversation_id) DO UPDATE SET
		facts = CASE WHEN excluded.updated_at > k.updated_at THEN deskbell_lead_facts(k.facts, excluded.facts)
			ELSE deskbell_lead_facts(excluded.facts, k.facts) END,
		manual = CASE WHEN excluded.updated_at > k.updated_at THEN k.manual || excluded.manual
			ELSE excluded.manual || k.manual END,
		manual_rev = greatest(k.manual_rev, excluded.manual_rev) + 1,
		score = greatest(k.score, excluded.score),
		class = CASE WHEN excluded.score > k.score THEN excluded.class ELSE k.class END,
		summary = CASE WHEN excluded.score > k.score THEN excluded.summary ELSE k.summary END,
		up_to = 0, hot_at = least(k.hot_at, excluded.hot_at), created_at = least(k.created_at, excluded.created_at),
		updated_at = greatest(k.updated_at, excluded.updated_at);
END $$;
