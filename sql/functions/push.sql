-- Browsers that are called, and the installation's keys for it. A browser belongs to the session in which it was given:
-- it is by the digest of that session's token that everything here is asked, so no user can name another person's
-- browser.

-- The public key by which browsers subscribe; NULL while there is none.
CREATE OR REPLACE FUNCTION deskbell_push_public_key() RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN (SELECT k.public_key FROM push_keys k);
END $$;

-- Keeps a fresh pair where there is none: the first stays. Returns the public key that counts.
CREATE OR REPLACE FUNCTION deskbell_push_offer_keys(a_public bytea, a_private text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	INSERT INTO push_keys (public_key, private_key) VALUES (a_public, a_private) ON CONFLICT (id) DO NOTHING;
	RETURN (SELECT k.public_key FROM push_keys k);
END $$;

-- Both keys, for the sender.
CREATE OR REPLACE FUNCTION deskbell_push_keys() RETURNS TABLE (public_key bytea, private_key text)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT k.public_key, k.private_key FROM push_keys k;
END $$;

-- Whose session it is, when a member of the organisation; NULL otherwise.
CREATE OR REPLACE FUNCTION deskbell_member_of(a_digest bytea, a_org bigint) RETURNS sessions
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT s FROM deskbell_live_session(a_digest) s
		WHERE EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = a_org AND m.user_id = s.user_id)
$$;

-- The person is called from now on as they choose, in the language and on the clock of their account.
CREATE OR REPLACE FUNCTION deskbell_ring_on(a_org bigint, a_user bigint) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO ring_choices AS c (org_id, user_id, language, time_zone) SELECT a_org, u.id, u.language, u.time_zone
		FROM users u WHERE u.id = a_user
		ON CONFLICT (org_id, user_id) DO UPDATE SET language = excluded.language, time_zone = excluded.time_zone
$$;

-- A browser of this session is to be called, for this organisation; at most twenty of a person. False when the session
-- is over.
CREATE OR REPLACE FUNCTION deskbell_push_subscribe(a_digest bytea, a_org bigint, a_endpoint text, a_key bytea,
	a_auth bytea, a_agent text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_member_of(a_digest, a_org);
	IF s.id IS NULL THEN RETURN false; END IF;
	PERFORM deskbell_ring_on(a_org, s.user_id);
	INSERT INTO push_subscriptions AS p (org_id, user_id, session_id, endpoint, browser_key, auth, agent)
		VALUES (a_org, s.user_id, s.id, a_endpoint, a_key, a_auth, left(a_agent, 300))
		ON CONFLICT (org_id, endpoint) DO UPDATE
			SET user_id = excluded.user_id, session_id = excluded.session_id, browser_key = excluded.browser_key,
			auth = excluded.auth,
			agent = excluded.agent, refused_status = NULL;
	DELETE FROM push_subscriptions p WHERE p.org_id = a_org AND p.user_id = s.user_id
		AND p.id IN (SELECT x.id FROM push_subscriptions x WHERE x.org_id = a_org AND x.user_id = s.user_id
			ORDER BY x.id DESC OFFSET 20);
	RETURN true;
END $$;

-- A browser of the person is called no more: the one of this address, or of this id. How many that were.
CREATE OR REPLACE FUNCTION deskbell_push_unsubscribe(a_digest bytea, a_org bigint, a_endpoint text, a_id bigint)
	RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	n integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	DELETE FROM push_subscriptions p WHERE p.user_id = (deskbell_live_session(a_digest)).user_id
		AND (p.endpoint = a_endpoint OR (p.org_id = a_org AND p.id = a_id));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- The browsers of the person that are called for this organisation.
CREATE OR REPLACE FUNCTION deskbell_push_list(a_digest bytea, a_org bigint)
	RETURNS TABLE (id bigint, agent text, taken_ms bigint, refused_status integer, is_here boolean)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_live_session(a_digest);
	RETURN QUERY SELECT p.id, p.agent, (extract(epoch FROM p.taken_at) * 1000)::bigint, p.refused_status,
		p.session_id = s.id
	FROM push_subscriptions p WHERE p.org_id = a_org AND p.user_id = s.user_id ORDER BY p.id;
END $$;

-- Calls all browsers of the person, to try it; how many there are.
CREATE OR REPLACE FUNCTION deskbell_push_test(a_digest bytea, a_org bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
	n integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_member_of(a_digest, a_org);
	IF s.id IS NULL THEN RETURN 0; END IF;
	DELETE FROM push_queue q WHERE q.org_id = a_org AND q.user_id = s.user_id AND q.kind = 'test';
	INSERT INTO push_queue (org_id, user_id, subscription_id, kind, expires_at)
		SELECT p.org_id, p.user_id, p.id, 'test', now() + interval '5 minutes' FROM push_subscriptions p
			WHERE p.org_id = a_org AND p.user_id = s.user_id;
	GET DIAGNOSTICS n = ROW_COUNT;
	PERFORM deskbell_due(a_org, 'push', now());
	RETURN n;
END $$;

-- The person's choices, as they chose them. False when the session is over.
CREATE OR REPLACE FUNCTION deskbell_ring_save(a_digest bytea, a_org bigint, a_waiting boolean, a_mine boolean,
	a_mentions boolean, a_leads boolean, a_channels boolean,
	a_quiet_from integer, a_quiet_to integer, a_mail text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_member_of(a_digest, a_org);
	IF s.id IS NULL THEN RETURN false; END IF;
	PERFORM deskbell_ring_on(a_org, s.user_id);
	UPDATE ring_choices c SET on_waiting = a_waiting, on_mine = a_mine, on_mentions = a_mentions, on_leads = a_leads,
		on_channels = a_channels,
		quiet_from = a_quiet_from, quiet_to = a_quiet_to, mail = a_mail WHERE c.org_id = a_org AND c.user_id = s.user_id;
	RETURN true;
END $$;
