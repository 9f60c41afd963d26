-- What the set-up in the browser must know of a database before it uses it.

-- name: install_database
-- row: version bigint, sees_all boolean, may_create boolean, is_used boolean, now_ms bigint
SELECT current_setting('server_version_num')::bigint AS version,
	(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS sees_all,
	coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
	to_regclass('schema_migrations') IS NOT NULL AS is_used,
	(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms

-- name: install_has_organization
-- row: there boolean
SELECT EXISTS (SELECT 1 FROM organizations) AS there

-- Whether the session is an owner's. Of tables only that every version has, because the functions may be another
-- version's.
-- name: update_owner
-- args: hash bytea
-- row: there boolean
SELECT EXISTS (SELECT 1 FROM sessions s JOIN memberships m ON m.user_id = s.user_id
	WHERE s.token_hash = :hash AND s.expires_at > now() AND m.role = 'owner') AS there

-- What 'deskbellctl init' must know before it makes a role or a database.
-- name: role_state
-- args: name text
-- row: sees_all boolean
SELECT rolsuper OR rolbypassrls AS sees_all FROM pg_roles WHERE rolname = :name

-- name: database_state
-- args: name text
-- row: owner text, encoding text
SELECT pg_get_userbyid(datdba)::text AS owner, pg_encoding_to_char(encoding)::text AS encoding FROM pg_database
	WHERE datname = :name

-- name: desk_allow
-- args: name text
SELECT deskbell_allow_desk(:name::name)
