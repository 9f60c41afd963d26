-- Who belongs to an organisation. Called within the desk's transaction: the pass (scope.sql) says which organisation it
-- is, and that an owner asks. Any other user gets NULL.

-- The organisation of the pass when it is an owner's.
CREATE OR REPLACE FUNCTION deskbell_owned_org() RETURNS bigint
LANGUAGE sql STABLE SET jit = off AS
$$ SELECT w.org FROM deskbell_actor() w WHERE w.role = 'owner' $$;

-- Gives a member another role, or (NULL) takes the membership away, and returns the role before, 'absent', or
-- 'last-owner' when no owner would be left; changes at once wait for each other.
CREATE OR REPLACE FUNCTION deskbell_member_set(person bigint, new_role text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	org bigint := deskbell_owned_org();
	old_role text;
BEGIN
	IF org IS NULL THEN RETURN NULL; END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('members ' || org, 0));
	SELECT role INTO old_role FROM memberships WHERE org_id = org AND user_id = person FOR UPDATE;
	IF old_role IS NULL THEN RETURN 'absent'; END IF;
	IF new_role IS DISTINCT FROM 'owner' AND deskbell_is_last_owner(org, person) THEN
		RETURN 'last-owner';
	END IF;
	IF new_role IS NULL THEN
		PERFORM deskbell_member_gone(org, person, (deskbell_actor()).actor);
		PERFORM deskbell_membership_end(org, person);
	ELSE
		UPDATE memberships SET role = new_role WHERE org_id = org AND user_id = person;
	END IF;
	RETURN old_role;
END $$;

-- Invites an address, and returns until when the link is good; 'infinity' when the address is a member's. An address
-- has one open invitation: a new one takes the place of the old, whose links then lead nowhere. With a language the
-- link is sent by e-mail as well.
CREATE OR REPLACE FUNCTION deskbell_invitation_add(new_hash bytea, new_email text, new_role text, mail_language text)
	RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	who record := deskbell_actor();
	until timestamptz;
	which bigint;
BEGIN
	IF deskbell_owned_org() IS NULL THEN RETURN NULL; END IF;
	IF EXISTS (SELECT 1 FROM member_names n WHERE n.org_id = who.org AND lower(n.email) = lower(new_email)
		AND n.left_at IS NULL) THEN
		RETURN 'infinity';
	END IF;
	INSERT INTO invitations (org_id, token_hash, email, role, invited_by, expires_at)
		VALUES (who.org, new_hash, new_email, new_role, who.person, now() + interval '7 days')
	ON CONFLICT (org_id, lower(email)) WHERE accepted_at IS NULL
	DO UPDATE SET token_hash = excluded.token_hash, mail_hash = NULL, role = excluded.role,
		invited_by = excluded.invited_by, created_at = now(), expires_at = excluded.expires_at
	RETURNING id, expires_at INTO which, until;
	DELETE FROM mail_queue q WHERE q.org_id = who.org AND q.kind = 'invitation' AND q.subject_id = which;
	IF mail_language IS NOT NULL THEN
		INSERT INTO mail_queue (org_id, kind, subject_id, email, language, expires_at)
			SELECT who.org, 'invitation', i.id, i.email, mail_language, i.expires_at FROM invitations i WHERE i.org_id = who.org
				AND i.id = which;
	END IF;
	RETURN until;
END $$;

-- Withdraws an open invitation and returns its address; NULL when there is none such.
CREATE OR REPLACE FUNCTION deskbell_invitation_remove(which bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE address text;
BEGIN
	DELETE FROM invitations i WHERE i.org_id = deskbell_owned_org() AND i.id = which AND i.accepted_at IS NULL
		RETURNING i.email INTO address;
	RETURN address;
END $$;

-- What the organisation asks of its members' sessions; a NULL: what the installation does. done, own (who asks for
-- second factors has one), or NULL when no owner asks.
CREATE OR REPLACE FUNCTION deskbell_security_save(new_needs boolean, new_idle_min integer, new_max_h integer)
	RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	org bigint := deskbell_owned_org();
	has_own boolean;
BEGIN
	IF org IS NULL THEN RETURN NULL; END IF;
	PERFORM set_config('deskbell.scope', 'system', true);
	has_own := deskbell_has_second((deskbell_actor()).person);
	PERFORM set_config('deskbell.scope', '', true);
	IF new_needs AND NOT has_own THEN RETURN 'own'; END IF;
	UPDATE organizations SET needs_second_factor = new_needs, session_idle_min = new_idle_min, session_max_h = new_max_h
		WHERE id = org;
	RETURN 'done';
END $$;

-- Takes a member's second factor away, for a member who has lost it, and ends the member's sessions: done, none (there
-- is none), absent (no member), elsewhere (a member of other organisations, too, which have a say in it); NULL when no
-- owner asks.
CREATE OR REPLACE FUNCTION deskbell_second_reset(member bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	who record := deskbell_actor();
	here bigint := deskbell_owned_org();
	outcome text;
BEGIN
	IF here IS NULL THEN RETURN NULL; END IF;
	PERFORM set_config('deskbell.scope', 'system', true);
	outcome := CASE
		WHEN NOT EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = here AND m.user_id = member) THEN 'absent'
		WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.org_id <> here AND m.user_id = member) THEN 'elsewhere'
		WHEN NOT deskbell_has_second(member) THEN 'none'
		ELSE 'done' END;
	IF outcome = 'done' THEN
		PERFORM deskbell_second_forget(member, who.actor);
	END IF;
	PERFORM set_config('deskbell.scope', '', true);
	RETURN outcome;
END $$;

-- For deskbellctl, which names an organisation: the account of an address, made with this password where there is none.
-- In the transaction of its caller, whose scope stays.
CREATE OR REPLACE FUNCTION deskbell_user_ensure(new_email text, new_password_hash text, OUT person bigint,
	OUT created boolean)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT u.id INTO person FROM users u WHERE lower(u.email) = lower(new_email);
	created := person IS NULL AND new_password_hash IS NOT NULL;
	IF created THEN
		INSERT INTO users (email, password_hash) VALUES (new_email, password_kept(new_password_hash)) RETURNING id
			INTO person;
	END IF;
	PERFORM set_config('deskbell.scope', before, true);
END $$;
