-- API tokens as an owner sees them at the desk; the functions stand in sql/functions/session.sql and are called outside a transaction.

-- name: own_token_list
SELECT id, name, role, created_ms, used_ms FROM deskbell_token_list($1::bytea, $2::bigint)

-- name: own_token_add
SELECT deskbell_token_add($1::bytea, $2::bigint, $3::text, $4::text, $5::bytea)

-- name: own_token_revoke
SELECT deskbell_token_revoke($1::bytea, $2::bigint, $3::bigint)
