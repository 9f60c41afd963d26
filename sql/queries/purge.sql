-- What deskbellctl purge takes out, table by table: organisation, place, moment, whether it only counts.

-- name: purge_organizations
SELECT id FROM organizations WHERE $1::bigint IS NULL OR id = $1 ORDER BY id

-- The moment before which something is old, as text and for people.
-- name: purge_moment
SELECT (now() - $1::interval)::text, (extract(epoch FROM now() - $1::interval) * 1000)::bigint

-- name: purge_messages
SELECT reached, gone, also FROM deskbell_purge_messages($1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- name: purge_decisions
SELECT reached, gone, also FROM deskbell_purge_rows('decisions', 'created_at', $1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- name: purge_conversation_events
SELECT reached, gone, also FROM deskbell_purge_rows('conversation_events', 'at', $1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- name: purge_webhook_attempts
SELECT reached, gone, also FROM deskbell_purge_rows('webhook_attempts', 'at', $1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- name: purge_quarantine
SELECT reached, gone, also FROM deskbell_purge_rows('quarantine', 'at', $1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- name: purge_audit_log
SELECT reached, gone, also FROM deskbell_purge_rows('audit_log', 'at', $1::bigint, $2::bigint, $3::timestamptz, $4::boolean)

-- Senders take parked statuses out after a day; these are left of a time without one.
-- name: purge_parked_statuses
WITH gone AS (
	DELETE FROM parked_statuses WHERE org_id = $1::bigint AND parked_at < $3::timestamptz AND NOT $4::boolean AND $2::bigint = 0
)
SELECT NULL::bigint, count(*), NULL::bigint FROM parked_statuses WHERE org_id = $1 AND parked_at < $3

-- name: purge_llm_usage
WITH gone AS (
	DELETE FROM llm_usage WHERE org_id = $1::bigint AND day < ($3::timestamptz AT TIME ZONE 'UTC')::date AND NOT $4::boolean AND $2::bigint = 0
)
SELECT NULL::bigint, count(*), NULL::bigint FROM llm_usage WHERE org_id = $1 AND day < ($3 AT TIME ZONE 'UTC')::date

-- name: purge_conversations
SELECT reached, gone, also FROM deskbell_purge_conversations($1::bigint, $2::bigint, $3::timestamptz, $4::boolean)
