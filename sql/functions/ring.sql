-- It rings: from what has happened (rings) to who is told (push_queue), on which browser or in which e-mail.
--
--     rings -> push_queue   by the choices of each person; held in quiet hours, after which what waits is one summary
--     push_queue -> gone    the push service took it, or the subscription is over, or what it tells is not true any
-- more
--
-- What is shown - who wrote, and what - is read when it is sent, and stored nowhere else.

-- When a person's quiet hours end, NULL when it is not quiet now.
CREATE OR REPLACE FUNCTION deskbell_quiet_until(c ring_choices) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
	clock timestamp := now() AT TIME ZONE c.time_zone;
	minute integer := extract(hour FROM clock) * 60 + extract(minute FROM clock);
BEGIN
	IF c.quiet_from IS NULL OR c.quiet_to IS NULL OR c.quiet_from = c.quiet_to
		OR (c.quiet_from < c.quiet_to AND (minute < c.quiet_from OR minute >= c.quiet_to))
		OR (c.quiet_from > c.quiet_to AND minute < c.quiet_from AND minute >= c.quiet_to) THEN
		RETURN NULL;
	END IF;
	RETURN (date_trunc('day', clock) + c.quiet_to * interval '1 minute'
		+ CASE WHEN c.quiet_to <= minute THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE c.time_zone;
END $$;

-- Whom this calls, and as what; NULL: not this person.
CREATE OR REPLACE FUNCTION deskbell_ring_as(r rings, c ring_choices, assignee bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN r.kind = 'waiting' AND assignee IS NULL AND c.on_waiting THEN 'waiting'
		WHEN r.kind = 'waiting' AND assignee = c.user_id AND c.on_mine THEN 'mine'
		WHEN r.kind = 'window' AND (CASE WHEN assignee IS NULL THEN c.on_waiting ELSE assignee = c.user_id AND c.on_mine END)
			THEN 'window'
		WHEN r.kind = 'assigned' AND r.user_id = c.user_id AND c.on_mine THEN 'assigned'
		WHEN r.kind = 'mention' AND r.user_id = c.user_id AND c.on_mentions THEN 'mention'
		WHEN r.kind = 'lead' AND c.on_leads AND coalesce(assignee, c.user_id) = c.user_id THEN 'lead'
		WHEN r.kind = 'channel' AND c.on_channels THEN 'channel' END
$$;

-- Works out who is told of what has happened. The caller has set the scope. An e-mail waits two minutes, or for the
-- full hour, and tells all that has come together.
CREATE OR REPLACE FUNCTION deskbell_spread_rings(a_org bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	WITH taken AS (
		DELETE FROM rings r WHERE r.org_id = a_org
			AND r.id IN (SELECT x.id FROM rings x WHERE x.org_id = a_org ORDER BY x.id LIMIT 500 FOR UPDATE SKIP LOCKED)
			RETURNING r.*
	), told AS (
		SELECT t.conversation_id, t.channel_id, t.note_id, c.user_id, deskbell_ring_as(t, c, v.assignee_id) AS kind,
			deskbell_quiet_until(c) AS quiet, c.mail,
			EXISTS (SELECT 1 FROM push_subscriptions s WHERE s.org_id = a_org AND s.user_id = c.user_id) AS has_browser
		FROM taken t JOIN ring_choices c ON c.org_id = a_org LEFT JOIN conversations v ON v.org_id = a_org
			AND v.id = t.conversation_id
		WHERE deskbell_ring_as(t, c, v.assignee_id) IS NOT NULL
	), pushed AS (
		INSERT INTO push_queue (org_id, user_id, subscription_id, kind, conversation_id, channel_id, note_id, due_at,
			expires_at)
		SELECT a_org, t.user_id, s.id, t.kind, t.conversation_id, t.channel_id, t.note_id, coalesce(t.quiet, now()),
			coalesce(t.quiet, now()) + interval '4 hours'
		FROM told t JOIN push_subscriptions s ON s.org_id = a_org AND s.user_id = t.user_id
		WHERE t.quiet IS NULL OR t.kind NOT IN ('waiting', 'mine', 'window')
	), summed AS (
		INSERT INTO push_queue (org_id, user_id, subscription_id, kind, due_at, expires_at)
		SELECT DISTINCT ON (s.id) a_org, t.user_id, s.id, 'summary', t.quiet, t.quiet + interval '4 hours'
		FROM told t JOIN push_subscriptions s ON s.org_id = a_org AND s.user_id = t.user_id
		WHERE t.quiet IS NOT NULL AND t.kind IN ('waiting', 'mine', 'window')
		ON CONFLICT (org_id, subscription_id) WHERE kind = 'summary' AND subscription_id IS NOT NULL DO NOTHING
	), kept AS (
		INSERT INTO push_queue (org_id, user_id, kind, conversation_id, channel_id, note_id, expires_at)
		SELECT a_org, t.user_id, t.kind, t.conversation_id, t.channel_id, t.note_id, now() + interval '1 day' FROM told t
			WHERE t.mail <> 'off' AND NOT t.has_browser
	)
	INSERT INTO mail_queue (org_id, kind, subject_id, email, language, due_at, expires_at)
	SELECT DISTINCT ON (t.user_id) a_org, 'ring', t.user_id, n.email, coalesce(c.language, 'en'),
		greatest(CASE t.mail WHEN 'digest' THEN date_trunc('hour', now()) + interval '1 hour'
			ELSE now() + interval '2 minutes' END, t.quiet), now() + interval '1 day'
	FROM told t JOIN ring_choices c ON c.org_id = a_org AND c.user_id = t.user_id JOIN member_names n ON n.org_id = a_org
		AND n.user_id = t.user_id
	WHERE t.mail <> 'off' AND NOT t.has_browser
		AND NOT EXISTS (SELECT 1 FROM mail_queue q WHERE q.org_id = a_org AND q.subject_id = t.user_id AND q.kind = 'ring'
			AND q.failed_at IS NULL);
END $$;

-- Whether what a row tells is still so: a conversation that was answered rings no more.
CREATE OR REPLACE FUNCTION deskbell_still_rings(q push_queue) RETURNS boolean
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT CASE
		WHEN q.kind IN ('waiting', 'window')
			THEN EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = q.org_id AND v.id = q.conversation_id
			AND v.waiting_since IS NOT NULL AND v.is_open AND coalesce(v.assignee_id, q.user_id) = q.user_id)
		WHEN q.kind = 'mine' THEN EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = q.org_id AND v.id = q.conversation_id
			AND v.waiting_since IS NOT NULL AND v.is_open AND v.assignee_id = q.user_id)
		WHEN q.kind = 'mention' THEN EXISTS (SELECT 1 FROM notes n WHERE n.org_id = q.org_id AND n.id = q.note_id)
		WHEN q.kind = 'assigned' THEN EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = q.org_id
			AND v.id = q.conversation_id AND v.assignee_id = q.user_id)
		WHEN q.kind = 'channel' THEN EXISTS (SELECT 1 FROM channels c WHERE c.org_id = q.org_id AND c.id = q.channel_id
			AND c.status = 'error' AND c.disconnected_at IS NULL)
		WHEN q.kind = 'summary' THEN EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = q.org_id
			AND v.waiting_since IS NOT NULL AND v.is_open
			AND coalesce(v.assignee_id, q.user_id) = q.user_id)
		ELSE true END
$$;

-- Who and what: the customer's name and last sentence, the author and text of a note, the platform and its problem, a
-- reason.
CREATE OR REPLACE FUNCTION deskbell_ring_text(q push_queue, OUT who text, OUT what text, OUT waiting bigint)
LANGUAGE plpgsql STABLE SET jit = off AS $$
BEGIN
	SELECT count(*) INTO waiting FROM (SELECT 1 FROM conversations v WHERE v.org_id = q.org_id
		AND v.waiting_since IS NOT NULL AND v.is_open LIMIT 100) x;
	SELECT coalesce(nullif(c.name, ''), v.contact_phone, '') INTO who FROM conversations v
		JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
		WHERE v.org_id = q.org_id AND v.id = q.conversation_id;
	IF q.kind = 'channel' THEN
		SELECT c.platform, c.status_reason::text INTO who, what FROM channels c WHERE c.org_id = q.org_id
			AND c.id = q.channel_id;
	ELSIF q.kind = 'lead' THEN
		SELECT l.summary INTO what FROM leads l WHERE l.org_id = q.org_id AND l.conversation_id = q.conversation_id;
	ELSIF q.kind = 'mention' THEN
		SELECT n.body INTO what FROM notes n WHERE n.org_id = q.org_id AND n.id = q.note_id;
	ELSIF q.conversation_id IS NOT NULL THEN
		SELECT m.body INTO what FROM messages m WHERE m.org_id = q.org_id AND m.conversation_id = q.conversation_id
			AND m.direction = 'inbound' ORDER BY m.id DESC LIMIT 1;
	END IF;
	what := CASE q.kind WHEN 'channel' THEN coalesce(what, '') ELSE left(coalesce(what, ''), 200) END;
END $$;

-- What is due on browsers of a person whose quiet hours have begun meanwhile is held, too.
CREATE OR REPLACE FUNCTION deskbell_hold_pushes(a_org bigint) RETURNS void
LANGUAGE sql SET jit = off AS $$
	UPDATE push_queue q SET due_at = x.quiet, expires_at = greatest(q.expires_at, x.quiet + interval '4 hours')
	FROM (SELECT c.user_id, deskbell_quiet_until(c) AS quiet FROM ring_choices c WHERE c.org_id = a_org) x
	WHERE q.org_id = a_org AND q.user_id = x.user_id AND q.subscription_id IS NOT NULL AND q.kind <> 'test'
		AND q.due_at <= now() AND x.quiet IS NOT NULL AND (q.lease_until IS NULL OR q.lease_until < now())
$$;

-- Takes what is due on browsers, of one organization, under a lease. What is over, or not so any more, goes.
CREATE OR REPLACE FUNCTION deskbell_claim_pushes(org bigint, owner text, max_rows integer, lease_s integer)
RETURNS TABLE (id bigint, kind text, endpoint text, browser_key bytea, auth bytea, language text, who text, what text,
	waiting bigint, conversation_id bigint)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	PERFORM deskbell_spread_rings(org);
	PERFORM deskbell_hold_pushes(org);
	RETURN QUERY
	WITH due AS MATERIALIZED (
		SELECT q.id, q.expires_at > now() AND deskbell_still_rings(q) AS good FROM push_queue q
		WHERE q.org_id = org AND q.subscription_id IS NOT NULL AND q.due_at <= now()
			AND (q.lease_until IS NULL OR q.lease_until < now())
		ORDER BY q.due_at, q.id LIMIT max_rows FOR UPDATE SKIP LOCKED),
	dropped AS (DELETE FROM push_queue q USING due d WHERE q.org_id = org AND q.id = d.id AND NOT d.good),
	taken AS (
		UPDATE push_queue q SET lease_until = now() + lease_s * interval '1 second', leased_by = owner,
			attempts = q.attempts + 1
		FROM due d WHERE q.org_id = org AND q.id = d.id AND d.good RETURNING q.*)
	SELECT t.id, t.kind, s.endpoint, s.browser_key, s.auth, coalesce(c.language, 'en'), x.who, x.what, x.waiting,
		t.conversation_id
	FROM taken t JOIN push_subscriptions s ON s.org_id = org AND s.id = t.subscription_id
	LEFT JOIN ring_choices c ON c.org_id = org AND c.user_id = t.user_id
	CROSS JOIN LATERAL deskbell_ring_text(jsonb_populate_record(NULL::push_queue, to_jsonb(t))) x;
END $$;

-- What became of one: 'taken', 'gone' (the subscription is over), 'later' (again after a pause that grows, or after the
-- time that the service asked for), 'refused' (it is not tried again, and the person's page says so).
CREATE OR REPLACE FUNCTION deskbell_settle_push(org bigint, a_id bigint, outcome text, pause_s integer, status integer)
	RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	q push_queue;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	SELECT * INTO q FROM push_queue x WHERE x.org_id = org AND x.id = a_id;
	IF outcome = 'later' THEN
		UPDATE push_queue x SET lease_until = NULL, leased_by = NULL,
			due_at = now() + greatest(pause_s, least(900, 5 * 2 ^ least(x.attempts, 10))) * interval '1 second'
				WHERE x.org_id = org AND x.id = a_id;
	ELSIF outcome = 'gone' THEN
		DELETE FROM push_subscriptions s WHERE s.org_id = org AND s.id = q.subscription_id;
	ELSE
		UPDATE push_subscriptions s SET taken_at = CASE outcome WHEN 'taken' THEN now()
			ELSE s.taken_at END, refused_status = CASE outcome WHEN 'refused' THEN status END
			WHERE s.org_id = org AND s.id = q.subscription_id;
		DELETE FROM push_queue x WHERE x.org_id = org AND x.id = a_id;
	END IF;
END $$;

-- What an e-mail to a person tells, as a JSON array; NULL when there is nothing left to tell. `up_to` is the last row
-- that was looked at.
CREATE OR REPLACE FUNCTION deskbell_ring_mail(a_org bigint, a_user bigint, OUT items jsonb, OUT up_to bigint)
LANGUAGE plpgsql STABLE SET jit = off AS $$
BEGIN
	SELECT max(q.id) INTO up_to FROM push_queue q WHERE q.org_id = a_org AND q.user_id = a_user
		AND q.subscription_id IS NULL;
	SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'who', x.who, 'what', x.what, 'conversation', x.conversation_id)
		ORDER BY x.id) INTO items FROM (
		SELECT DISTINCT ON (q.kind, q.conversation_id, q.channel_id) q.id, q.kind, q.conversation_id, t.who, t.what
			FROM push_queue q CROSS JOIN LATERAL deskbell_ring_text(q) t
		WHERE q.org_id = a_org AND q.user_id = a_user AND q.subscription_id IS NULL AND q.expires_at > now()
			AND deskbell_still_rings(q)
		ORDER BY q.kind, q.conversation_id, q.channel_id, q.id LIMIT 50) x;
END $$;
