-- One contact: the copy of what is stored about somebody, and its erasure. In a tenant's transaction.

-- name: contact_find
SELECT c.id, coalesce(c.name, ''), ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = c.org_id AND v.contact_id = c.id ORDER BY v.id)::text
FROM contacts c WHERE c.org_id = $1::bigint AND c.id = $2::bigint

-- name: contact_of_conversation
SELECT v.contact_id FROM conversations v WHERE v.org_id = $1::bigint AND v.id = $2::bigint

-- A page of the copy: organisation, kind, the key of the page before, contact.
-- name: contact_copy
SELECT key, object FROM deskbell_contact_copy($1::bigint, $2::text, $3::bigint, $4::bigint)

-- name: contact_erase
SELECT deskbell_erase_contact($1::bigint, $2::bigint)

-- name: contact_list
SELECT c.id, c.name, c.username, (SELECT string_agg(DISTINCT i.value, ' ') FROM contact_identities i WHERE i.org_id = c.org_id AND i.contact_id = c.id),
	(SELECT count(*) FROM conversations v WHERE v.org_id = c.org_id AND v.contact_id = c.id)
FROM contacts c WHERE c.org_id = $1::bigint AND ($2::text IS NULL OR c.id IN (
	SELECT i.contact_id FROM contact_identities i WHERE i.org_id = $1 AND i.value = ltrim($2, '+')
	UNION ALL SELECT v.contact_id FROM conversations v WHERE v.org_id = $1 AND v.contact_phone = $2)) ORDER BY c.id DESC LIMIT $3::integer
