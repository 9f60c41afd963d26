-- What a membership leaves in the directory: the member's name in the organization, which outlives the account, and the
-- sessions that end with it. Whatever scope the caller has, it has again afterwards.

-- The member's name stands in the organization from now on.
CREATE OR REPLACE FUNCTION deskbell_member_named(a_org bigint, a_user bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	INSERT INTO member_names (org_id, user_id, email, name) SELECT a_org, u.id, u.email, u.name FROM users u
		WHERE u.id = a_user
		ON CONFLICT (org_id, user_id) DO UPDATE SET email = excluded.email, name = excluded.name, left_at = NULL;
	PERFORM set_config('deskbell.scope', before, true);
END $$;

-- Makes a user a member, or gives a member another role. The role before; NULL for a new member.
CREATE OR REPLACE FUNCTION deskbell_member_role(a_org bigint, a_user bigint, a_role text) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	previous text := (SELECT m.role FROM memberships m WHERE m.org_id = a_org AND m.user_id = a_user);
BEGIN
	INSERT INTO memberships (org_id, user_id, role) VALUES (a_org, a_user, a_role) ON CONFLICT (org_id, user_id) DO UPDATE
		SET role = excluded.role;
	PERFORM deskbell_member_named(a_org, a_user);
	RETURN previous;
END $$;

-- Ends sessions, and what rings on their browsers, organization by organization. How many ended.
CREATE OR REPLACE FUNCTION deskbell_end_sessions(ids bigint[]) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
	o bigint;
	n integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	FOR o IN SELECT DISTINCT m.org_id FROM sessions s JOIN member_names m ON m.user_id = s.user_id WHERE s.id = ANY (ids)
		ORDER BY 1 LOOP
		DELETE FROM push_subscriptions p WHERE p.org_id = o AND p.session_id = ANY (ids);
	END LOOP;
	DELETE FROM sessions s WHERE s.id = ANY (ids);
	GET DIAGNOSTICS n = ROW_COUNT;
	PERFORM set_config('deskbell.scope', before, true);
	RETURN n;
END $$;

CREATE OR REPLACE FUNCTION deskbell_end_sessions_of(a_user bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	RETURN deskbell_end_sessions(ARRAY(SELECT s.id FROM sessions s WHERE s.user_id = a_user));
END $$;

-- The end of a membership, after deskbell_member_gone: the name stays, and sessions end that looked at the
-- organization, or of which nothing is left to look at.
CREATE OR REPLACE FUNCTION deskbell_membership_end(a_org bigint, a_user bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	DELETE FROM memberships m WHERE m.org_id = a_org AND m.user_id = a_user;
	UPDATE member_names n SET left_at = now() WHERE n.org_id = a_org AND n.user_id = a_user;
	PERFORM deskbell_end_sessions(ARRAY(SELECT s.id FROM sessions s WHERE s.user_id = a_user
		AND (s.org_id IS NOT DISTINCT FROM a_org
		OR NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = a_user))));
	PERFORM set_config('deskbell.scope', before, true);
END $$;
