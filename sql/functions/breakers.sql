-- Circuit breakers of model endpoints (src/answer/llm/breaker.h). A row is there from the first timeout until the
-- endpoint answers.

-- All rows, for a program that loads its endpoints. remaining_ms is NULL while the breaker is closed.
CREATE OR REPLACE FUNCTION deskbell_breakers()
	RETURNS TABLE (org_id bigint, kind text, endpoint text, failures integer, remaining_ms bigint)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT b.org_id, b.kind, b.endpoint, b.failures, (extract(epoch FROM b.open_until - now()) * 1000)::bigint
		FROM circuit_breakers b;
END $$;

-- Counts a timeout. At the limit the breaker opens; a probe that times out opens it again for twice as long; a call
-- that began before it opened changes nothing. Returns the row.
CREATE OR REPLACE FUNCTION deskbell_breaker_failed(a_org bigint, a_kind text, a_endpoint text, a_is_probe boolean,
	a_limit integer, a_first_s integer, a_max_s integer,
	OUT failures integer, OUT remaining_ms bigint)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE b circuit_breakers;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO b FROM circuit_breakers c WHERE c.org_id = a_org AND c.kind = a_kind FOR UPDATE;
	IF b.endpoint IS NULL OR b.endpoint <> a_endpoint THEN
		INSERT INTO circuit_breakers AS c (org_id, kind, endpoint) VALUES (a_org, a_kind, a_endpoint)
			ON CONFLICT (org_id, kind) DO UPDATE
				SET endpoint = excluded.endpoint, failures = 1, since = now(), pause_s = 0, open_until = NULL
			RETURNING * INTO b;
	ELSIF b.open_until IS NULL OR a_is_probe THEN
		b.failures := b.failures + 1;
		IF b.failures >= a_limit THEN
			b.pause_s := least(greatest(b.pause_s * 2, a_first_s), a_max_s);
			b.open_until := now() + b.pause_s * interval '1 second';
		END IF;
		UPDATE circuit_breakers c SET failures = b.failures, pause_s = b.pause_s, open_until = b.open_until
			WHERE c.org_id = a_org AND c.kind = a_kind;
	END IF;
	failures := b.failures;
	remaining_ms := extract(epoch FROM b.open_until - now()) * 1000;
END $$;

-- One call may find out whether an open breaker's endpoint answers again: true for the first program that asks after
-- the pause, or when there is no breaker for the endpoint any more. remaining_ms: until the next program may; NULL
-- while the breaker is closed.
CREATE OR REPLACE FUNCTION deskbell_breaker_probe(a_org bigint, a_kind text, a_endpoint text, a_probe_s integer,
	OUT may_ask boolean, OUT remaining_ms bigint)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE until timestamptz;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE circuit_breakers c SET open_until = now() + a_probe_s * interval '1 second'
		WHERE c.org_id = a_org AND c.kind = a_kind AND c.endpoint = a_endpoint AND c.open_until <= now()
			RETURNING c.open_until INTO until;
	may_ask := until IS NOT NULL;
	IF NOT may_ask THEN
		SELECT c.open_until INTO until FROM circuit_breakers c WHERE c.org_id = a_org AND c.kind = a_kind
			AND c.endpoint = a_endpoint;
		may_ask := until IS NULL;
	END IF;
	remaining_ms := extract(epoch FROM until - now()) * 1000;
END $$;

-- The endpoint has answered.
CREATE OR REPLACE FUNCTION deskbell_breaker_close(a_org bigint, a_kind text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	DELETE FROM circuit_breakers c WHERE c.org_id = a_org AND c.kind = a_kind;
END $$;

-- The open breakers of the installation's endpoints, which no tenant owns: for the status page of every organisation.
CREATE OR REPLACE FUNCTION deskbell_installation_breakers()
	RETURNS TABLE (kind text, failures integer, since timestamptz, open_until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT b.kind, b.failures, b.since, b.open_until FROM circuit_breakers b WHERE b.org_id = 0
		AND b.open_until IS NOT NULL;
	PERFORM set_config('deskbell.scope', before, true);
END $$;
