-- What became of the questions of the last two weeks. A turn begins with the first message of a contact that nothing has answered yet and ends with a real answer: a reply
-- of a person, or one of the bot that holds something (a skill's, a document's, a model's). A greeting or thanks that the bot returned ends it, too. The fallback, a question
-- back, and the message that a person will take over are none: they only mark it as handed over.
--
-- Looks at the newest 20,000 messages and decisions, so that it takes no longer as they grow.
CREATE OR REPLACE FUNCTION deskbell_turns(org bigint) RETURNS TABLE (conversation_id bigint, asked_at timestamptz, ended_at timestamptz, ended_by text, user_id bigint,
	handed_over boolean)
LANGUAGE sql STABLE SET jit = off AS $$
	WITH recent AS MATERIALIZED (
		SELECT m.conversation_id AS talk, m.direction, m.sender, m.user_id AS person, m.kind, m.status, m.created_at AS at FROM messages m
		WHERE m.org_id = org ORDER BY m.id DESC LIMIT 20000
	), decided AS MATERIALIZED (
		SELECT d.conversation_id AS talk, d.outcome, d.stage, d.reason, (d.detail->>'hand_over')::boolean AS hands_over, d.created_at AS at FROM decisions d WHERE d.org_id = org ORDER BY d.id DESC LIMIT 20000
	), events AS (
		SELECT r.talk, r.at, 'asked' AS what, NULL::bigint AS person FROM recent r WHERE r.direction = 'inbound' AND r.kind <> 'reaction'
		UNION ALL SELECT r.talk, r.at, 'person', r.person FROM recent r WHERE r.sender = 'operator' AND r.status NOT IN ('failed', 'cancelled')
		UNION ALL SELECT d.talk, d.at, CASE WHEN d.hands_over OR d.stage IN ('fallback', 'notice') THEN 'promise' WHEN d.stage = 'act' THEN 'act'
			WHEN d.reason = 'model_answers' THEN 'model' WHEN d.stage = 'knowledge' THEN 'document' ELSE 'skill' END, NULL
			FROM decided d WHERE d.outcome = 'replied' AND d.stage IS NOT NULL AND d.stage <> 'clarify'
	), numbered AS (
		SELECT e.*, e.what NOT IN ('asked', 'promise') AS ends, count(*) FILTER (WHERE e.what NOT IN ('asked', 'promise'))
			OVER (PARTITION BY e.talk ORDER BY e.at, e.what ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn
		FROM events e WHERE e.at > now() - interval '15 days'
	)
	SELECT n.talk, min(n.at) FILTER (WHERE n.what = 'asked'), min(n.at) FILTER (WHERE n.ends), min(n.what) FILTER (WHERE n.ends), min(n.person), bool_or(n.what = 'promise')
	FROM numbered n GROUP BY n.talk, n.turn HAVING bool_or(n.what = 'asked')
$$;
