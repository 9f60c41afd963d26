-- What became of the questions of the last two weeks; every page that counts questions reads it from here. A question
-- begins with the first message of a contact that nothing has answered yet and ends with a real answer: a reply of a
-- person, or one of the bot that holds something (a skill's, a document's, a model's). A greeting or thanks that the
-- bot returned ends it, too. The fallback, a question back, and the message that a person will take over are no
-- answers. handed_over: the bot called a person, or a person answered. So each question is one of three: answered by
-- the bot alone (ended by another than a person, and not handed over), handed over, or unanswered.
--
-- Looks at the newest 20,000 messages and decisions, so that it takes no longer as they grow. What was imported from an
-- earlier time is no question of now.
CREATE OR REPLACE FUNCTION deskbell_turns(org bigint)
	RETURNS TABLE (conversation_id bigint, asked_at timestamptz, ended_at timestamptz, ended_by text, user_id bigint,
	handed_over boolean)
LANGUAGE sql STABLE SET jit = off AS $$
	WITH recent AS MATERIALIZED (
		SELECT x.* FROM (SELECT m.conversation_id AS talk, m.direction, m.sender, m.user_id AS person, m.kind, m.status,
				m.created_at AS at, m.metadata ? 'imported' AS is_past
			FROM messages m WHERE m.org_id = org ORDER BY m.id DESC LIMIT 20000) x
		WHERE x.is_past IS NOT TRUE
	), decided AS MATERIALIZED (
		SELECT d.conversation_id AS talk, d.outcome, d.stage, d.reason, (d.detail->>'hand_over')::boolean AS hands_over,
			d.created_at AS at FROM decisions d WHERE d.org_id = org ORDER BY d.id DESC LIMIT 20000
	), events AS (
		SELECT r.talk, r.at, 'asked' AS what, NULL::bigint AS person FROM recent r WHERE r.direction = 'inbound'
			AND r.kind <> 'reaction'
		UNION ALL SELECT r.talk, r.at, 'person', r.person FROM recent r WHERE r.sender = 'operator'
			AND r.status NOT IN ('failed', 'cancelled')
		UNION ALL SELECT d.talk, d.at, CASE WHEN d.hands_over THEN 'promise' WHEN d.stage IN ('fallback', 'notice', 'clarify')
			THEN 'fallback' WHEN d.stage = 'act' THEN 'act'
			WHEN d.reason = 'model_answers' THEN 'model' WHEN d.stage = 'knowledge' THEN 'document' ELSE 'skill' END, NULL
			FROM decided d WHERE d.outcome = 'replied' AND d.stage IS NOT NULL
	), numbered AS (
		SELECT e.*, e.what NOT IN ('asked', 'promise', 'fallback') AS ends, count(*)
			FILTER (WHERE e.what NOT IN ('asked', 'promise', 'fallback'))
			OVER (PARTITION BY e.talk ORDER BY e.at, e.what ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn
		FROM events e WHERE e.at > now() - interval '15 days'
	)
	, turns AS (
		SELECT n.talk, n.turn, min(n.at) FILTER (WHERE n.what = 'asked') AS asked_at, min(n.at)
			FILTER (WHERE n.ends) AS ended_at, min(n.what) FILTER (WHERE n.ends) AS ended_by,
			min(n.person) AS person, bool_or(n.what IN ('promise', 'person')) AS handed,
				bool_or(n.what IN ('promise', 'fallback')) AS missed
		FROM numbered n GROUP BY n.talk, n.turn
	), told AS (
		-- Thanks for a fallback are no answer. A person who writes within a day after the bot has answered takes the
		-- question over.
		SELECT t.*, t.ended_by = 'act' AND t.missed AS only_thanks, t.handed
			OR coalesce(lead(t.asked_at) OVER talks IS NULL AND lead(t.ended_by) OVER talks = 'person'
			AND lead(t.ended_at) OVER talks < t.ended_at + interval '1 day', false) AS by_person
		FROM turns t WINDOW talks AS (PARTITION BY t.talk ORDER BY t.turn)
	)
	SELECT t.talk, t.asked_at, CASE WHEN t.only_thanks THEN NULL ELSE t.ended_at END, CASE WHEN t.only_thanks THEN NULL
		ELSE t.ended_by END, t.person, t.by_person
	FROM told t WHERE t.asked_at IS NOT NULL
$$;
