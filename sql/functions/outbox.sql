-- The outbox: the one owner of its states. Each transition names the state it comes from.
--
--     queued -> sending            claim
--     sending -> accepted          the platform took it, with its id
--     sending -> queued            a failure that may pass; at a time
--     sending -> unknown           the request was written and nothing came back, or the sender died
--     unknown -> accepted          a status with its tag proved it (deskbell_apply_statuses)
--     unknown -> queued            no evidence after 90 s: sent again, once, marked
--     sending, queued -> failed    it will never work: class, code, words
--     accepted -> failed           the platform said so later (deskbell_apply_statuses)
--     queued -> cancelled          a person discarded it

-- Claims up to `most` deliveries that are due, only the first open one of each conversation, so that order is kept.
CREATE OR REPLACE FUNCTION deskbell_claim_deliveries(who text, most integer, lease_s integer)
RETURNS TABLE (org_id bigint, message_id bigint, channel_id bigint, conversation_id bigint, platform text, attempts integer, resends integer, tag text, body text,
	reply_to text, external_id text, config jsonb, contact_phone text, identities jsonb, window_age_s double precision)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	WITH due AS (
		SELECT o.org_id, o.message_id FROM outbox o
		WHERE o.state = 'queued' AND o.next_attempt_at <= now()
			AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.org_id = o.org_id AND p.conversation_id = o.conversation_id
				AND p.message_id < o.message_id AND p.state IN ('queued', 'sending', 'unknown'))
		ORDER BY o.next_attempt_at, o.message_id LIMIT most FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1, leased_by = who, lease_until = now() + lease_s * interval '1 second'
		FROM due WHERE o.org_id = due.org_id AND o.message_id = due.message_id AND o.state = 'queued'
		RETURNING o.org_id, o.message_id, o.channel_id, o.conversation_id, o.attempts, o.resends, o.tag
	)
	SELECT c.org_id, c.message_id, c.channel_id, c.conversation_id, ch.platform, c.attempts, c.resends, c.tag, m.body, m.reply_to, ch.external_id,
		CASE WHEN ch.disconnected_at IS NULL THEN ch.config END, v.contact_phone,
		(SELECT jsonb_object_agg(ci.kind, ci.value) FROM contact_identities ci
			WHERE ci.org_id = c.org_id AND ci.contact_id = v.contact_id AND ci.channel_id = c.channel_id),
		extract(epoch FROM now() - v.last_inbound_at)::double precision
	FROM claimed c
	JOIN messages m ON m.org_id = c.org_id AND m.id = c.message_id
	JOIN conversations v ON v.org_id = c.org_id AND v.id = c.conversation_id
	JOIN channels ch ON ch.org_id = c.org_id AND ch.id = c.channel_id
	ORDER BY c.message_id;
END $$;

-- Settles many at once. `results`: [{org, message, attempt, outcome, provider_id, delay_ms, class, code, words, details}], outcome one of accepted, retry,
-- unknown, failed. A row whose attempt is no longer the settler's is left alone, unless the answer proves that the platform took it. What a status
-- settled already stays, and learns its provider id.
CREATE OR REPLACE FUNCTION deskbell_settle_deliveries(results jsonb) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	settled integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	WITH r AS MATERIALIZED (
		SELECT * FROM jsonb_to_recordset(results) AS x(org bigint, message bigint, attempt integer, outcome text, provider_id text,
			delay_ms bigint, class text, code text, words text, details jsonb)
	), locked AS MATERIALIZED (
		SELECT m.org_id, m.id FROM r JOIN messages m ON m.org_id = r.org AND m.id = r.message
		ORDER BY m.org_id, m.id FOR NO KEY UPDATE OF m
	), box AS (
		UPDATE outbox o SET
			state = CASE r.outcome WHEN 'retry' THEN 'queued' ELSE r.outcome END,
			next_attempt_at = CASE r.outcome WHEN 'retry' THEN now() + r.delay_ms * interval '1 millisecond' ELSE o.next_attempt_at END,
			lease_until = CASE r.outcome WHEN 'unknown' THEN now() + interval '90 seconds' END,
			leased_by = NULL,
			settled_at = CASE WHEN r.outcome IN ('accepted', 'failed') THEN now() END,
			error_class = r.class, error_code = r.code, error_words = r.words, error_details = r.details
		FROM r, locked
		WHERE locked.org_id = r.org AND locked.id = r.message AND o.org_id = r.org AND o.message_id = r.message
			AND ((o.state = 'sending' AND o.attempts = r.attempt) OR (o.state IN ('sending', 'unknown', 'queued') AND r.outcome = 'accepted'))
		RETURNING o.org_id, o.message_id
	), told AS (
		UPDATE messages m SET
			status = CASE WHEN r.outcome IN ('accepted', 'failed') AND deskbell_status_rank(r.outcome) > deskbell_status_rank(m.status) THEN r.outcome ELSE m.status END,
			status_at = CASE WHEN r.outcome IN ('accepted', 'failed') AND deskbell_status_rank(r.outcome) > deskbell_status_rank(m.status) THEN now() ELSE m.status_at END,
			provider_id = coalesce(m.provider_id, r.provider_id),
			error = CASE WHEN r.outcome = 'failed' AND deskbell_status_rank(m.status) < 3 THEN r.details ELSE m.error END
		FROM r, locked WHERE locked.org_id = r.org AND locked.id = r.message AND m.org_id = r.org AND m.id = r.message
			AND (r.outcome = 'accepted' OR EXISTS (SELECT 1 FROM box WHERE box.org_id = m.org_id AND box.message_id = m.id))
		RETURNING 1
	)
	SELECT count(*) INTO settled FROM told;
	IF EXISTS (SELECT 1 FROM parked_statuses) THEN
		PERFORM deskbell_match_parked();
	END IF;
	RETURN settled;
END $$;

-- Time passes: a lease that ran out means that the sender died in the middle (unknown, with 90 s for a status to prove it); an unknown
-- one without evidence goes again once, then is failed. Returns how many moved.
CREATE OR REPLACE FUNCTION deskbell_expire_deliveries() RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	moved integer;
	n integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE outbox o SET state = 'unknown', leased_by = NULL, lease_until = now() + interval '90 seconds',
			error_class = 'unknown', error_words = 'The sender stopped before the platform''s answer was stored.'
		FROM (SELECT x.org_id, x.message_id FROM outbox x WHERE x.state = 'sending' AND x.lease_until < now() FOR UPDATE SKIP LOCKED) s
		WHERE o.org_id = s.org_id AND o.message_id = s.message_id AND o.state = 'sending';
	GET DIAGNOSTICS moved = ROW_COUNT;
	UPDATE outbox o SET state = 'queued', resends = o.resends + 1, lease_until = NULL, next_attempt_at = now()
		FROM (SELECT x.org_id, x.message_id FROM outbox x
			WHERE x.state = 'unknown' AND x.lease_until < now() AND x.resends = 0 FOR UPDATE SKIP LOCKED) s
		WHERE o.org_id = s.org_id AND o.message_id = s.message_id AND o.state = 'unknown';
	GET DIAGNOSTICS n = ROW_COUNT;
	moved := moved + n;
	WITH s AS (
		SELECT x.org_id, x.message_id FROM outbox x WHERE x.state = 'unknown' AND x.lease_until < now() AND x.resends > 0 FOR UPDATE SKIP LOCKED
	), f AS (
		UPDATE outbox o SET state = 'failed', lease_until = NULL, settled_at = now(), error_class = 'unknown',
			error_words = 'The platform did not answer twice, and no status came. The customer may or may not have the message; look at the chat on a phone before writing again.'
		FROM s WHERE o.org_id = s.org_id AND o.message_id = s.message_id AND o.state = 'unknown'
		RETURNING o.org_id, o.message_id, o.error_words
	)
	UPDATE messages m SET status = 'failed', status_at = now(), error = jsonb_build_object('class', 'unknown', 'words', f.error_words)
		FROM f WHERE m.org_id = f.org_id AND m.id = f.message_id AND deskbell_status_rank(m.status) < 3;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN moved + n;
END $$;

-- Milliseconds until something is due (answers, deliveries, leases), at most `most_ms`.
CREATE OR REPLACE FUNCTION deskbell_next_due_ms(most_ms integer) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN (
	SELECT greatest(0, least(most_ms, ceil(extract(epoch FROM min(t) - clock_timestamp()) * 1000)))::integer FROM (
		SELECT min(greatest(due_at, coalesce(lease_until, due_at))) AS t FROM answer_jobs
		UNION ALL SELECT min(next_attempt_at) FROM outbox WHERE state = 'queued'
		UNION ALL SELECT min(lease_until) FROM outbox WHERE state IN ('sending', 'unknown')) x);
END $$;

CREATE OR REPLACE FUNCTION deskbell_heartbeat(a_shard text, a_host text, a_pid integer, a_mode text, a_version text, stopping boolean) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF stopping THEN
		DELETE FROM heartbeats WHERE shard = a_shard AND host = a_host AND pid = a_pid;
		RETURN;
	END IF;
	INSERT INTO heartbeats (shard, host, pid, mode, version) VALUES (a_shard, a_host, a_pid, a_mode, a_version)
		ON CONFLICT (shard, host, pid) DO UPDATE SET beat_at = now(), mode = excluded.mode, version = excluded.version;
	DELETE FROM heartbeats WHERE beat_at < now() - interval '1 day';
END $$;
