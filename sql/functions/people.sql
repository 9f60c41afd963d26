-- Who belongs to an organisation. Called within the organisation's own transaction; nothing here serves several tenants.

-- Gives a member another role, or (NULL) takes the membership away. 'last-owner' when nobody would be left who can; changes at once wait for each other.
CREATE OR REPLACE FUNCTION deskbell_member_set(org bigint, person bigint, new_role text) RETURNS text
LANGUAGE plpgsql SET jit = off AS $$
DECLARE old_role text;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('members ' || org, 0));
	SELECT role INTO old_role FROM memberships WHERE org_id = org AND user_id = person FOR UPDATE;
	IF old_role IS NULL THEN RETURN 'absent'; END IF;
	IF old_role = 'owner' AND new_role IS DISTINCT FROM 'owner'
		AND NOT EXISTS (SELECT 1 FROM memberships WHERE org_id = org AND role = 'owner' AND user_id <> person) THEN
		RETURN 'last-owner';
	END IF;
	IF new_role IS NULL THEN
		DELETE FROM memberships WHERE org_id = org AND user_id = person;
	ELSE
		UPDATE memberships SET role = new_role WHERE org_id = org AND user_id = person;
	END IF;
	RETURN old_role;
END $$;
