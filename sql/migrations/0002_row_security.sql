-- Row-level security on every table with org_id, forced on the owner too. A row is seen by its own tenant (deskbell.org, set for the
-- transaction) and by system functions (deskbell.scope, set by the function itself for its own duration); without either, nothing is seen.
-- The two look-ups are subselects so that they run once a statement and not once a row.

DO $$
DECLARE t text;
BEGIN
	FOR t IN
		SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables b USING (table_schema, table_name)
		WHERE c.table_schema = current_schema() AND c.column_name = 'org_id' AND b.table_type = 'BASE TABLE'
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
		EXECUTE format($p$CREATE POLICY tenant ON %I USING (
			org_id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint)
			OR (SELECT current_setting('deskbell.scope', true)) = 'system')$p$, t);
	END LOOP;
END $$;
