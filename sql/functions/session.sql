-- Sessions and API tokens. desk.fcgi holds the token, so it is the token (its digest) by which everything here is
-- asked: a caller cannot name another person. They run with the owner's rights, because the desk's own role sees
-- neither these tables nor the system scope; called outside a transaction, so that the scope ends with the call.
-- search_path is set for all such functions by desk-role.sql.

-- Who it is and where; nothing when the session is over. `snapshot` is another whenever anything was committed since,
-- in any organization. Marks it as seen, once a minute at most. `second_missing`: the organisation asks for a second
-- factor, and the account has none. Where the person has left the organisation, another of theirs.
CREATE OR REPLACE FUNCTION deskbell_session_find(hash bytea, idle_s integer) RETURNS TABLE (
	session_id bigint, user_id bigint, email text, name text, language text, time_zone text,
	org_id bigint, role text, org_name text, bot_mode text, orgs jsonb, second_missing boolean, snapshot text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_live_session(hash);
	IF s.id IS NULL OR s.seen_at < now() - idle_s * interval '1 second' THEN RETURN; END IF;
	IF s.seen_at < now() - interval '1 minute' THEN
		UPDATE sessions x SET seen_at = now() WHERE x.id = s.id;
	END IF;
	RETURN QUERY SELECT s.id, u.id, u.email, u.name, u.language, u.time_zone, m.org_id, m.role, o.name, o.bot_mode,
		(SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'current', a.id = m.org_id,
				'logo', coalesce(to_jsonb((extract(epoch FROM a.logo_at) * 1000)::bigint), 'false')) ORDER BY a.name, a.id)
			FROM memberships n JOIN organizations a ON a.id = n.org_id WHERE n.user_id = u.id),
				coalesce(o.needs_second_factor AND NOT deskbell_has_second(u.id), false), pg_current_snapshot()::text
	FROM users u
	LEFT JOIN LATERAL (SELECT n.org_id, n.role FROM memberships n WHERE n.user_id = u.id
		ORDER BY n.org_id = s.org_id DESC NULLS LAST, n.org_id LIMIT 1) m ON true
	LEFT JOIN organizations o ON o.id = m.org_id
	WHERE u.id = s.user_id;
END $$;

-- A session of the attempt that this browser has proven (with the second factor, where the account has one), once;
-- nothing when there is no such attempt. The one that the browser had before ends, and so do those beyond the newest
-- fifty of the person.
CREATE OR REPLACE FUNCTION deskbell_session_start(attempt_hash bytea, hash bytea, old_hash bytea, from_address text,
	browser text, idle_s integer, max_s integer,
	OUT person bigint, OUT org bigint)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF deskbell_has_second(deskbell_proven_by(attempt_hash))
		AND NOT EXISTS (SELECT 1 FROM sign_in_attempts a WHERE a.token_hash = attempt_hash AND a.second_at IS NOT NULL) THEN
		RETURN;
	END IF;
	SELECT a.user_id, a.looks_at INTO person, org FROM deskbell_use_attempt(attempt_hash) a;
	IF person IS NULL THEN RETURN; END IF;
	IF org IS NULL THEN
		SELECT m.org_id INTO org FROM memberships m WHERE m.user_id = person
		ORDER BY m.org_id = (SELECT s.org_id FROM sessions s WHERE s.user_id = person ORDER BY s.seen_at DESC
			LIMIT 1) DESC NULLS LAST, m.org_id LIMIT 1;
	END IF;
	PERFORM deskbell_end_sessions(ARRAY(SELECT x.id FROM sessions x WHERE x.token_hash = old_hash
		OR (x.user_id = person AND (x.expires_at < now()
		OR x.id IN (SELECT y.id FROM sessions y WHERE y.user_id = person ORDER BY y.seen_at DESC OFFSET 49)))));
	INSERT INTO sessions (user_id, org_id, token_hash, address, agent, idle_s, expires_at)
	VALUES (person, org, hash, from_address, left(browser, 300), idle_s, now() + max_s * interval '1 second');
	PERFORM deskbell_audit_user(person, 'user:' || person, 'sign_in.good', jsonb_build_object('address', from_address));
END $$;

CREATE OR REPLACE FUNCTION deskbell_session_end(hash bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE person bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	person := (deskbell_live_session(hash)).user_id;
	PERFORM deskbell_end_sessions(ARRAY(SELECT s.id FROM sessions s WHERE s.token_hash = hash));
	PERFORM deskbell_audit_user(person, 'user:' || person, 'session.end', NULL);
END $$;

-- The person's sessions that are alive.
CREATE OR REPLACE FUNCTION deskbell_session_list(hash bytea, idle_s integer) RETURNS TABLE (
	id bigint, address text, agent text, created_ms bigint, seen_ms bigint, current boolean)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT x.id, x.address, x.agent, (extract(epoch FROM x.created_at) * 1000)::bigint,
		(extract(epoch FROM x.seen_at) * 1000)::bigint, x.token_hash = hash
	FROM sessions x WHERE x.user_id = (deskbell_live_session(hash)).user_id
		AND (deskbell_live_session(x.token_hash)).id IS NOT NULL
			AND x.seen_at > now() - deskbell_session_list.idle_s * interval '1 second'
	ORDER BY x.token_hash = hash DESC, x.seen_at DESC, x.id;
END $$;

-- Ends another session of the same person (all others when `which` is NULL); how many.
CREATE OR REPLACE FUNCTION deskbell_session_revoke(hash bytea, which bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	n integer;
	person bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	person := (deskbell_live_session(hash)).user_id;
	n := deskbell_end_sessions(ARRAY(SELECT x.id FROM sessions x WHERE x.user_id = person
		AND CASE WHEN which IS NULL THEN x.token_hash <> hash ELSE x.id = which END));
	IF n > 0 THEN
		PERFORM deskbell_audit_user(person, 'user:' || person, 'session.end', jsonb_build_object('others', n));
	END IF;
	RETURN n;
END $$;

-- Looks at another of the person's organisations; false when it is not one of theirs.
CREATE OR REPLACE FUNCTION deskbell_session_choose(hash bytea, org bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE sessions x SET org_id = org WHERE x.id = (deskbell_live_session(hash)).id
		AND EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = org AND m.user_id = x.user_id);
	RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION deskbell_account_save(hash bytea, new_name text, new_language text, new_time_zone text)
	RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	person bigint;
	o bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	person := (deskbell_live_session(hash)).user_id;
	UPDATE users u SET name = new_name, language = new_language, time_zone = new_time_zone WHERE u.id = person;
	UPDATE member_names n SET name = new_name WHERE n.user_id = person AND n.left_at IS NULL;
	FOR o IN SELECT n.org_id FROM member_names n WHERE n.user_id = person AND n.left_at IS NULL ORDER BY 1 LOOP
		UPDATE ring_choices c SET language = new_language, time_zone = new_time_zone WHERE c.org_id = o
			AND c.user_id = person;
	END LOOP;
END $$;

-- A new password, for a user who has proven the present one (an attempt of this browser, which is used up): this
-- session goes on under a new token, all others of the person end. False when the attempt is not good, or not this
-- person's.
CREATE OR REPLACE FUNCTION deskbell_password_change(hash bytea, attempt_hash bytea, new_password_hash text,
	new_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_live_session(hash);
	IF s.id IS NULL OR s.user_id IS DISTINCT FROM (SELECT a.user_id FROM deskbell_use_attempt(attempt_hash) a) THEN
		RETURN false;
	END IF;
	UPDATE sessions SET token_hash = new_hash WHERE id = s.id;
	UPDATE users SET password_hash = password_kept(new_password_hash), password_changed_at = now() WHERE id = s.user_id;
	PERFORM deskbell_end_sessions(ARRAY(SELECT x.id FROM sessions x WHERE x.user_id = s.user_id AND x.id <> s.id));
	PERFORM deskbell_audit_user(s.user_id, 'user:' || s.user_id, 'password.change', NULL);
	RETURN true;
END $$;

-- Whose API token it is; nothing when it no longer works.
CREATE OR REPLACE FUNCTION deskbell_token_find(hash bytea) RETURNS TABLE (
	token_id bigint, token_name text, org_id bigint, role text, org_name text, bot_mode text, scope text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE t api_tokens;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	t := deskbell_live_token(hash);
	IF t.used_at IS NULL OR t.used_at < now() - interval '1 minute' THEN
		UPDATE api_tokens x SET used_at = now() WHERE x.org_id = t.org_id AND x.id = t.id;
	END IF;
	RETURN QUERY SELECT t.id, t.name, t.org_id, t.role, o.name, o.bot_mode, t.scope FROM organizations o
		WHERE o.id = t.org_id;
END $$;

-- The person whose session it is, when an owner of the organisation; NULL otherwise.
CREATE OR REPLACE FUNCTION deskbell_owner_of(hash bytea, org bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT m.user_id FROM memberships m WHERE m.org_id = org AND m.user_id = (deskbell_live_session(hash)).user_id
		AND m.role = 'owner'
$$;

-- The API tokens of the organisation, for its owners.
CREATE OR REPLACE FUNCTION deskbell_token_list(hash bytea, org bigint) RETURNS TABLE (
	id bigint, name text, role text, scope text, maker text, created_ms bigint, used_ms bigint, expires_ms bigint,
		expired boolean)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT t.id, t.name, t.role, t.scope, coalesce(nullif(n.name, ''), n.email, 'deskbellctl'),
		(extract(epoch FROM t.created_at) * 1000)::bigint,
		(extract(epoch FROM t.used_at) * 1000)::bigint, (extract(epoch FROM t.expires_at) * 1000)::bigint,
			coalesce(t.expires_at < now(), false)
	FROM api_tokens t LEFT JOIN member_names n ON n.org_id = t.org_id AND n.user_id = t.made_by WHERE t.org_id = org
		AND t.revoked_at IS NULL AND deskbell_owner_of(hash, org) IS NOT NULL ORDER BY t.id LIMIT 200;
END $$;

-- A new one, which ends after so many days (NULL: never) and with its maker; false when the session is no owner's.
CREATE OR REPLACE FUNCTION deskbell_token_add(hash bytea, org bigint, new_name text, new_role text, new_scope text,
	days integer, new_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	person bigint;
	token bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	person := deskbell_owner_of(hash, org);
	IF person IS NULL THEN RETURN false; END IF;
	INSERT INTO api_tokens (org_id, token_hash, name, role, scope, made_by, expires_at)
		VALUES (org, new_hash, new_name, new_role, new_scope, person, now() + days * interval '1 day') RETURNING id
			INTO token;
	PERFORM deskbell_audit(org, 'user:' || person, 'token.add',
		jsonb_build_object('token', token, 'name', new_name, 'role', new_role, 'scope', new_scope, 'days', days));
	RETURN true;
END $$;

-- Ends one; false when the organisation has none of that id, or the session is no owner's.
CREATE OR REPLACE FUNCTION deskbell_token_revoke(hash bytea, org bigint, which bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	person bigint;
	called text;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	person := deskbell_owner_of(hash, org);
	UPDATE api_tokens t SET revoked_at = now() WHERE t.org_id = org AND t.id = which AND t.revoked_at IS NULL
		AND person IS NOT NULL RETURNING t.name INTO called;
	IF called IS NULL THEN RETURN false; END IF;
	PERFORM deskbell_audit(org, 'user:' || person, 'token.revoke', jsonb_build_object('token', which, 'name', called));
	RETURN true;
END $$;
