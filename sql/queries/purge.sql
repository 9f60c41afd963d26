-- What deskbellctl purge takes out, table by table: organisation, place, moment, whether it only counts.

-- name: purge_organizations
-- args: org_id bigint?
-- row: id bigint
SELECT id FROM organizations WHERE :org_id IS NULL OR id = :org_id ORDER BY id

-- The moment before which something is old, as text and for people.
-- name: purge_moment
-- args: age interval
-- row: moment text, moment_ms bigint
SELECT (now() - :age)::text AS moment, (extract(epoch FROM now() - :age) * 1000)::bigint AS moment_ms

-- name: purge_messages
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
SELECT reached, gone, also FROM deskbell_purge_messages(:org_id, :after, :moment, :dry)

-- name: purge_decisions
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_rows('decisions', 'created_at', :org_id, :after, :moment, :dry)

-- name: purge_conversation_events
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_rows('conversation_events', 'at', :org_id, :after, :moment, :dry)

-- name: purge_webhook_log
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_rows('webhook_log', 'at', :org_id, :after, :moment, :dry)

-- name: purge_quarantine
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_rows('quarantine', 'at', :org_id, :after, :moment, :dry)

-- name: purge_audit_log
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_rows('audit_log', 'at', :org_id, :after, :moment, :dry)

-- Senders take parked statuses out after a day; these are left of a time without one.
-- name: purge_parked_statuses
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
WITH gone AS (
	DELETE FROM parked_statuses WHERE org_id = :org_id AND parked_at < :moment AND NOT :dry AND :after = 0
)
SELECT NULL::bigint AS reached, count(*) AS gone, NULL::bigint AS also FROM parked_statuses
WHERE org_id = :org_id AND parked_at < :moment

-- name: purge_llm_usage
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
WITH gone AS (
	DELETE FROM llm_usage WHERE org_id = :org_id AND day < (:moment AT TIME ZONE 'UTC')::date AND NOT :dry
		AND :after = 0
)
SELECT NULL::bigint AS reached, count(*) AS gone, NULL::bigint AS also FROM llm_usage
WHERE org_id = :org_id AND day < (:moment AT TIME ZONE 'UTC')::date

-- name: purge_conversations
-- args: org_id bigint, after bigint, moment timestamptz, dry boolean
-- row: reached bigint?, gone bigint, also bigint?
-- like: purge_messages
SELECT reached, gone, also FROM deskbell_purge_conversations(:org_id, :after, :moment, :dry)
