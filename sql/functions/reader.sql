-- For functions that only read, of the one organization that they are asked about: called by the sender outside of any
-- transaction, and inside a tenant's own transaction, as the desk does when a user tries a message. Inside such a
-- transaction (deskbell.org is set) nothing is changed: the policies then show that tenant's rows whatever organization
-- was asked for.
CREATE OR REPLACE FUNCTION deskbell_reader(org bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	IF coalesce(current_setting('deskbell.org', true), '') = '' THEN
		PERFORM set_config('deskbell.org', org::text, true);
	END IF;
END $$;
