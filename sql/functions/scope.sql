-- The scope of a desk's transaction, entered by proof. deskbell_enter is shown the digest of a session's token or of an
-- API token; when that is alive and its user a member, and it has the second factor that the organisation may ask for,
-- it leaves a pass: organisation, actor and role, sealed for this connection and this transaction (scope_sealed,
-- 0001_isolation.sql). The policies of the desk's role compare org_id with the organisation of the pass (proven_org)
-- and with nothing that the role can set. A pass that was kept, copied or changed counts for nothing.
--
-- deskbell_enter also sets deskbell.org, by which the policies of the owner's programs go: where no role of the desk's
-- own can be made, the same calls serve.

-- The session of this token while it is alive and its account is not switched off; a row of NULLs when there is none.
-- The strictest of its user's organisations says how long that is.
CREATE OR REPLACE FUNCTION deskbell_live_session(a_digest bytea) RETURNS sessions
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT s FROM sessions s JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL CROSS
		JOIN LATERAL (SELECT min(o.session_idle_min) AS idle_min, min(o.session_max_h) AS max_h
		FROM memberships m JOIN organizations o ON o.id = m.org_id WHERE m.user_id = s.user_id) l
	WHERE s.token_hash = a_digest AND s.expires_at > now() AND s.seen_at > now() - s.idle_s * interval '1 second'
		AND (l.idle_min IS NULL OR s.seen_at > now() - l.idle_min * interval '1 minute')
		AND (l.max_h IS NULL OR s.created_at > now() - l.max_h * interval '1 hour')
$$;

-- Whether the account has a second factor.
CREATE OR REPLACE FUNCTION deskbell_has_second(person bigint) RETURNS boolean
LANGUAGE sql STABLE SET jit = off AS
$$ SELECT EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = person AND f.confirmed_at IS NOT NULL) $$;

-- The API token while it works: not revoked, not expired, its maker still a member whose account is on. It can do no
-- more than its maker.
CREATE OR REPLACE FUNCTION deskbell_live_token(a_digest bytea) RETURNS api_tokens
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
	t api_tokens;
	makers_role text;
BEGIN
	SELECT * INTO t FROM api_tokens x WHERE x.token_hash = a_digest AND x.revoked_at IS NULL
		AND (x.expires_at IS NULL OR x.expires_at > now());
	IF t.made_by IS NULL THEN RETURN t; END IF;
	SELECT m.role INTO makers_role FROM memberships m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
		WHERE m.org_id = t.org_id AND m.user_id = t.made_by;
	IF makers_role IS NULL THEN RETURN NULL; END IF;
	IF makers_role = 'operator' THEN t.role := 'operator'; END IF;
	RETURN t;
END $$;

-- Begins the scope of one organisation; false when the digest proves nothing there. The first call of a desk's
-- transaction.
CREATE OR REPLACE FUNCTION deskbell_enter(a_digest bytea, a_org bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	s sessions;
	t api_tokens;
	who text;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_live_session(a_digest);
	IF s.id IS NOT NULL THEN
		SELECT 'user:' || m.user_id || ' ' || m.role INTO who FROM memberships m JOIN organizations o ON o.id = m.org_id
		WHERE m.org_id = a_org AND m.user_id = s.user_id AND (NOT o.needs_second_factor OR deskbell_has_second(m.user_id));
	ELSE
		t := deskbell_live_token(a_digest);
		IF t.org_id = a_org THEN
			who := 'token:' || t.id || ' ' || t.role;
		END IF;
	END IF;
	PERFORM set_config('deskbell.scope', '', true);
	IF who IS NULL THEN
		RETURN false;
	END IF;
	PERFORM set_config('deskbell.org', a_org::text, true),
		set_config('deskbell.pass', scope_sealed(a_org || ' ' || who), true);
	RETURN true;
END $$;

-- The text of a pass that is good in this transaction: "7 user:3 owner"; NULL without one.
CREATE OR REPLACE FUNCTION deskbell_pass() RETURNS text
LANGUAGE sql STABLE SET jit = off AS
$$ SELECT substr(current_setting('deskbell.pass', true), 65) WHERE proven_org() IS NOT NULL $$;

-- Who acts, as the audit log names actors ("user:3"), and with which role: from the pass.
CREATE OR REPLACE FUNCTION deskbell_actor(OUT org bigint, OUT actor text, OUT person bigint, OUT role text)
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE parts text[] := string_to_array(deskbell_pass(), ' ');
BEGIN
	org := parts[1]::bigint;
	actor := parts[2];
	person := CASE WHEN starts_with(parts[2], 'user:') THEN substr(parts[2], 6)::bigint END;
	role := parts[3];
END $$;
