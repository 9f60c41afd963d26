-- API tokens as an owner sees them at the desk; the functions stand in sql/functions/session.sql and are called
-- outside a transaction.

-- name: own_token_list
-- args: hash bytea, org_id bigint
-- row: id bigint, name text, role text, scope text, maker text, created_ms bigint, used_ms bigint?,
--   expires_ms bigint?, expired boolean
SELECT id, name, role, scope, maker, created_ms, used_ms, expires_ms, expired FROM deskbell_token_list(:hash, :org_id)

-- name: own_token_add
-- args: hash bytea, org_id bigint, name text, role text, scope text, days integer?, token_hash bytea
-- row: added boolean
SELECT deskbell_token_add(:hash, :org_id, :name, :role, :scope, :days, :token_hash) AS added

-- name: own_token_revoke
-- args: hash bytea, org_id bigint, id bigint
-- row: done boolean
SELECT deskbell_token_revoke(:hash, :org_id, :id) AS done
