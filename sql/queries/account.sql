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

-- Being called (sql/functions/push.sql, ring.sql).
-- name: push_public_key
-- args:
-- row: public_key text?
SELECT encode(deskbell_push_public_key(), 'hex') AS public_key

-- name: push_offer_keys
-- args: public_key bytea, private_key text
-- row: public_key text
SELECT encode(deskbell_push_offer_keys(:public_key, :private_key), 'hex') AS public_key

-- name: push_subscribe
-- args: hash bytea, org_id bigint, endpoint text, browser_key bytea, auth bytea, agent text
-- row: done boolean
SELECT deskbell_push_subscribe(:hash, :org_id, :endpoint, :browser_key, :auth, :agent) AS done

-- name: push_unsubscribe
-- args: hash bytea, org_id bigint, endpoint text?, id bigint?
-- row: n integer
SELECT deskbell_push_unsubscribe(:hash, :org_id, :endpoint, :id) AS n

-- name: push_list
-- args: hash bytea, org_id bigint
-- row: id bigint, agent text, taken_ms bigint?, refused_status integer?, is_here boolean
SELECT id, agent, taken_ms, refused_status, is_here FROM deskbell_push_list(:hash, :org_id)

-- name: push_test
-- args: hash bytea, org_id bigint
-- row: n integer
SELECT deskbell_push_test(:hash, :org_id) AS n

-- name: ring_save
-- args: hash bytea, org_id bigint, on_waiting boolean, on_mine boolean, on_mentions boolean, on_leads boolean,
--   on_channels boolean, quiet_from integer?, quiet_to integer?, mail text
-- row: done boolean
SELECT deskbell_ring_save(:hash, :org_id, :on_waiting, :on_mine, :on_mentions, :on_leads, :on_channels, :quiet_from,
	:quiet_to, :mail) AS done

-- name: absence
-- args: org_id bigint, user_id bigint
-- row: is_away boolean
SELECT EXISTS (SELECT 1 FROM absences x WHERE x.org_id = :org_id AND x.user_id = :user_id) AS is_away

-- name: away_set
-- args: org_id bigint, user_id bigint, is_away boolean
SELECT deskbell_away_set(:org_id, :user_id, :is_away)

-- name: ring_choices
-- args: org_id bigint, user_id bigint
-- row: on_waiting boolean, on_mine boolean, on_mentions boolean, on_leads boolean, on_channels boolean,
--   quiet_from integer?, quiet_to integer?, mail text
SELECT on_waiting, on_mine, on_mentions, on_leads, on_channels, quiet_from, quiet_to, mail FROM ring_choices
WHERE org_id = :org_id AND user_id = :user_id
