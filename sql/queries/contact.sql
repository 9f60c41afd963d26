-- One contact: the copy of what is stored about somebody, and its erasure. In a tenant's transaction.

-- name: contact_find
-- args: org_id bigint, id bigint
-- row: id bigint, name text, conversations text
SELECT c.id, coalesce(c.name, '') AS name, ARRAY(SELECT v.id FROM conversations v
	WHERE v.org_id = c.org_id AND v.contact_id = c.id ORDER BY v.id)::text AS conversations
FROM contacts c WHERE c.org_id = :org_id AND c.id = :id

-- name: contact_of_conversation
-- args: org_id bigint, conversation_id bigint
-- row: contact_id bigint
SELECT v.contact_id FROM conversations v WHERE v.org_id = :org_id AND v.id = :conversation_id

-- A page of the copy: organisation, kind, the key of the page before, contact.
-- name: contact_copy
-- args: org_id bigint, kind text, after bigint, contact_id bigint
-- row: key bigint, object text
SELECT key, object FROM deskbell_contact_copy(:org_id, :kind, :after, :contact_id)

-- name: contact_erase
-- args: org_id bigint, contact_id bigint
-- row: erased jsonb?
SELECT deskbell_erase_contact(:org_id, :contact_id) AS erased

-- name: contact_list
-- args: org_id bigint, identity text?, max_rows integer
-- row: id bigint, name text?, username text?, identities text?, conversations bigint
SELECT c.id, c.name, c.username, (SELECT string_agg(DISTINCT i.value, ' ') FROM contact_identities i
	WHERE i.org_id = c.org_id AND i.contact_id = c.id) AS identities,
	(SELECT count(*) FROM conversations v WHERE v.org_id = c.org_id AND v.contact_id = c.id) AS conversations
FROM contacts c WHERE c.org_id = :org_id AND (:identity IS NULL OR c.id IN (
	SELECT i.contact_id FROM contact_identities i WHERE i.org_id = :org_id AND i.value = ltrim(:identity, '+')
	UNION ALL SELECT v.contact_id FROM conversations v WHERE v.org_id = :org_id AND v.contact_phone = :identity))
	ORDER BY c.id DESC LIMIT :max_rows

-- Two contacts become one: `contact_id` has everything. NULL: one of them does not exist, or both are one.
-- name: contact_merge
-- args: org_id bigint, contact_id bigint, other_id bigint
-- row: merge_id bigint?
SELECT deskbell_contact_merge(:org_id, :contact_id, :other_id) AS merge_id

-- What was merged last into the contact is a contact again; NULL: nothing was merged.
-- name: contact_unmerge
-- args: org_id bigint, contact_id bigint
-- row: other_id bigint?
SELECT deskbell_contact_unmerge(:org_id, :contact_id) AS other_id
