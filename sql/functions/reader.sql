-- For functions that only read, of the one organisation that they are asked about: called by the sender, which serves all tenants, and inside a tenant's own
-- transaction, as the desk does when somebody tries a message. Inside such a transaction (deskbell.org is set) nothing is opened: the policies then show that tenant's
-- rows whatever organisation was asked for, and what else happens in the transaction stays behind them. Only outside is it the system scope, which the desk's own role
-- cannot use anyway (desk-role.sql).
CREATE OR REPLACE FUNCTION deskbell_reader() RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	IF coalesce(current_setting('deskbell.org', true), '') = '' THEN
		PERFORM set_config('deskbell.scope', 'system', true);
	END IF;
END $$;
