-- The ladder of an outgoing message. A status raises a message, never lowers it; `failed` counts only before
-- `delivered`, because a delivery that was proved stays proved. Source: Meta, "Status messages webhook": order is not
-- guaranteed, `read` implies `delivered`.
CREATE OR REPLACE FUNCTION deskbell_status_rank(status text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE status
		WHEN 'accepted' THEN 1 WHEN 'sent' THEN 2 WHEN 'failed' THEN 3
		WHEN 'delivered' THEN 4 WHEN 'read' THEN 5 WHEN 'played' THEN 5 ELSE 0 END
$$;

-- The time zone of an organisation.
CREATE OR REPLACE FUNCTION deskbell_time_zone(org bigint) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
	zone text := (SELECT o.settings->>'time_zone' FROM organizations o WHERE o.id = org);
BEGIN
	PERFORM now() AT TIME ZONE zone;
	RETURN coalesce(nullif(zone, ''), 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN -- PostgreSQL knows fewer
	RETURN 'UTC';
END $$;

-- What messages cost: the first price that a status names stays with the message, and a message is counted once, when
-- it was delivered. What failed costs nothing.
CREATE OR REPLACE FUNCTION deskbell_note_costs(org bigint, items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	zone text;
BEGIN
	IF NOT EXISTS (SELECT 1 FROM unnest(items) i WHERE i.op = 'status'
		AND (i.pricing IS NOT NULL OR i.status IN ('delivered', 'read', 'played'))) THEN
		RETURN;
	END IF;
	zone := deskbell_time_zone(org);
	WITH said AS MATERIALIZED (
		SELECT DISTINCT ON (m.id) m.id, coalesce(m.pricing, i.pricing) AS pricing,
			m.status IN ('delivered', 'read') AS arrived, m.pricing AS before
		FROM unnest(items) i JOIN messages m ON m.org_id = org AND m.channel_id = i.channel AND m.provider_id = i.provider_id
		WHERE i.op = 'status' AND m.direction = 'outbound' ORDER BY m.id, i.pricing IS NULL, i.at
	), kept AS (
		UPDATE messages m SET pricing = s.pricing || CASE WHEN s.arrived THEN '{"counted": true}' ELSE '{}' END::jsonb
		FROM said s WHERE m.org_id = org AND m.id = s.id AND s.pricing IS NOT NULL AND NOT s.pricing ? 'counted'
			AND (s.before IS NULL OR s.arrived)
		RETURNING m.channel_id, m.conversation_id, m.status_at, m.pricing
	)
	INSERT INTO message_costs AS c (org_id, channel_id, month, category, type, prefix, delivered)
		SELECT org, k.channel_id, date_trunc('month', least(k.status_at, now()) AT TIME ZONE zone)::date,
			k.pricing->>'category', k.pricing->>'type', p.prefix, count(*)
		FROM kept k JOIN conversations v ON v.org_id = org AND v.id = k.conversation_id CROSS JOIN LATERAL (
			SELECT coalesce(left(nullif(regexp_replace(v.contact_phone, '[^0-9]', '', 'g'), ''), 4),
				(SELECT left(ci.value, 2) FROM contact_identities ci
				WHERE ci.org_id = org AND ci.contact_id = v.contact_id AND ci.channel_id = k.channel_id AND ci.kind = 'bsuid'
					LIMIT 1), '') AS prefix) p
		WHERE k.pricing ? 'counted' GROUP BY 2, 3, 4, 5, 6 ORDER BY 2, 3, 4, 5, 6
		ON CONFLICT (org_id, channel_id, month, category, type, prefix) DO UPDATE
			SET delivered = c.delivered + excluded.delivered;
END $$;

-- Applies statuses to the messages they name, by provider id or by the tag that travelled with the message; parks the
-- rest. A status is also evidence about the outbox: what has a status was accepted, whatever the sender saw of the
-- answer. A failure that may pass is settled after the answer: it waits while the sender has the message.
-- Rows are locked in key order, so that two deliveries that name the same messages cannot wait for each other.
CREATE OR REPLACE FUNCTION deskbell_apply_statuses(org bigint, items receive_item[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	applied integer;
	n_settled integer;
	n_parked integer;
	failed bigint[];
BEGIN
	WITH best AS MATERIALIZED (
		SELECT DISTINCT ON (i.channel, i.provider_id) org AS org_id, i.channel, i.provider_id, i.tag, i.status, i.at, i.error
		FROM unnest(items) i WHERE i.op = 'status'
		ORDER BY i.channel, i.provider_id, deskbell_status_rank(i.status) DESC
	), target AS MATERIALIZED (
		SELECT b.*, CASE WHEN b.status = 'failed'
			AND b.error->>'class' IN ('retry', 'pair-rate', 'throttle', 'channel-broken')
			AND EXISTS (SELECT 1 FROM outbox o WHERE o.org_id = org AND o.message_id = k.id AND o.state = 'sending') THEN NULL
				ELSE k.id END AS message
		FROM best b CROSS JOIN LATERAL (SELECT coalesce(
			(SELECT m.id FROM messages m WHERE m.org_id = org AND m.channel_id = b.channel AND m.provider_id = b.provider_id),
			(SELECT o.message_id FROM outbox o WHERE o.org_id = org AND o.channel_id = b.channel
				AND o.tag = b.tag)) AS id OFFSET 0) k
	), one AS MATERIALIZED (
		SELECT DISTINCT ON (t.message) t.* FROM target t WHERE t.message IS NOT NULL
		ORDER BY t.message, deskbell_status_rank(t.status) DESC
	), locked AS MATERIALIZED (
		SELECT m.org_id, m.id FROM one JOIN messages m ON m.org_id = one.org_id AND m.id = one.message
		WHERE m.direction = 'outbound'
		ORDER BY m.id FOR NO KEY UPDATE OF m
	), talks AS MATERIALIZED (
		SELECT v.id FROM locked JOIN one ON one.message = locked.id JOIN messages m ON m.org_id = locked.org_id
			AND m.id = locked.id
			JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
		WHERE one.status = 'failed' ORDER BY v.id FOR NO KEY UPDATE OF v
	), raised AS (
		UPDATE messages m SET
			status = CASE one.status WHEN 'played' THEN 'read' ELSE one.status END,
			status_at = to_timestamp(one.at),
			error = CASE WHEN one.status = 'failed' THEN one.error WHEN m.status = 'failed' THEN NULL ELSE m.error END,
			provider_id = coalesce(m.provider_id, one.provider_id)
		FROM locked, one
		WHERE m.org_id = locked.org_id AND m.id = locked.id AND one.message = locked.id
			AND deskbell_status_rank(one.status) > deskbell_status_rank(m.status)
		RETURNING m.org_id, m.id, one.status, one.error
	), heard AS (
		UPDATE attachments a SET played_at = to_timestamp(one.at) FROM locked, one
		WHERE a.org_id = locked.org_id AND a.message_id = locked.id AND one.message = locked.id AND one.status = 'played'
			AND a.played_at IS NULL
		RETURNING 1
	), settled AS (
		UPDATE outbox o SET
			state = CASE WHEN r.status = 'failed' THEN 'failed' ELSE 'accepted' END,
			settled_at = now(), lease_until = NULL, leased_by = NULL,
			error_class = r.error->>'class', error_code = r.error->>'code', error = r.error
		FROM raised r
		WHERE o.org_id = r.org_id AND o.message_id = r.id AND (SELECT count(*) FROM talks) >= 0 -- locked before the outbox
			AND (o.state IN ('sending', 'unknown', 'queued')
				OR (o.state IN ('accepted', 'failed') AND (r.status = 'failed') <> (o.state = 'failed')))
		RETURNING 1
	), parked AS (
		INSERT INTO parked_statuses (org_id, channel_id, provider_id, status, tag, status_at, error, pricing)
		SELECT DISTINCT ON (i.channel, i.provider_id, i.status) org, i.channel, i.provider_id, i.status, i.tag,
			to_timestamp(i.at), i.error, i.pricing
		FROM unnest(items) i JOIN target t ON t.channel = i.channel AND t.provider_id = i.provider_id
		WHERE i.op = 'status' AND t.message IS NULL AND NOT deskbell_is_forgotten(org, i.channel, i.provider_id)
			AND NOT deskbell_is_forgotten(org, i.channel, i.tag)
		ORDER BY i.channel, i.provider_id, i.status
		ON CONFLICT DO NOTHING
		RETURNING 1
	)
	SELECT (SELECT count(*) FROM raised), (SELECT array_agg(id) FROM raised WHERE status = 'failed'),
		(SELECT count(*) FROM settled), (SELECT count(*) FROM parked)
		INTO applied, failed, n_settled, n_parked;
	IF failed IS NOT NULL THEN
		PERFORM deskbell_failed_later(org, failed);
	END IF;
	PERFORM deskbell_note_proofs(org, items);
	PERFORM deskbell_note_costs(org, items);
	IF n_settled > 0 THEN -- what waits behind them in their conversations
		PERFORM deskbell_due(org, 'delivery', now());
	END IF;
	IF n_parked > 0 THEN
		PERFORM deskbell_due(org, 'sweep', now() + interval '5 seconds');
	END IF;
	RETURN applied;
END $$;

-- Takes parked statuses away and applies them.
CREATE OR REPLACE FUNCTION deskbell_unpark(org bigint, known parked_statuses[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	items receive_item[];
BEGIN
	WITH gone AS (
		DELETE FROM parked_statuses p USING unnest(known) k
		WHERE p.org_id = k.org_id AND p.channel_id = k.channel_id AND p.provider_id = k.provider_id AND p.status = k.status
		RETURNING p.*
	)
	SELECT array_agg(jsonb_populate_record(NULL::receive_item, jsonb_build_object(
		'op', 'status', 'channel', channel_id, 'provider_id', provider_id, 'status', status, 'tag', tag,
		'at', extract(epoch FROM status_at)::bigint, 'error', error, 'pricing', pricing))) INTO items FROM gone;
	RETURN CASE WHEN items IS NULL THEN 0 ELSE deskbell_apply_statuses(org, items) END;
END $$;

-- Right after a sender has learned provider ids: the statuses that were waiting for them. `results` as
-- deskbell_settle_deliveries takes it.
CREATE OR REPLACE FUNCTION deskbell_match_settled(org bigint, results jsonb) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	known parked_statuses[];
BEGIN
	SELECT array_agg(k) INTO known FROM (
		SELECT p.* FROM (SELECT org AS org_id, x.*
			FROM jsonb_to_recordset(results) AS x(message bigint, provider_id text) OFFSET 0) r
		JOIN messages m ON m.org_id = r.org_id AND m.id = r.message
		JOIN parked_statuses p ON p.org_id = m.org_id AND p.channel_id = m.channel_id AND p.provider_id = r.provider_id
		FOR UPDATE OF p SKIP LOCKED) k;
	RETURN CASE WHEN known IS NULL THEN 0 ELSE deskbell_unpark(org, known) END;
END $$;

-- Every few seconds: a status that was parked at the very moment in which its message became known. Only what was
-- parked lately can match; most of what stays is about messages that other programs have sent with the same number, and
-- goes after a day. Called in the organization's scope.
CREATE OR REPLACE FUNCTION deskbell_match_parked(org bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	known parked_statuses[];
BEGIN
	DELETE FROM parked_statuses p WHERE p.org_id = org AND p.parked_at < now() - interval '1 day';
	SELECT array_agg(k) INTO known FROM (
		SELECT p.* FROM parked_statuses p
		WHERE p.org_id = org AND p.parked_at > now() - interval '10 minutes' AND (
			EXISTS (SELECT 1 FROM messages m WHERE m.org_id = org AND m.channel_id = p.channel_id
				AND m.provider_id = p.provider_id)
			OR EXISTS (SELECT 1 FROM outbox o WHERE o.org_id = org AND o.channel_id = p.channel_id AND o.tag = p.tag))
		LIMIT 1000 FOR UPDATE SKIP LOCKED) k;
	RETURN CASE WHEN known IS NULL THEN 0 ELSE deskbell_unpark(org, known) END;
END $$;
