-- deskbellctl backup and restore. A backup's statements run in one snapshot, in the system scope, and the dump is made
-- in the same one.

-- name: backup_begin
-- row: snapshot text, schema name, server_version text, now_ms bigint
SELECT pg_export_snapshot() AS snapshot, current_schema() AS schema,
	current_setting('server_version') AS server_version, (extract(epoch FROM now()) * 1000)::bigint AS now_ms

-- name: backup_tables
-- row: name name
SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
		AND d.deptype = 'e')
ORDER BY c.relname COLLATE "C"

-- name: backup_digest
-- args: table_name text
-- row: n bigint, digest text
SELECT n, digest FROM deskbell_table_digest(:table_name::name)

-- Policies for roles, which another cluster may not have: deskbell_allow_desk makes them again.
-- name: backup_role_policies
-- row: table name, name name, role name
SELECT p.tablename AS table, p.policyname AS name, r.role FROM pg_policies p CROSS JOIN unnest(p.roles) r(role)
WHERE p.schemaname = current_schema() AND p.roles <> '{public}' ORDER BY 1, 2, 3

-- name: backup_audit
-- args: detail jsonb
SELECT count(deskbell_audit(id, 'deskbellctl', 'backup.made', :detail)) FROM organizations

-- One restore at a time, until the connection ends.
-- name: restore_lock
-- row: is_locked boolean
SELECT pg_try_advisory_lock(x'6465736b'::integer, x'72657374'::integer) AS is_locked

-- Where tables go, whether a restore was begun here and did not end, and how much else is there.
-- name: restore_state
-- row: schema name, was_begun boolean, n_objects bigint
SELECT current_schema() AS schema, to_regclass('restore_unfinished') IS NOT NULL AS was_begun,
	(SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
		AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relname <> 'restore_unfinished'
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
			AND d.deptype = 'e'))
	+ (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
			AND d.deptype = 'e'))
	+ (SELECT count(*) FROM pg_type t WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype = 'd'
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid
			AND d.deptype = 'e')) AS n_objects

-- name: restore_begin
-- args:
CREATE TABLE IF NOT EXISTS restore_unfinished ()

-- Takes away what a restore that did not end has left.
-- name: restore_clear
-- args:
DO $$
DECLARE
	t text;
BEGIN
	IF to_regclass('restore_unfinished') IS NULL THEN
		RAISE EXCEPTION 'no restore was begun here';
	END IF;
	FOR t IN SELECT c.oid::regclass::text FROM pg_class c
	WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'restore_unfinished'
	LOOP
		EXECUTE format('DROP TABLE %s CASCADE', t);
	END LOOP;
	FOR t IN SELECT c.oid::regclass::text FROM pg_class c
	WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'c'
	LOOP
		EXECUTE format('DROP TYPE %s CASCADE', t);
	END LOOP;
	FOR t IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
			AND d.deptype = 'e')
	LOOP
		EXECUTE format('DROP ROUTINE %s CASCADE', t);
	END LOOP;
	FOR t IN SELECT d.oid::regtype::text FROM pg_type d
	WHERE d.typnamespace = current_schema()::regnamespace AND d.typtype = 'd'
		AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_type'::regclass AND p.objid = d.oid
			AND p.deptype = 'e')
	LOOP
		EXECUTE format('DROP DOMAIN %s CASCADE', t);
	END LOOP;
END $$

-- The migration then puts this program's functions in place, with the rights that a dump for other roles leaves out.
-- name: restore_forget_functions
-- args:
DELETE FROM schema_migrations WHERE name = 'functions'

-- A fresh database has no statistics until the server takes its next look.
-- name: restore_analyze
-- args:
ANALYZE

-- name: restore_allow_desk
-- args: role text
-- row: allowed void
SELECT deskbell_allow_desk(rolname) AS allowed FROM pg_roles WHERE rolname = :role

-- name: restore_end
-- args:
DROP TABLE restore_unfinished

-- name: restore_waiting
-- row: waiting bigint
SELECT count(*) AS waiting FROM outbox WHERE state IN ('queued', 'sending', 'unknown')

-- What the store of files holds.
-- name: backup_files
-- row: files bigint, bytes bigint
SELECT count(*) AS files, coalesce(sum(f.bytes), 0)::bigint AS bytes FROM files f

-- A page of them, after the one that is named.
-- name: backup_file_page
-- args: after_org bigint, after_sha256 text, max_rows integer
-- row: org_id bigint, sha256 text, bytes bigint
SELECT f.org_id, encode(f.sha256, 'hex') AS sha256, f.bytes FROM files f
WHERE (f.org_id, f.sha256) > (:after_org, decode(:after_sha256, 'hex')) ORDER BY f.org_id, f.sha256 LIMIT :max_rows
