-- How access ends and comes back: members who leave, accounts that are switched off, forgotten passwords. Each in the
-- transaction of its caller, with its entry in the audit log.

-- What a member leaves when the membership ends: conversations become unassigned, those that the member had taken over
-- answer again, and API tokens that the member has made end.
CREATE OR REPLACE FUNCTION deskbell_member_gone(a_org bigint, a_user bigint, a_actor text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	v record;
BEGIN
	FOR v IN SELECT c.id, c.agent FROM conversations c
		WHERE c.org_id = a_org AND c.assignee_id = a_user ORDER BY c.id FOR NO KEY UPDATE
	LOOP
		IF v.agent = 'operator' THEN
			PERFORM deskbell_set_agent(a_org, v.id, NULL, 'bot');
		ELSE
			PERFORM deskbell_assign(a_org, v.id, NULL, NULL);
		END IF;
	END LOOP;
	DELETE FROM conversation_viewers w WHERE w.org_id = a_org AND w.user_id = a_user;
	DELETE FROM push_queue q WHERE q.org_id = a_org AND q.user_id = a_user;
	DELETE FROM push_subscriptions s WHERE s.org_id = a_org AND s.user_id = a_user;
	DELETE FROM absences x WHERE x.org_id = a_org AND x.user_id = a_user;
	DELETE FROM saved_filters f WHERE f.org_id = a_org AND f.user_id = a_user;
	DELETE FROM ring_choices c WHERE c.org_id = a_org AND c.user_id = a_user;
	DELETE FROM conversation_reads r WHERE r.org_id = a_org AND r.user_id = a_user;
	DELETE FROM password_resets r WHERE r.org_id = a_org AND r.user_id = a_user;
	FOR v IN UPDATE api_tokens t SET revoked_at = now() WHERE t.org_id = a_org AND t.made_by = a_user
		AND t.revoked_at IS NULL RETURNING t.id, t.name LOOP
		PERFORM deskbell_audit(a_org, a_actor, 'token.revoke',
			jsonb_build_object('token', v.id, 'name', v.name, 'maker', a_user));
	END LOOP;
END $$;

-- True when the organisation would have no owner without this user.
CREATE OR REPLACE FUNCTION deskbell_is_last_owner(a_org bigint, a_user bigint) RETURNS boolean
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT EXISTS (SELECT 1 FROM memberships WHERE org_id = a_org AND user_id = a_user AND role = 'owner')
		AND NOT EXISTS (SELECT 1 FROM memberships WHERE org_id = a_org AND role = 'owner' AND user_id <> a_user)
$$;

-- ---- for deskbellctl, in the system scope: an account by its address; NULL or 'absent' when there is none ----

CREATE OR REPLACE FUNCTION deskbell_user_id(a_email text) RETURNS bigint
LANGUAGE sql SET jit = off AS $$ SELECT u.id FROM users u WHERE lower(u.email) = lower(a_email) FOR UPDATE $$;

-- A new password: sessions, attempts that are proven and links that wait end with the old one. How many sessions ended.
CREATE OR REPLACE FUNCTION deskbell_password_replace(a_user bigint, a_hash text) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	UPDATE users SET password_hash = password_kept(a_hash), password_changed_at = now() WHERE id = a_user;
	DELETE FROM password_resets WHERE user_id = a_user;
	DELETE FROM account_resets WHERE user_id = a_user;
	UPDATE sign_in_attempts SET used_at = now() WHERE user_id = a_user AND used_at IS NULL;
	RETURN deskbell_end_sessions_of(a_user);
END $$;

CREATE OR REPLACE FUNCTION deskbell_user_password(a_email text, a_hash text) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE person bigint := deskbell_user_id(a_email);
BEGIN
	IF person IS NULL THEN RETURN NULL; END IF;
	PERFORM deskbell_audit_user(person, 'deskbellctl', 'user.password', jsonb_build_object('user', person));
	RETURN deskbell_password_replace(person, a_hash);
END $$;

CREATE OR REPLACE FUNCTION deskbell_user_sessions_end(a_email text) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	person bigint := deskbell_user_id(a_email);
	n integer;
BEGIN
	IF person IS NULL THEN RETURN NULL; END IF;
	n := deskbell_end_sessions_of(person);
	PERFORM deskbell_audit_user(person, 'deskbellctl', 'user.sessions', jsonb_build_object('user', person));
	RETURN n;
END $$;

-- Switches an account off (its sessions and tokens end, its conversations are free) or on again: done, same or absent.
CREATE OR REPLACE FUNCTION deskbell_user_disable(a_email text, a_disabled boolean) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE person bigint := deskbell_user_id(a_email);
BEGIN
	IF person IS NULL THEN RETURN 'absent'; END IF;
	UPDATE users SET disabled_at = CASE WHEN a_disabled THEN now() END WHERE id = person
		AND (disabled_at IS NOT NULL) <> a_disabled;
	IF NOT FOUND THEN RETURN 'same'; END IF;
	PERFORM deskbell_audit_user(person, 'deskbellctl', CASE WHEN a_disabled THEN 'user.disable'
		ELSE 'user.enable' END, jsonb_build_object('user', person));
	IF a_disabled THEN
		PERFORM deskbell_end_sessions_of(person);
		PERFORM deskbell_member_gone(m.org_id, person, 'deskbellctl') FROM memberships m WHERE m.user_id = person;
	END IF;
	RETURN 'done';
END $$;

-- Ends the membership in one organisation, or (NULL) in all of them and the account: done, absent, non_member or
-- last-owner.
CREATE OR REPLACE FUNCTION deskbell_user_remove(a_email text, a_org bigint) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	person bigint := deskbell_user_id(a_email);
	m record;
	n integer := 0;
BEGIN
	IF person IS NULL THEN RETURN 'absent'; END IF;
	FOR m IN SELECT org_id FROM memberships WHERE user_id = person AND (a_org IS NULL OR org_id = a_org)
		ORDER BY org_id LOOP
		PERFORM pg_advisory_xact_lock(hashtextextended('members ' || m.org_id, 0));
		IF deskbell_is_last_owner(m.org_id, person) THEN RETURN 'last-owner'; END IF;
		PERFORM deskbell_member_gone(m.org_id, person, 'deskbellctl');
		PERFORM deskbell_membership_end(m.org_id, person);
		PERFORM deskbell_audit(m.org_id, 'deskbellctl', 'user.remove', jsonb_build_object('user', person));
		n := n + 1;
	END LOOP;
	IF a_org IS NOT NULL THEN RETURN CASE n WHEN 0 THEN 'non_member' ELSE 'done' END; END IF;
	PERFORM deskbell_end_sessions_of(person);
	DELETE FROM users WHERE id = person;
	RETURN 'done';
END $$;

-- ---- forgotten passwords ----

-- A link for a member, made by an owner in the desk's transaction: until when it is good. NULL when no owner asks or
-- there is no such member; 'infinity' for the owner's own account; '-infinity' when the account belongs to another
-- organisation as well, whose data its password opens too.
CREATE OR REPLACE FUNCTION deskbell_reset_add(new_hash bytea, person bigint) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	who record := deskbell_actor();
	before text := coalesce(current_setting('deskbell.scope', true), '');
	elsewhere boolean;
	until timestamptz;
BEGIN
	IF deskbell_owned_org() IS NULL OR NOT EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = who.org
		AND m.user_id = deskbell_reset_add.person) THEN RETURN NULL; END IF;
	IF who.person IS NULL OR who.person = deskbell_reset_add.person THEN RETURN 'infinity'; END IF;
	PERFORM set_config('deskbell.scope', 'system', true);
	elsewhere := EXISTS (SELECT 1 FROM memberships m WHERE m.org_id <> who.org AND m.user_id = deskbell_reset_add.person);
	PERFORM set_config('deskbell.scope', before, true);
	IF elsewhere THEN RETURN '-infinity'; END IF;
	INSERT INTO password_resets AS r (org_id, user_id, token_hash, made_by, expires_at)
		VALUES (who.org, deskbell_reset_add.person, new_hash, who.person, now() + interval '1 hour')
		ON CONFLICT (org_id, user_id) DO UPDATE
			SET token_hash = excluded.token_hash, made_by = excluded.made_by, expires_at = excluded.expires_at
		RETURNING r.expires_at INTO until;
	RETURN until;
END $$;

-- Whose password a link replaces: the link that an owner has made for a member who belongs (still) to no other
-- organisation, or the one that was sent to the account's address. NULLs when it is not good (any more).
CREATE OR REPLACE FUNCTION deskbell_live_reset(a_digest bytea, OUT person bigint, OUT org bigint)
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT r.user_id, r.org_id FROM password_resets r JOIN users u ON u.id = r.user_id AND u.disabled_at IS NULL
	WHERE r.token_hash = a_digest AND r.expires_at > now()
		AND EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = r.org_id AND m.user_id = r.user_id)
		AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.org_id <> r.org_id AND m.user_id = r.user_id)
	UNION ALL
	SELECT a.user_id, NULL FROM account_resets a JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
		WHERE a.token_hash = a_digest AND a.expires_at > now()
	LIMIT 1
$$;

-- Whose link it is, and of which organisation where an owner has made it; nothing when it is not good (any more).
CREATE OR REPLACE FUNCTION deskbell_reset_find(a_digest bytea) RETURNS TABLE (email text, org_name text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT u.email, o.name FROM deskbell_live_reset(a_digest) r JOIN users u ON u.id = r.person LEFT
		JOIN organizations o ON o.id = r.org;
END $$;

-- Uses the link up: the password is another one, and all sessions end. False when the link is not good (any more); of
-- two who come at once the second waits, and gets that.
CREATE OR REPLACE FUNCTION deskbell_reset_use(a_digest bytea, new_password_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE r record;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO r FROM deskbell_live_reset(a_digest);
	IF r.org IS NOT NULL THEN
		DELETE FROM password_resets x WHERE x.token_hash = a_digest;
	ELSE
		DELETE FROM account_resets x WHERE x.token_hash = a_digest AND x.user_id = r.person;
	END IF;
	IF NOT FOUND THEN RETURN false; END IF;
	PERFORM deskbell_password_replace(r.person, new_password_hash);
	IF r.org IS NOT NULL THEN
		PERFORM deskbell_audit(r.org, 'user:' || r.person, 'user.reset', jsonb_build_object('user', r.person));
	ELSE
		PERFORM deskbell_audit_user(r.person, 'user:' || r.person, 'user.reset',
			jsonb_build_object('user', r.person, 'by', 'e-mail'));
	END IF;
	RETURN true;
END $$;
