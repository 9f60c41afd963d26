-- What an export, and the copy of a contact's data, show of a row: one JSON object. Secrets and password hashes are in
-- none of them. deskbell_import (import.sql) reads the same members.

CREATE OR REPLACE FUNCTION deskbell_object_contact(c contacts) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'contact', 'id', c.id, 'name', c.name, 'username', c.username,
		'identities', (SELECT coalesce(json_agg(json_build_object('channel', i.channel_id, 'kind', i.kind, 'value', i.value)
			ORDER BY i.channel_id, i.kind, i.value), '[]')
			FROM contact_identities i WHERE i.org_id = c.org_id AND i.contact_id = c.id),
		'has_blocked_us', c.has_blocked_us, 'block_changed_at', c.block_changed_at, 'profile_name', c.profile_name,
			'blocked_at', c.blocked_at,
		'fields', (SELECT coalesce(json_object_agg(f.name, x.value ORDER BY f.name), '{}') FROM contact_values x
			JOIN contact_fields f ON f.org_id = x.org_id AND f.id = x.field_id
			WHERE x.org_id = c.org_id AND x.contact_id = c.id),
		'created_at', c.created_at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_conversation(v conversations) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'conversation', 'id', v.id, 'channel', v.channel_id, 'platform', v.platform,
		'contact', v.contact_id, 'contact_phone', v.contact_phone,
		'agent', v.agent, 'assignee', v.assignee_id, 'is_open', v.is_open, 'waiting_since', v.waiting_since, 'snoozed_until',
			v.snoozed_until, 'needs_attention', v.needs_attention, 'attention_reason', v.attention_reason,
		'unread', v.unread, 'consecutive_fallbacks', v.consecutive_fallbacks, 'is_cut_off', v.is_cut_off, 'is_held',
			v.is_held, 'memory', v.memory, 'tags',
			ARRAY(SELECT t.tag FROM conversation_tags t WHERE t.org_id = v.org_id AND t.conversation_id = v.id ORDER BY t.tag),
		'notes', (SELECT coalesce(json_agg(json_build_object('user', n.user_id, 'body', n.body, 'at', n.created_at)
			ORDER BY n.id), '[]')
			FROM notes n WHERE n.org_id = v.org_id AND n.conversation_id = v.id),
		'last_inbound_at', v.last_inbound_at, 'last_message_at', v.last_message_at, 'created_at', v.created_at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_message(m messages) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'message', 'id', m.id, 'conversation', m.conversation_id, 'direction', m.direction,
		'sender', m.sender, 'user', m.user_id,
		'kind', m.kind, 'body', m.body, 'text_like', m.text_like, 'provider_id', m.provider_id, 'provider_time',
			m.provider_time, 'status', m.status, 'status_at', m.status_at, 'error', m.error,
		'reply_to', m.reply_to, 'metadata', m.metadata, 'pricing', m.pricing, 'created_at', m.created_at,
		'delivery', (SELECT json_build_object('state', b.state, 'attempts', b.attempts, 'error_class', b.error_class,
			'error_code', b.error_code, 'error', b.error,
			'settled_at', b.settled_at) FROM outbox b WHERE b.org_id = m.org_id AND b.message_id = m.id))
$$;

CREATE OR REPLACE FUNCTION deskbell_object_decision(d decisions) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'decision', 'id', d.id, 'conversation', d.conversation_id, 'message', d.message_id,
		'outcome', d.outcome, 'stage', d.stage,
		'reason', d.reason, 'detail', d.detail, 'draft', d.draft, 'created_at', d.created_at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_counter_example(c counter_examples) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'counter_example', 'id', c.id, 'skill', c.skill_id,
		'document', (SELECT d.title FROM documents d WHERE d.org_id = c.org_id AND d.id = c.document_id), 'question',
			c.question,
		'conversation', c.conversation_id, 'message', c.message_id, 'created_at', c.created_at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_conversation_event(e conversation_events) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'conversation_event', 'id', e.id, 'conversation', e.conversation_id, 'user',
		e.user_id, 'kind', e.kind, 'assignee', e.assignee_id,
		'at', e.at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_lead(l leads) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'lead', 'conversation', l.conversation_id, 'facts',
		deskbell_lead_facts(l.facts, l.manual), 'found', l.facts,
		'manual', l.manual, 'score', l.score, 'class', l.class, 'summary', l.summary, 'source', l.source, 'hot_at', l.hot_at,
			'created_at', l.created_at,
		'updated_at', l.updated_at)
$$;

CREATE OR REPLACE FUNCTION deskbell_object_quarantine(q quarantine) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', 'quarantine', 'id', q.id, 'channel', q.channel_id, 'kind', q.kind, 'reason', q.reason,
		'payload', deskbell_text_of(q.payload),
		'payload_hex', CASE WHEN deskbell_text_of(q.payload) IS NULL THEN encode(q.payload, 'hex') END, 'at', q.at)
$$;

-- A page of the copy of one contact's data: rows of one kind after a key, as keys and objects (objects.sql). The desk
-- reads little of this by itself, so it runs with its owner's rights.
CREATE OR REPLACE FUNCTION deskbell_contact_copy(a_org bigint, a_kind text, a_key bigint, a_contact bigint)
	RETURNS TABLE (key bigint, object text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	conversation_ids bigint[];
BEGIN
	PERFORM deskbell_require_admin(a_org);
	conversation_ids := ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = a_org AND v.contact_id = a_contact);
	CASE a_kind
		WHEN 'contact' THEN
			RETURN QUERY SELECT c.id, deskbell_object_contact(c)::text FROM contacts c WHERE c.org_id = a_org
				AND c.id = a_contact AND a_key = 0;
		WHEN 'conversation' THEN
			RETURN QUERY SELECT v.id, deskbell_object_conversation(v)::text FROM conversations v WHERE v.org_id = a_org
				AND v.contact_id = a_contact AND v.id > a_key ORDER BY v.id LIMIT 500;
		WHEN 'message' THEN
			RETURN QUERY SELECT m.id, deskbell_object_message(m)::text FROM messages m WHERE m.org_id = a_org
				AND m.conversation_id = ANY (conversation_ids) AND m.id > a_key ORDER BY m.id LIMIT 500;
		WHEN 'decision' THEN
			RETURN QUERY SELECT d.id, deskbell_object_decision(d)::text FROM decisions d WHERE d.org_id = a_org
				AND d.conversation_id = ANY (conversation_ids) AND d.id > a_key ORDER BY d.id LIMIT 200;
		WHEN 'counter_example' THEN
			RETURN QUERY SELECT x.id, deskbell_object_counter_example(x)::text FROM counter_examples x WHERE x.org_id = a_org
				AND x.conversation_id = ANY (conversation_ids) AND x.id > a_key ORDER BY x.id LIMIT 500;
		WHEN 'conversation_event' THEN
			RETURN QUERY SELECT e.id, deskbell_object_conversation_event(e)::text FROM conversation_events e
				WHERE e.org_id = a_org AND e.conversation_id = ANY (conversation_ids) AND e.id > a_key ORDER BY e.id LIMIT 500;
		WHEN 'lead' THEN
			RETURN QUERY SELECT l.conversation_id, deskbell_object_lead(l)::text FROM leads l WHERE l.org_id = a_org
				AND l.conversation_id = ANY (conversation_ids) AND l.conversation_id > a_key ORDER BY l.conversation_id LIMIT 500;
		WHEN 'quarantine' THEN
			RETURN QUERY SELECT q.id, deskbell_object_quarantine(q)::text FROM quarantine q WHERE q.org_id = a_org
				AND q.id IN (SELECT deskbell_quarantine_of(a_org, a_contact)) AND q.id > a_key ORDER BY q.id LIMIT 5;
	END CASE;
END $$;
