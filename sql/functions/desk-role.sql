-- The desk's own database role, where the host lets roles be made: it sees one tenant at a time whatever it sets, and of sessions, tokens and passwords nothing.
--
--     CREATE ROLE deskbell_desk LOGIN;  SELECT deskbell_allow_desk('deskbell_desk');
--
-- A restrictive policy for such roles alone stands before every policy that knows the system scope, so the scope opens nothing to it. The functions that look up
-- sessions run with their owner's rights.

CREATE OR REPLACE FUNCTION deskbell_allow_desk(desk name) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	here text := current_schema();
	t text;
	hidden text[] := ARRAY['sessions', 'api_tokens'];
	allowed text; -- every role that has been allowed: who was before stays behind the wall
BEGIN
	IF EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = desk AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(desk, current_user, 'MEMBER'))) THEN
		RAISE EXCEPTION '% can do whatever the owner of the tables can; make an ordinary role', desk;
	END IF;
	SELECT string_agg(DISTINCT quote_ident(a.r), ', ') INTO allowed FROM (
		SELECT unnest(p.roles) AS r FROM pg_policies p WHERE p.schemaname = here AND p.policyname = 'desk' UNION ALL SELECT desk) a;
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', here, desk);
	EXECUTE format('GRANT SELECT ON schema_migrations TO %I', desk);
	EXECUTE format('REVOKE ALL ON heartbeats FROM %I', desk);
	EXECUTE format('GRANT SELECT, UPDATE ON organizations TO %I', desk);
	EXECUTE format('GRANT SELECT (id, email, name, language, time_zone, created_at) ON users TO %I', desk);
	FOR t IN
		SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = here::regnamespace AND c.relname <> ALL (hidden)
	LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', t, desk);
		EXECUTE format('DROP POLICY IF EXISTS desk ON %I', t);
		EXECUTE format($p$CREATE POLICY desk ON %I AS RESTRICTIVE TO %s USING (
			org_id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint))$p$, t, allowed);
	END LOOP;
	FOR t IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = here::regnamespace AND p.prosecdef AND p.proname LIKE 'deskbell\_%'
	LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', t, desk);
	END LOOP;
END $$;

-- Functions with the owner's rights must find the owner's tables whatever their caller has put before them, and are for the desk only. A role that was allowed
-- before is allowed again, since the functions are new.
DO $$
DECLARE t text;
BEGIN
	FOR t IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.prosecdef AND p.proname LIKE 'deskbell\_%'
	LOOP
		EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', t, current_schema());
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', t);
	END LOOP;
	FOR t IN SELECT DISTINCT r FROM pg_policies p CROSS JOIN unnest(p.roles) r WHERE p.schemaname = current_schema() AND p.policyname = 'desk'
	LOOP
		PERFORM deskbell_allow_desk(t::name);
	END LOOP;
END $$;
