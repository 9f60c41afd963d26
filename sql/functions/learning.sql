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

-- What became of customers' questions (deskbell_turns), by the day on which they were asked, as a clock that is
-- `offset_s` seconds ahead of UTC counts days. not_again_day and not_again_week are those that the bot answered alone
-- and after which the customer asked nothing for a day, for seven days; what follows within an hour is the same matter
-- and counts by itself. open_day and open_week, of these: that time is not over yet.
CREATE OR REPLACE FUNCTION deskbell_answer_figures(a_org bigint, a_days integer, offset_s integer)
RETURNS TABLE (day bigint, asked bigint, answered bigint, not_again_day bigint, not_again_week bigint, open_day bigint,
	open_week bigint, handed_over bigint, unanswered bigint)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	WITH followed AS (
		SELECT t.asked_at, t.handed_over AS by_person, t.ended_by IS NULL
			AND NOT t.handed_over AS missed, t.ended_by IS NOT NULL AND NOT t.handed_over AS alone,
			count(*) OVER (PARTITION BY t.conversation_id ORDER BY t.asked_at RANGE BETWEEN interval '1 hour' FOLLOWING
				AND interval '1 day' FOLLOWING) AS day_more,
			count(*) OVER (PARTITION BY t.conversation_id ORDER BY t.asked_at RANGE BETWEEN interval '1 hour' FOLLOWING
				AND interval '7 days' FOLLOWING) AS week_more
		FROM deskbell_turns(a_org) t WHERE t.ended_by IS DISTINCT FROM 'act'
	), told AS (
		SELECT floor((extract(epoch FROM f.asked_at) + offset_s) / 86400)::bigint AS day, f.by_person, f.missed, f.alone,
			f.alone AND f.day_more = 0 AS day_quiet,
			f.alone AND f.week_more = 0 AS week_quiet, f.asked_at > now() - interval '1 day' AS day_open,
				f.asked_at > now() - interval '7 days' AS week_open
		FROM followed f
	)
	SELECT t.day, count(*), count(*) FILTER (WHERE t.alone), count(*) FILTER (WHERE t.day_quiet), count(*)
		FILTER (WHERE t.week_quiet),
		count(*) FILTER (WHERE t.day_quiet AND t.day_open), count(*) FILTER (WHERE t.week_quiet AND t.week_open), count(*)
			FILTER (WHERE t.by_person), count(*) FILTER (WHERE t.missed)
	FROM told t WHERE t.day > floor((extract(epoch FROM now()) + offset_s) / 86400)::bigint - a_days GROUP BY t.day
		ORDER BY t.day;
END $$;
