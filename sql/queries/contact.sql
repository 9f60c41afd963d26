-- One contact: the copy of what is stored about somebody, and its erasure. In a tenant's transaction.

-- name: contact_find
SELECT c.id, coalesce(c.name, ''), ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = c.org_id AND v.contact_id = c.id ORDER BY v.id)::text
FROM contacts c WHERE c.org_id = $1::bigint AND c.id = $2::bigint

-- name: contact_of_conversation
SELECT v.contact_id FROM conversations v WHERE v.org_id = $1::bigint AND v.id = $2::bigint

-- A page of the copy each, as those of export.sql: organisation, the key of the page before, contact.
-- name: contact_copy_contact
SELECT c.id, deskbell_object_contact(c)::text FROM contacts c WHERE c.org_id = $1::bigint AND c.id = $3::bigint AND $2::bigint = 0

-- name: contact_copy_conversation
SELECT v.id, deskbell_object_conversation(v)::text
FROM conversations v WHERE v.org_id = $1::bigint AND v.contact_id = $3::bigint AND v.id > $2::bigint ORDER BY v.id LIMIT 500

-- name: contact_copy_message
SELECT m.id, deskbell_object_message(m)::text FROM messages m
WHERE m.org_id = $1::bigint AND m.conversation_id = ANY (ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = $1 AND v.contact_id = $3::bigint)) AND m.id > $2::bigint
ORDER BY m.id LIMIT 500

-- name: contact_copy_decision
SELECT d.id, deskbell_object_decision(d)::text FROM decisions d
WHERE d.org_id = $1::bigint AND d.conversation_id = ANY (ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = $1 AND v.contact_id = $3::bigint)) AND d.id > $2::bigint
ORDER BY d.id LIMIT 200

-- name: contact_copy_conversation_event
SELECT e.id, deskbell_object_conversation_event(e)::text FROM conversation_events e
WHERE e.org_id = $1::bigint AND e.conversation_id = ANY (ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = $1 AND v.contact_id = $3::bigint)) AND e.id > $2::bigint
ORDER BY e.id LIMIT 500

-- name: contact_copy_lead
SELECT l.conversation_id, deskbell_object_lead(l)::text FROM leads l
WHERE l.org_id = $1::bigint AND l.conversation_id = ANY (ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = $1 AND v.contact_id = $3::bigint))
	AND l.conversation_id > $2::bigint ORDER BY l.conversation_id LIMIT 500

-- name: contact_copy_quarantine
SELECT q.id, deskbell_object_quarantine(q)::text FROM quarantine q
WHERE q.org_id = $1::bigint AND q.id IN (SELECT deskbell_quarantine_of($1, $3::bigint)) AND q.id > $2::bigint ORDER BY q.id LIMIT 5

-- name: contact_erase
SELECT deskbell_erase_contact($1::bigint, $2::bigint)

-- name: contact_list
SELECT c.id, c.name, c.username, (SELECT string_agg(DISTINCT i.value, ' ') FROM contact_identities i WHERE i.org_id = c.org_id AND i.contact_id = c.id),
	(SELECT count(*) FROM conversations v WHERE v.org_id = c.org_id AND v.contact_id = c.id)
FROM contacts c WHERE c.org_id = $1::bigint AND ($2::text IS NULL OR c.id IN (
	SELECT i.contact_id FROM contact_identities i WHERE i.org_id = $1 AND i.value = ltrim($2, '+')
	UNION ALL SELECT v.contact_id FROM conversations v WHERE v.org_id = $1 AND v.contact_phone = $2)) ORDER BY c.id DESC LIMIT $3::integer
