-- deskbellctl import: one transaction in the system scope.

-- name: import_begin
CREATE TEMPORARY TABLE import_ids (kind text, old_id bigint, new_id bigint NOT NULL, PRIMARY KEY (kind, old_id)) ON COMMIT DROP

-- Whether the organisation holds nothing that an import would mix with; no row when there is none.
-- name: import_target
SELECT NOT EXISTS (SELECT FROM channels WHERE org_id = o.id) AND NOT EXISTS (SELECT FROM contacts WHERE org_id = o.id) AND NOT EXISTS (SELECT FROM skills WHERE org_id = o.id)
	AND NOT EXISTS (SELECT FROM documents WHERE org_id = o.id) AND NOT EXISTS (SELECT FROM canned_replies WHERE org_id = o.id)
FROM organizations o WHERE o.id = $1::bigint FOR UPDATE

-- name: import_objects
SELECT deskbell_import($1::bigint, $2::text, $3::jsonb)

-- name: import_document_times
UPDATE documents SET created_at = $3::timestamptz, updated_at = $4::timestamptz WHERE org_id = $1::bigint AND id = $2::bigint

-- What has to be done by hand: users without a password, channels without credentials.
-- name: import_left
SELECT (SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = $1::bigint AND u.password_hash = '!'),
	(SELECT count(*) FROM channels c WHERE c.org_id = $1)
