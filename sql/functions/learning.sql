-- What the bot learns from the people of the business.

-- The questions that skills and documents must not answer, the newest first, and the language of the business.
CREATE OR REPLACE FUNCTION deskbell_counter_examples(a_org bigint)
RETURNS TABLE (skill_id bigint, document_id bigint, question text, language text)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY SELECT c.skill_id, c.document_id, c.question, o.language
		FROM counter_examples c JOIN organizations o ON o.id = c.org_id
		WHERE c.org_id = a_org ORDER BY c.id DESC LIMIT 2000;
END $$;

-- What became of customers' questions, by the day on which they began, as a clock that is `offset_s` seconds ahead of UTC counts days; of the newest 20,000 decisions. Questions of one
-- conversation with less than an hour between them are one. Greetings and thanks are none. In this order, each in one column only: a person was called, or wrote within a day
-- (handed_over); a fallback was among the replies, or the last one asked back (unanswered); else the bot answered alone (answered). not_again_day and not_again_week are those of the
-- latter after which the customer asked nothing more for a day, for seven days; open_day and open_week, of these, for which that time is not over yet.
CREATE OR REPLACE FUNCTION deskbell_answer_figures(a_org bigint, a_days integer, offset_s integer)
RETURNS TABLE (day bigint, asked bigint, answered bigint, not_again_day bigint, not_again_week bigint, open_day bigint, open_week bigint, handed_over bigint, unanswered bigint)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	WITH replies AS MATERIALIZED (
		SELECT id, conversation_id, message_id, stage, created_at, handed FROM (
			SELECT d.id, d.conversation_id, d.message_id, d.stage, d.created_at, d.outcome, coalesce((d.detail->>'hand_over')::boolean, false) AS handed
			FROM decisions d WHERE d.org_id = a_org ORDER BY d.id DESC LIMIT 20000) x
		WHERE outcome = 'replied' AND (stage IN ('skill', 'knowledge', 'clock', 'fallback', 'clarify') OR handed)
			AND created_at > now() - make_interval(days => a_days + 1)
	), parts AS (
		SELECT *, coalesce(created_at - lag(created_at) OVER conversation > interval '1 hour', true) AS begins FROM replies
		WINDOW conversation AS (PARTITION BY conversation_id ORDER BY id)
	), numbered AS (
		SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY conversation_id ORDER BY id) AS n FROM parts
	), questions AS (
		SELECT conversation_id, n, min(created_at) AS began, max(created_at) AS ended, min(message_id) AS message_id, bool_or(handed) AS handed,
			bool_or(stage = 'fallback') OR (array_agg(stage ORDER BY id DESC))[1] = 'clarify' AS missed
		FROM numbered GROUP BY conversation_id, n
	), followed AS (
		SELECT q.*, lead(began) OVER (PARTITION BY conversation_id ORDER BY n) - ended AS rest, q.handed OR EXISTS (SELECT FROM messages m
			WHERE m.org_id = a_org AND m.conversation_id = q.conversation_id AND m.id > q.message_id AND m.sender = 'operator' AND m.created_at < q.ended + interval '1 day') AS by_person
		FROM questions q
	), told AS (
		SELECT floor((extract(epoch FROM began) + offset_s) / 86400)::bigint AS day, by_person, NOT by_person AND missed AS missed, NOT by_person AND NOT missed AS alone,
			coalesce(rest > interval '1 day', true) AS day_quiet, coalesce(rest > interval '7 days', true) AS week_quiet,
			rest IS NULL AND ended > now() - interval '1 day' AS day_open, rest IS NULL AND ended > now() - interval '7 days' AS week_open
		FROM followed
	)
	SELECT t.day, count(*), count(*) FILTER (WHERE alone), count(*) FILTER (WHERE alone AND day_quiet), count(*) FILTER (WHERE alone AND week_quiet),
		count(*) FILTER (WHERE alone AND day_open), count(*) FILTER (WHERE alone AND week_open), count(*) FILTER (WHERE by_person), count(*) FILTER (WHERE missed)
	FROM told t WHERE t.day > floor((extract(epoch FROM now()) + offset_s) / 86400)::bigint - a_days GROUP BY t.day ORDER BY t.day;
END $$;
