-- The budget of models: an organisation's calls of one day (UTC, by the database's clock); voice notes and pictures
-- have budgets of their own, all other purposes one together.

-- Counts one call before it is made and says whether it may be made: false when `daily_calls` are used up (0:
-- unlimited). A call that is never made after that (the program died) stays counted: the budget errs on the cheap side.
-- The lock, which lasts until the end of the transaction, makes those who ask for the same organisation take turns, so
-- that the sum they see is complete; rows of several purposes could not be locked before they exist.
CREATE OR REPLACE FUNCTION deskbell_llm_reserve(a_org bigint, a_purpose text, daily_calls integer) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
	PERFORM deskbell_reader(a_org);
	IF daily_calls > 0 THEN
		PERFORM pg_advisory_xact_lock(hashtext('llm_usage'), (a_org & 2147483647)::integer);
		IF (SELECT coalesce(sum(u.calls), 0) FROM llm_usage u WHERE u.org_id = a_org AND u.day = today
				AND CASE WHEN a_purpose IN ('transcription', 'vision') THEN u.purpose = a_purpose
					ELSE u.purpose NOT IN ('transcription', 'vision') END) >= daily_calls THEN
			RETURN false;
		END IF;
	END IF;
	INSERT INTO llm_usage AS u (org_id, day, purpose, calls) VALUES (a_org, today, a_purpose, 1)
		ON CONFLICT (org_id, day, purpose) DO UPDATE SET calls = u.calls + 1;
	RETURN true;
END $$;

-- Adds what a call that was reserved came to. Around midnight it may be booked on the day after.
CREATE OR REPLACE FUNCTION deskbell_llm_used(a_org bigint, a_purpose text, failed boolean, a_prompt_tokens bigint,
	a_completion_tokens bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM deskbell_reader(a_org);
	INSERT INTO llm_usage AS u (org_id, day, purpose, failures, prompt_tokens, completion_tokens)
		VALUES (a_org, (now() AT TIME ZONE 'UTC')::date, a_purpose, failed::integer,
			least(greatest(a_prompt_tokens, 0), 1000000000), least(greatest(a_completion_tokens, 0), 1000000000))
		ON CONFLICT (org_id, day, purpose) DO UPDATE SET failures = u.failures + excluded.failures,
			prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
				completion_tokens = u.completion_tokens + excluded.completion_tokens;
END $$;
