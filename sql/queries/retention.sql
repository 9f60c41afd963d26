-- Retention by the sender, and the removal of an organisation.

-- name: retention_begin
SELECT deskbell_retention_clock(), deskbell_retention_plan()

-- name: retention_step
SELECT deskbell_retention_step()

-- name: remove_piece
SELECT name, gone FROM deskbell_remove_piece($1::bigint, 1000)

-- name: remove_organization
SELECT deskbell_remove_organization($1::bigint)
