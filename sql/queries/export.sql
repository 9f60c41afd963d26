-- What deskbellctl export prints: each statement one kind of object, a page of it, in order of a key; the key and the
-- object as text. `after` is the key of the last object of the page before. Every table with org_id is here or is
-- named as left out in tests/ctl/operate.t.
--
-- Sealed values are left out wherever they are, by their form. What belongs to an object is a subselect and not a
-- join: rows are read one by one along the key.

-- name: export_organization
-- args: org_id bigint, after bigint
-- row: key bigint, object text
SELECT o.id AS key, json_build_object('type', 'organization', 'id', o.id, 'name', o.name, 'language', o.language,
	'bot_mode', o.bot_mode, 'created_at', o.created_at, 'logo', encode(o.logo, 'base64'),
	'contact_fields', (SELECT coalesce(jsonb_agg(f.name ORDER BY f.id), '[]') FROM contact_fields f WHERE f.org_id = o.id),
	'settings', (SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') FROM jsonb_each(o.settings) s
		WHERE coalesce(s.value #>> '{}', '') !~ '^s[0-9]+\.[0-9a-f]{8}\.'))::text AS object
FROM organizations o WHERE o.id = :org_id AND :after = 0

-- name: export_user
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT u.user_id AS key, json_build_object('type', 'user', 'id', u.user_id, 'email', u.email, 'name', u.name, 'role',
	m.role, 'member_since', m.created_at, 'left_at', u.left_at)::text AS object
FROM member_names u LEFT JOIN memberships m ON m.org_id = u.org_id AND m.user_id = u.user_id
WHERE u.org_id = :org_id AND u.user_id > :after ORDER BY u.user_id LIMIT 500

-- name: export_channel
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT c.id AS key, json_build_object('type', 'channel', 'id', c.id, 'platform', c.platform, 'external_id',
	c.external_id,
	'config', (SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') FROM jsonb_each(c.config) s
		WHERE coalesce(s.value #>> '{}', '') !~ '^s[0-9]+\.[0-9a-f]{8}\.'),
	'status', c.status, 'status_reason', c.status_reason, 'health', c.health, 'health_at', c.health_at,
	'disconnected_at', c.disconnected_at,
	'created_at', c.created_at, 'updated_at', c.updated_at)::text AS object
FROM channels c WHERE c.org_id = :org_id AND c.id > :after ORDER BY c.id LIMIT 500

-- name: export_canned_reply
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT r.id AS key, json_build_object('type', 'canned_reply', 'id', r.id, 'shortcut', r.shortcut, 'title', r.title,
	'folder', r.folder, 'body', r.body)::text AS object
FROM canned_replies r WHERE r.org_id = :org_id AND r.id > :after ORDER BY r.id LIMIT 500

-- name: export_skill
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT s.id AS key, json_build_object('type', 'skill', 'id', s.id, 'title', s.title,
	'triggers', ARRAY(SELECT t.phrase FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id
		ORDER BY t.position),
	'response', s.response, 'enabled', s.enabled, 'requires_human_handover', s.requires_human_handover,
	'created_at', s.created_at, 'updated_at', s.updated_at)::text AS object
FROM skills s WHERE s.org_id = :org_id AND s.id > :after ORDER BY s.id LIMIT 100

-- Of a skill by its number, of a canned reply by its shortcut.
-- name: export_reply_content
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT 1::bigint AS key, json_build_object('type', 'reply_content', 'owner', r.owner,
	'skill', CASE r.owner WHEN 'skill' THEN r.owner_id END,
	'shortcut', (SELECT c.shortcut FROM canned_replies c
		WHERE c.org_id = :org_id AND c.id = r.owner_id AND r.owner = 'canned'),
	'sha256', encode(r.sha256, 'hex'), 'media_type', r.media_type, 'file_name', r.file_name,
	'width', r.width, 'height', r.height, 'latitude', r.latitude,
	'longitude', r.longitude, 'place_name', r.place_name)::text AS object
FROM reply_contents r WHERE r.org_id = :org_id AND :after = 0 ORDER BY r.owner, r.owner_id

-- The files that replies take along, each once.
-- name: export_reply_files
-- args: org_id bigint, max_bytes bigint
-- row: sha256 text, bytes bigint
SELECT DISTINCT encode(r.sha256, 'hex') AS sha256, r.bytes FROM reply_contents r
WHERE r.org_id = :org_id AND r.bytes <= :max_bytes ORDER BY sha256

-- name: export_document
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT d.id AS key, json_build_object('type', 'document', 'id', d.id, 'title', d.title, 'source', d.source, 'url',
	d.url, 'language', d.language, 'text', d.text,
	'state', d.state, 'reason', d.reason, 'created_at', d.created_at, 'updated_at', d.updated_at)::text AS object
FROM documents d WHERE d.org_id = :org_id AND d.id > :after ORDER BY d.id LIMIT 5

-- name: export_contact
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT c.id AS key, deskbell_object_contact(c)::text AS object
FROM contacts c WHERE c.org_id = :org_id AND c.id > :after ORDER BY c.id LIMIT 500

-- name: export_conversation
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT v.id AS key, deskbell_object_conversation(v)::text AS object
FROM conversations v WHERE v.org_id = :org_id AND v.id > :after ORDER BY v.id LIMIT 500

-- name: export_message
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT m.id AS key, deskbell_object_message(m)::text AS object
FROM messages m WHERE m.org_id = :org_id AND m.id > :after ORDER BY m.id LIMIT 500

-- name: export_decision
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT d.id AS key, deskbell_object_decision(d)::text AS object
FROM decisions d WHERE d.org_id = :org_id AND d.id > :after ORDER BY d.id LIMIT 200

-- name: export_proposal_verdict
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT p.message_id AS key, json_build_object('type', 'proposal_verdict', 'message', p.message_id, 'verdict', p.verdict,
	'at', p.at)::text AS object
FROM proposal_verdicts p WHERE p.org_id = :org_id AND p.message_id > :after ORDER BY p.message_id LIMIT 500

-- name: export_counter_example
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT c.id AS key, deskbell_object_counter_example(c)::text AS object
FROM counter_examples c WHERE c.org_id = :org_id AND c.id > :after ORDER BY c.id LIMIT 500

-- name: export_conversation_event
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT e.id AS key, deskbell_object_conversation_event(e)::text AS object
FROM conversation_events e WHERE e.org_id = :org_id AND e.id > :after ORDER BY e.id LIMIT 500

-- name: export_lead
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT l.conversation_id AS key, deskbell_object_lead(l)::text AS object
FROM leads l WHERE l.org_id = :org_id AND l.conversation_id > :after ORDER BY l.conversation_id LIMIT 500

-- name: export_quarantine
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT q.id AS key, deskbell_object_quarantine(q)::text AS object
FROM quarantine q WHERE q.org_id = :org_id AND q.id > :after ORDER BY q.id LIMIT 5

-- name: export_webhook_log
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT a.id AS key, json_build_object('type', 'webhook_log', 'id', a.id, 'channel', a.channel_id, 'kind', a.kind,
	'accepted', a.accepted, 'reason', a.reason,
	'remote_address', a.remote_address, 'at', a.at)::text AS object
FROM webhook_log a WHERE a.org_id = :org_id AND a.id > :after ORDER BY a.id LIMIT 500

-- name: export_llm_usage
-- args: org_id bigint, after integer
-- row: key integer, object text
-- like: export_organization
SELECT u.day - date '2000-01-01' AS key, json_build_object('type', 'llm_usage', 'day', u.day, 'purposes',
	json_object_agg(u.purpose, json_build_object('calls', u.calls,
	'failures', u.failures, 'prompt_tokens', u.prompt_tokens, 'completion_tokens', u.completion_tokens)
	ORDER BY u.purpose))::text AS object
FROM llm_usage u WHERE u.org_id = :org_id AND u.day > date '2000-01-01' + :after GROUP BY u.day ORDER BY u.day LIMIT 500

-- name: export_message_costs
-- args: org_id bigint, after integer
-- row: key integer, object text
-- like: export_organization
SELECT c.month - date '2000-01-01' AS key, json_build_object('type', 'message_costs', 'month', c.month, 'costs',
	json_agg(json_build_object('channel', c.channel_id, 'category', c.category, 'type', c.type, 'prefix', c.prefix,
	'delivered', c.delivered) ORDER BY c.channel_id, c.category, c.type, c.prefix))::text AS object
FROM message_costs c WHERE c.org_id = :org_id AND c.month > date '2000-01-01' + :after
GROUP BY c.month ORDER BY c.month LIMIT 500

-- name: export_audit
-- args: org_id bigint, after bigint
-- row: key bigint, object text
-- like: export_organization
SELECT a.id AS key, json_build_object('type', 'audit', 'id', a.id, 'actor', a.actor, 'action', a.action, 'detail',
	a.detail, 'at', a.at)::text AS object
FROM audit_log a WHERE a.org_id = :org_id AND a.id > :after ORDER BY a.id LIMIT 500
