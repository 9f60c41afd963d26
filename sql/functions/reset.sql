-- The functions are replaced as a whole: those of the version before go first, because CREATE OR REPLACE cannot change
-- a result and would leave behind what has gone. Part of the migration's transaction: programs that run meanwhile see
-- the old ones until it commits, then the new ones.
DO $$
DECLARE f text;
BEGIN
	FOR f IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
		AND p.proname LIKE 'deskbell\_%'
	LOOP
		EXECUTE 'DROP FUNCTION ' || f;
	END LOOP;
END $$;
