-- Retention by the sender, and the removal of an organisation.

-- name: retention_begin
-- args:
SELECT deskbell_retention_clock(), deskbell_retention_plan()

-- name: retention_step
-- row: found boolean
SELECT deskbell_retention_step() AS found

-- name: remove_piece
-- args: org_id bigint
-- row: name text, gone bigint
SELECT name, gone FROM deskbell_remove_piece(:org_id, 1000)

-- name: remove_organization
-- args: org_id bigint
-- row: removed bigint?
SELECT deskbell_remove_organization(:org_id) AS removed
