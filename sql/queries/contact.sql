-- One contact: the copy of what is stored about a person, and its erasure. In a tenant's transaction.

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

-- What an operator knows of the contact of a conversation.
-- name: contact_about
-- args: org_id bigint, conversation_id bigint
-- row: contact_id bigint, name text?, profile_name text?, blocked_ms bigint?, numbers json?, n_closed bigint
SELECT c.id AS contact_id, c.name, c.profile_name, (extract(epoch FROM c.blocked_at) * 1000)::bigint AS blocked_ms,
	(SELECT json_agg(n.number ORDER BY n.number) FROM (
		SELECT '+' || i.value AS number FROM contact_identities i
			WHERE i.org_id = v.org_id AND i.contact_id = c.id AND i.kind = 'wa_id'
		UNION SELECT o.contact_phone FROM conversations o WHERE o.org_id = v.org_id AND o.contact_id = c.id
			AND o.contact_phone IS NOT NULL) n) AS numbers,
	(SELECT count(*) FROM conversations o
		JOIN conversation_events e ON e.org_id = o.org_id AND e.conversation_id = o.id AND e.kind = 'closed'
		WHERE o.org_id = v.org_id AND o.contact_id = c.id) AS n_closed
FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
WHERE v.org_id = :org_id AND v.id = :conversation_id

-- The other conversations of the same contact.
-- name: contact_conversations
-- args: org_id bigint, conversation_id bigint
-- row: id bigint, platform text, last_ms bigint
SELECT o.id, o.platform, (extract(epoch FROM o.last_message_at) * 1000)::bigint AS last_ms
FROM conversations v JOIN conversations o ON o.org_id = v.org_id AND o.contact_id = v.contact_id AND o.id <> v.id
WHERE v.org_id = :org_id AND v.id = :conversation_id ORDER BY o.last_message_at DESC LIMIT 20

-- The organization's own fields, with what the contact has in them.
-- name: contact_fields
-- args: org_id bigint, conversation_id bigint
-- row: id bigint, name text, value text?
SELECT f.id, f.name, x.value FROM conversations v JOIN contact_fields f ON f.org_id = v.org_id
	LEFT JOIN contact_values x ON x.org_id = v.org_id AND x.contact_id = v.contact_id AND x.field_id = f.id
WHERE v.org_id = :org_id AND v.id = :conversation_id ORDER BY f.id

-- Notes of all conversations of the contact, the newest first, at most 200.
-- name: contact_notes
-- args: org_id bigint, conversation_id bigint, max_chars integer
-- row: id bigint, body text, is_cut boolean, at_ms bigint, user_id bigint?, author text?, mentions text?
SELECT n.id, left(n.body, :max_chars) AS body, char_length(n.body) > :max_chars AS is_cut,
	(extract(epoch FROM n.created_at) * 1000)::bigint AS at_ms, n.user_id,
	coalesce(nullif(u.name, ''), u.email) AS author,
	(SELECT string_agg(DISTINCT m.word[1], ' ')
		FROM regexp_matches(n.body, '@[[:alnum:]]+(?:[._-][[:alnum:]]+)*', 'g') m(word)
		WHERE EXISTS (SELECT 1 FROM member_names p WHERE p.org_id = n.org_id AND p.left_at IS NULL
			AND deskbell_mentions(m.word[1], p.name, p.email))) AS mentions
FROM conversations v JOIN conversations o ON o.org_id = v.org_id AND o.contact_id = v.contact_id
	JOIN notes n ON n.org_id = o.org_id AND n.conversation_id = o.id
	LEFT JOIN member_names u ON u.org_id = n.org_id AND u.user_id = n.user_id
WHERE v.org_id = :org_id AND v.id = :conversation_id ORDER BY n.id DESC LIMIT 200

-- Pictures, voice notes and documents of all conversations of the contact, the newest first.
-- name: contact_files
-- args: org_id bigint, conversation_id bigint, kind text?, max_rows integer
-- row: message_id bigint, position integer, kind text, file_name text?, media_type text?, bytes bigint?, at_ms bigint,
--   has_no_preview boolean, description text?
SELECT a.message_id, a.position, a.kind, a.file_name, a.media_type, a.bytes,
	(extract(epoch FROM a.sent_at) * 1000)::bigint AS at_ms,
	f.looked_at IS NOT NULL AND f.preview IS NULL AS has_no_preview,
	left(m.metadata->'descriptions'->>a.position::text, 300) AS description
FROM conversations v JOIN conversations o ON o.org_id = v.org_id AND o.contact_id = v.contact_id
	JOIN attachments a ON a.org_id = o.org_id AND a.conversation_id = o.id AND a.state = 'stored'
	JOIN messages m ON m.org_id = a.org_id AND m.id = a.message_id
	LEFT JOIN files f ON f.org_id = a.org_id AND f.sha256 = a.sha256
WHERE v.org_id = :org_id AND v.id = :conversation_id AND CASE :kind
	WHEN 'pictures' THEN a.media_type LIKE 'image/%'
	WHEN 'sound' THEN a.media_type LIKE 'audio/%' OR a.media_type LIKE 'video/%'
	WHEN 'documents' THEN a.media_type !~ '^(image|audio|video)/' ELSE true END
ORDER BY a.message_id DESC, a.position LIMIT :max_rows

-- name: contact_name_set
-- args: org_id bigint, conversation_id bigint, name text?
-- row: outcome text
SELECT deskbell_contact_name(:org_id, :conversation_id, :name) AS outcome

-- name: contact_block
-- args: org_id bigint, conversation_id bigint, user_id bigint, blocks boolean
-- row: outcome text
SELECT deskbell_contact_block(:org_id, :conversation_id, :user_id, :blocks) AS outcome

-- name: note_add
-- args: org_id bigint, conversation_id bigint, user_id bigint, body text
-- row: outcome text
SELECT deskbell_note_add(:org_id, :conversation_id, :user_id, :body) AS outcome

-- A note is removed by its author, or by an admin.
-- name: note_remove
-- args: org_id bigint, id bigint, user_id bigint, is_admin boolean
-- row: id bigint
DELETE FROM notes n WHERE n.org_id = :org_id AND n.id = :id AND (:is_admin OR n.user_id = :user_id) RETURNING n.id

-- name: contact_value_set
-- args: org_id bigint, conversation_id bigint, field_id bigint, value text
-- row: outcome text
SELECT deskbell_contact_value(:org_id, :conversation_id, :field_id, :value) AS outcome

-- At most 20 fields. No row: there are as many, or one has this name.
-- name: contact_field_add
-- args: org_id bigint, name text
-- row: id bigint
INSERT INTO contact_fields (org_id, name) SELECT :org_id, :name
WHERE (SELECT count(*) FROM contact_fields f WHERE f.org_id = :org_id) < 20
ON CONFLICT DO NOTHING RETURNING id

-- The field and what all contacts have in it.
-- name: contact_field_remove
-- args: org_id bigint, id bigint
-- row: name text
DELETE FROM contact_fields f WHERE f.org_id = :org_id AND f.id = :id RETURNING f.name
