-- deskbellctl import: one transaction in the system scope.

-- name: import_begin
-- args:
CREATE TEMPORARY TABLE import_ids (kind text, old_id bigint, new_id bigint NOT NULL,
	PRIMARY KEY (kind, old_id)) ON COMMIT DROP

-- Whether the organisation holds nothing that an import would mix with; no row when there is none.
-- name: import_target
-- args: org_id bigint
-- row: is_empty boolean
SELECT NOT EXISTS (SELECT FROM channels WHERE org_id = o.id) AND NOT EXISTS (SELECT FROM contacts WHERE org_id = o.id)
	AND NOT EXISTS (SELECT FROM skills WHERE org_id = o.id)
	AND NOT EXISTS (SELECT FROM documents WHERE org_id = o.id)
	AND NOT EXISTS (SELECT FROM reply_contents WHERE org_id = o.id)
	AND NOT EXISTS (SELECT FROM canned_replies WHERE org_id = o.id) AS is_empty
FROM organizations o WHERE o.id = :org_id FOR UPDATE

-- name: import_file
-- args: org_id bigint, sha256 text, bytes bigint
INSERT INTO files (org_id, sha256, bytes) VALUES (:org_id, decode(:sha256, 'hex'), :bytes) ON CONFLICT DO NOTHING

-- name: import_objects
-- args: org_id bigint, type text, objects jsonb
SELECT deskbell_import(:org_id, :type, :objects)

-- name: import_document_times
-- args: org_id bigint, id bigint, created_at timestamptz, updated_at timestamptz
UPDATE documents SET created_at = :created_at, updated_at = :updated_at WHERE org_id = :org_id AND id = :id

-- What has to be done manually: users without a password, channels without credentials.
-- name: import_left
-- args: org_id bigint
-- row: users bigint, channels bigint
SELECT (SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
	WHERE m.org_id = :org_id AND u.password_hash = '!') AS users,
	(SELECT count(*) FROM channels c WHERE c.org_id = :org_id) AS channels
