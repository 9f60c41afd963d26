-- Adds what a process has counted (src/domain/work/histogram.h).
CREATE OR REPLACE FUNCTION deskbell_observe(a_name text, a_counts bigint[], a_seconds double precision) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	INSERT INTO histograms AS h (name, counts, seconds) VALUES (a_name, a_counts, a_seconds)
		ON CONFLICT (name) DO UPDATE SET seconds = h.seconds + excluded.seconds,
			counts = (SELECT array_agg(coalesce(x.a, 0) + coalesce(x.b, 0) ORDER BY x.n)
				FROM unnest(h.counts, excluded.counts) WITH ORDINALITY x(a, b, n));
END $$;

-- Numbers for monitors, all tenants together, in one call that looks at the latest four thousand rows of anything and
-- no more: what there is more of is told as four thousand, or, where it is counted by the hour, carried on from the
-- time that those four thousand took. Never a name or an address; ids of organisations if asked for. Row by row: which
-- number, up to three labels in the order of src/webhook/metrics.c, the organisation.
CREATE OR REPLACE FUNCTION deskbell_metrics(by_organization boolean)
RETURNS TABLE (family text, a text, b text, c text, organization bigint, value double precision)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
	most CONSTANT integer := 4000;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	WITH latest AS MATERIALIZED (
		SELECT m.org_id, m.channel_id, m.direction, m.status, m.created_at FROM messages m
		WHERE m.created_at > now() - interval '1 hour' ORDER BY m.created_at DESC LIMIT most
	), carried AS (
		SELECT CASE WHEN count(*) < most THEN 1
			ELSE 3600 / greatest(extract(epoch FROM now() - min(l.created_at)), 1) END AS factor FROM latest l
	)
	SELECT 'messages', ch.platform, l.direction::text, l.status, CASE WHEN by_organization
		THEN l.org_id END, round(sum(l.n) * (SELECT factor FROM carried))::double precision
	FROM (SELECT l.org_id, l.channel_id, l.direction, l.status, count(*) AS n FROM latest l GROUP BY 1, 2, 3, 4) l
	JOIN channels ch ON ch.org_id = l.org_id AND ch.id = l.channel_id GROUP BY 2, 3, 4, 5;

	RETURN QUERY
	WITH latest AS MATERIALIZED (
		SELECT d.org_id, d.outcome, d.stage, d.created_at FROM decisions d
		WHERE d.created_at > now() - interval '1 hour' ORDER BY d.created_at DESC LIMIT most
	), carried AS (
		SELECT CASE WHEN count(*) < most THEN 1
			ELSE 3600 / greatest(extract(epoch FROM now() - min(l.created_at)), 1) END AS factor FROM latest l
	)
	SELECT 'decisions', l.outcome, coalesce(l.stage, 'none'), NULL, CASE WHEN by_organization THEN l.org_id END,
		round(count(*) * (SELECT factor FROM carried))::double precision
	FROM latest l GROUP BY 2, 3, 5;

	RETURN QUERY
	WITH waiting AS MATERIALIZED (
		SELECT o.org_id, o.state, o.created_at FROM outbox o WHERE o.state IN ('queued', 'sending', 'unknown')
			ORDER BY o.created_at LIMIT most
	)
	SELECT 'outbox', s.state, NULL, NULL, CASE WHEN by_organization THEN w.org_id END, count(w.state)::double precision
		FROM unnest(ARRAY['queued', 'sending', 'unknown']) s(state) LEFT JOIN waiting w ON w.state = s.state GROUP BY 2, 5
	UNION ALL SELECT 'outbox_oldest', NULL, NULL, NULL, NULL, coalesce(extract(epoch FROM now() - min(w.created_at)), 0)
		FROM waiting w;

	RETURN QUERY
	WITH answers AS MATERIALIZED (SELECT j.due_at FROM answer_jobs j WHERE j.due_at <= now() ORDER BY j.due_at LIMIT most),
		leads AS MATERIALIZED (SELECT j.due_at FROM lead_jobs j WHERE j.due_at <= now() ORDER BY j.due_at LIMIT most)
	SELECT 'answers', NULL, NULL, NULL, NULL::bigint, count(*)::double precision FROM answers
	UNION ALL SELECT 'answers_oldest', NULL, NULL, NULL, NULL, coalesce(extract(epoch FROM now() - min(due_at)), 0)
		FROM answers
	UNION ALL SELECT 'leads', NULL, NULL, NULL, NULL, count(*) FROM leads
	UNION ALL SELECT 'leads_oldest', NULL, NULL, NULL, NULL, coalesce(extract(epoch FROM now() - min(due_at)), 0)
		FROM leads
	UNION ALL SELECT 'senders', NULL, NULL, NULL, NULL, count(*) FROM heartbeats
		WHERE beat_at > now() - interval '10 seconds'
	UNION ALL SELECT 'loop_max', NULL, NULL, NULL, NULL, coalesce(max(loop_max_ms), 0) / 1000.0 FROM heartbeats
		WHERE beat_at > now() - interval '10 seconds';

	RETURN QUERY
	SELECT 'channels', ch.platform, CASE WHEN ch.disconnected_at IS NULL THEN ch.status
		ELSE 'disconnected' END, NULL, NULL::bigint, count(*)::double precision
		FROM channels ch GROUP BY 2, 3
	UNION ALL SELECT 'channels_paused', ch.platform, NULL, NULL, NULL, count(*)
		FILTER (WHERE ch.paused_until > now() AND ch.disconnected_at IS NULL)
		FROM channels ch GROUP BY 2
	UNION ALL SELECT 'breakers', k.kind, NULL, NULL, NULL,
		(SELECT count(*) FROM circuit_breakers b WHERE b.kind = k.kind AND b.open_until IS NOT NULL)
		FROM unnest(ARRAY['chat', 'embeddings', 'transcription', 'vision']) k(kind)
	UNION ALL SELECT 'quarantine', NULL, NULL, NULL, NULL, (SELECT count(*) FROM (SELECT FROM quarantine LIMIT most) q)
	UNION ALL SELECT 'refused', NULL, NULL, NULL, NULL, (SELECT count(*) FROM (SELECT w.accepted FROM webhook_log w
			WHERE w.at > now() - interval '1 hour' ORDER BY w.at DESC LIMIT most) w WHERE NOT w.accepted)
		+ (SELECT count(*) FROM (SELECT d.at FROM unknown_deliveries d ORDER BY d.id DESC LIMIT most) d
			WHERE d.at > now() - interval '1 hour');

	-- Each bound has all that is below it, as Prometheus wants it.
	RETURN QUERY
	SELECT k.name, b.le, NULL, NULL, NULL::bigint,
		coalesce((SELECT sum(x.n) FROM unnest(h.counts) WITH ORDINALITY x(n, i) WHERE x.i <= b.i), 0)::double precision
	FROM unnest(ARRAY['answer_time', 'delivery_time']) k(name)
	CROSS JOIN unnest(ARRAY['0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30', '60',
		'+Inf']) WITH ORDINALITY b(le, i)
	LEFT JOIN histograms h ON h.name = k.name
	UNION ALL SELECT k.name, p.part, NULL, NULL, NULL,
		CASE p.part WHEN 'sum' THEN coalesce(h.seconds, 0) ELSE coalesce((SELECT sum(x.n) FROM unnest(h.counts) x(n)), 0) END
	FROM unnest(ARRAY['answer_time', 'delivery_time']) k(name) CROSS JOIN unnest(ARRAY['sum', 'count']) p(part) LEFT
		JOIN histograms h ON h.name = k.name;

	-- What only grows is what a sequence has given; one that was asked for and not used counts, too.
	RETURN QUERY
	SELECT c.family, NULL, NULL, NULL, NULL::bigint,
		coalesce(pg_sequence_last_value(pg_get_serial_sequence(c.tab, 'id')::regclass), 0)::double precision
	FROM (VALUES ('messages_total', 'messages'), ('decisions_total', 'decisions'), ('webhooks_total', 'webhook_log'),
		('unknown_total', 'unknown_deliveries'),
		('quarantine_total', 'quarantine'), ('mails_total', 'mail_queue')) c(family, tab);
END $$;
