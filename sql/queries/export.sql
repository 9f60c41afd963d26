-- What deskbellctl export prints: each statement one kind of object, a page of it, in order of a key; the key and the object as text. $1 is the organisation, $2 the key of
-- the last object of the page before. Every table with org_id is here or is named as left out in tests/ctl/operate.t.
--
-- Sealed values are left out wherever they are, by their form. What belongs to an object is a subselect and not a join: rows are read one by one along the key.

-- name: export_organization
SELECT o.id, json_build_object('type', 'organization', 'id', o.id, 'name', o.name, 'language', o.language, 'bot_mode', o.bot_mode, 'created_at', o.created_at,
	'settings', (SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') FROM jsonb_each(o.settings) s WHERE coalesce(s.value #>> '{}', '') !~ '^s[0-9]+\.[0-9a-f]{8}\.'))::text
FROM organizations o WHERE o.id = $1::bigint AND $2::bigint = 0

-- name: export_user
SELECT u.user_id, json_build_object('type', 'user', 'id', u.user_id, 'email', u.email, 'name', u.name, 'role', m.role, 'member_since', m.created_at, 'left_at', u.left_at)::text
FROM member_names u LEFT JOIN memberships m ON m.org_id = u.org_id AND m.user_id = u.user_id WHERE u.org_id = $1::bigint AND u.user_id > $2::bigint ORDER BY u.user_id LIMIT 500

-- name: export_channel
SELECT c.id, json_build_object('type', 'channel', 'id', c.id, 'platform', c.platform, 'external_id', c.external_id,
	'config', (SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') FROM jsonb_each(c.config) s WHERE coalesce(s.value #>> '{}', '') !~ '^s[0-9]+\.[0-9a-f]{8}\.'),
	'status', c.status, 'status_reason', c.status_reason, 'health', c.health, 'health_at', c.health_at, 'disconnected_at', c.disconnected_at,
	'created_at', c.created_at, 'updated_at', c.updated_at)::text
FROM channels c WHERE c.org_id = $1::bigint AND c.id > $2::bigint ORDER BY c.id LIMIT 500

-- name: export_canned_reply
SELECT r.id, json_build_object('type', 'canned_reply', 'id', r.id, 'shortcut', r.shortcut, 'title', r.title, 'body', r.body)::text
FROM canned_replies r WHERE r.org_id = $1::bigint AND r.id > $2::bigint ORDER BY r.id LIMIT 500

-- name: export_skill
SELECT s.id, json_build_object('type', 'skill', 'id', s.id, 'title', s.title,
	'triggers', ARRAY(SELECT t.phrase FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id ORDER BY t.position),
	'response', s.response, 'enabled', s.enabled, 'requires_human_handover', s.requires_human_handover, 'created_at', s.created_at, 'updated_at', s.updated_at)::text
FROM skills s WHERE s.org_id = $1::bigint AND s.id > $2::bigint ORDER BY s.id LIMIT 100

-- name: export_document
SELECT d.id, json_build_object('type', 'document', 'id', d.id, 'title', d.title, 'source', d.source, 'url', d.url, 'language', d.language, 'text', d.text,
	'state', d.state, 'reason', d.reason, 'created_at', d.created_at, 'updated_at', d.updated_at)::text
FROM documents d WHERE d.org_id = $1::bigint AND d.id > $2::bigint ORDER BY d.id LIMIT 5

-- name: export_contact
SELECT c.id, deskbell_object_contact(c)::text
FROM contacts c WHERE c.org_id = $1::bigint AND c.id > $2::bigint ORDER BY c.id LIMIT 500

-- name: export_conversation
SELECT v.id, deskbell_object_conversation(v)::text
FROM conversations v WHERE v.org_id = $1::bigint AND v.id > $2::bigint ORDER BY v.id LIMIT 500

-- name: export_message
SELECT m.id, deskbell_object_message(m)::text
FROM messages m WHERE m.org_id = $1::bigint AND m.id > $2::bigint ORDER BY m.id LIMIT 500

-- name: export_decision
SELECT d.id, deskbell_object_decision(d)::text
FROM decisions d WHERE d.org_id = $1::bigint AND d.id > $2::bigint ORDER BY d.id LIMIT 200

-- name: export_conversation_event
SELECT e.id, deskbell_object_conversation_event(e)::text
FROM conversation_events e WHERE e.org_id = $1::bigint AND e.id > $2::bigint ORDER BY e.id LIMIT 500

-- name: export_lead
SELECT l.conversation_id, deskbell_object_lead(l)::text
FROM leads l WHERE l.org_id = $1::bigint AND l.conversation_id > $2::bigint ORDER BY l.conversation_id LIMIT 500

-- name: export_quarantine
SELECT q.id, deskbell_object_quarantine(q)::text
FROM quarantine q WHERE q.org_id = $1::bigint AND q.id > $2::bigint ORDER BY q.id LIMIT 5

-- name: export_webhook_attempt
SELECT a.id, json_build_object('type', 'webhook_attempt', 'id', a.id, 'channel', a.channel_id, 'kind', a.kind, 'accepted', a.accepted, 'reason', a.reason,
	'remote_address', a.remote_address, 'at', a.at)::text
FROM webhook_attempts a WHERE a.org_id = $1::bigint AND a.id > $2::bigint ORDER BY a.id LIMIT 500

-- name: export_llm_usage
SELECT u.day - date '2000-01-01', json_build_object('type', 'llm_usage', 'day', u.day, 'purposes', json_object_agg(u.purpose, json_build_object('calls', u.calls,
	'failures', u.failures, 'prompt_tokens', u.prompt_tokens, 'completion_tokens', u.completion_tokens) ORDER BY u.purpose))::text
FROM llm_usage u WHERE u.org_id = $1::bigint AND u.day > date '2000-01-01' + $2::integer GROUP BY u.day ORDER BY u.day LIMIT 500

-- name: export_audit
SELECT a.id, json_build_object('type', 'audit', 'id', a.id, 'actor', a.actor, 'action', a.action, 'detail', a.detail, 'at', a.at)::text
FROM audit_log a WHERE a.org_id = $1::bigint AND a.id > $2::bigint ORDER BY a.id LIMIT 500
