-- deskbellctl backup and restore. A backup's statements run in one snapshot, in the system scope, and the dump is made in the same one.

-- name: backup_begin
SELECT pg_export_snapshot(), current_schema(), current_setting('server_version'), (extract(epoch FROM now()) * 1000)::bigint

-- name: backup_tables
SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname COLLATE "C"

-- name: backup_digest
SELECT n, digest FROM deskbell_table_digest($1::text::name)

-- Policies for roles, which another cluster may not have: deskbell_allow_desk makes them again.
-- name: backup_role_policies
SELECT p.tablename, p.policyname, r.role FROM pg_policies p CROSS JOIN unnest(p.roles) r(role)
WHERE p.schemaname = current_schema() AND p.roles <> '{public}' ORDER BY 1, 2, 3

-- name: backup_audit
SELECT count(deskbell_audit(id, 'deskbellctl', 'backup.made', $1::jsonb)) FROM organizations

-- One restore at a time, until the connection ends.
-- name: restore_lock
SELECT pg_try_advisory_lock(x'6465736b'::integer, x'72657374'::integer)

-- Where tables go, whether a restore was begun here and did not end, and how much else is there.
-- name: restore_state
SELECT current_schema(), to_regclass('restore_unfinished') IS NOT NULL,
	(SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relname <> 'restore_unfinished'
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
	+ (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))

-- name: restore_begin
CREATE TABLE IF NOT EXISTS restore_unfinished ()

-- Takes away what a restore that did not end has left.
-- name: restore_clear
DO $$
DECLARE
	t text;
BEGIN
	IF to_regclass('restore_unfinished') IS NULL THEN
		RAISE EXCEPTION 'no restore was begun here';
	END IF;
	FOR t IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'restore_unfinished'
	LOOP
		EXECUTE format('DROP TABLE %s CASCADE', t);
	END LOOP;
	FOR t IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'c'
	LOOP
		EXECUTE format('DROP TYPE %s CASCADE', t);
	END LOOP;
	FOR t IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
	LOOP
		EXECUTE format('DROP ROUTINE %s CASCADE', t);
	END LOOP;
END $$

-- The migration then puts this program's functions in place, with the rights that a dump for other roles leaves out.
-- name: restore_forget_functions
DELETE FROM schema_migrations WHERE name = 'functions'

-- A fresh database has no statistics until the server takes its next look.
-- name: restore_analyze
ANALYZE

-- name: restore_allow_desk
SELECT deskbell_allow_desk(rolname) FROM pg_roles WHERE rolname = $1::text

-- name: restore_end
DROP TABLE restore_unfinished

-- name: restore_waiting
SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')
