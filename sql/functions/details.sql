-- What operators do for a contact, whichever of its conversations they look at: the right name, notes, blocking. In a
-- tenant's transaction; every function answers in one word.

-- The contact's name as an operator has it; NULL: as the platform says again. A profile name that comes later is kept
-- next to a corrected one (receive.sql).
CREATE OR REPLACE FUNCTION deskbell_contact_name(a_org bigint, a_conversation bigint, a_name text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	contact bigint := (SELECT v.contact_id FROM conversations v WHERE v.org_id = a_org AND v.id = a_conversation);
BEGIN
	IF contact IS NULL THEN
		RETURN 'gone';
	END IF;
	UPDATE contacts c SET name = coalesce(a_name, nullif(c.profile_name, ''), CASE WHEN c.profile_name IS NULL
		THEN c.name END),
			profile_name = CASE WHEN a_name IS NOT NULL THEN coalesce(c.profile_name, c.name, '') END
		WHERE c.org_id = a_org AND c.id = contact;
	-- Lists that show it look again.
	UPDATE conversations v SET version = v.version WHERE v.org_id = a_org AND v.contact_id = contact;
	PERFORM deskbell_index_contacts(a_org, ARRAY[contact]);
	RETURN 'done';
END $$;

-- Blocks the contact, or no longer does. While it is blocked, what it sends is stored and nothing else happens: no
-- answer, no attention, no place in an open list (deskbell_moves). After it, the window is what it would have been.
CREATE OR REPLACE FUNCTION deskbell_contact_block(a_org bigint, a_conversation bigint, a_user bigint, blocks boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	contact bigint := (SELECT v.contact_id FROM conversations v WHERE v.org_id = a_org AND v.id = a_conversation);
	talks bigint[] := ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = a_org AND v.contact_id = contact
		ORDER BY v.id FOR NO KEY UPDATE);
BEGIN
	UPDATE contacts c SET blocked_at = CASE WHEN blocks THEN now() END
		WHERE c.org_id = a_org AND c.id = contact AND (c.blocked_at IS NOT NULL) <> blocks;
	IF NOT FOUND THEN
		RETURN CASE WHEN contact IS NULL THEN 'gone' ELSE 'same' END;
	END IF;
	IF blocks THEN
		DELETE FROM answer_jobs j WHERE j.org_id = a_org AND j.conversation_id = ANY (talks);
		UPDATE conversations v SET is_open = false, snoozed_until = NULL, waiting_since = NULL, needs_attention = false,
				attention_reason = NULL, unread = 0, undo = NULL, version = v.version + 1
			WHERE v.org_id = a_org AND v.id = ANY (talks);
		PERFORM deskbell_list_tags(a_org, talks);
	ELSE
		UPDATE conversations v SET version = v.version, last_inbound_at = greatest(v.last_inbound_at, (
				SELECT max(m.provider_time) FROM messages m WHERE m.org_id = a_org AND m.conversation_id = v.id
					AND m.direction = 'inbound' AND m.kind NOT IN ('reaction', 'edit', 'revoke')
					AND m.created_at > now() - interval '2 days'))
			WHERE v.org_id = a_org AND v.id = ANY (talks);
	END IF;
	PERFORM deskbell_tell_event(a_org, t.id, a_user, CASE WHEN blocks THEN 'blocked' ELSE 'unblocked' END, NULL)
		FROM unnest(talks) t(id);
	RETURN 'done';
END $$;

-- Whether a text names a member, as "@Ana": the first word of the name, or what stands before the @ of the address.
CREATE OR REPLACE FUNCTION deskbell_mentions(content text, called text, email text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(lower(content) ~ ('(^|[^[:alnum:]._-])@('
		|| regexp_replace(lower(split_part(coalesce(nullif(called, ''), email), ' ', 1)), '([^[:alnum:]])', '\\\1', 'g')
		|| '|' || regexp_replace(lower(split_part(email, '@', 1)), '([^[:alnum:]])', '\\\1', 'g') || ')($|[^[:alnum:]])'),
			false)
$$;

-- Adds a note of the team; the members that it names are told (ring.sql).
CREATE OR REPLACE FUNCTION deskbell_note_add(a_org bigint, a_conversation bigint, a_user bigint, a_body text)
	RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	note bigint;
BEGIN
	INSERT INTO notes (org_id, conversation_id, user_id, body)
		SELECT v.org_id, v.id, a_user, a_body FROM conversations v WHERE v.org_id = a_org AND v.id = a_conversation
		RETURNING id INTO note;
	IF note IS NULL THEN
		RETURN 'gone';
	END IF;
	PERFORM ring(a_org, 'mention', a_conversation, NULL, note, n.user_id) FROM member_names n
		WHERE n.org_id = a_org AND n.left_at IS NULL AND n.user_id <> a_user AND deskbell_mentions(a_body, n.name, n.email);
	RETURN 'done';
END $$;

-- What the contact has in a field of the organization's own; '' or NULL: nothing. The search finds it.
CREATE OR REPLACE FUNCTION deskbell_contact_value(a_org bigint, a_conversation bigint, a_field bigint, a_value text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	contact bigint := (SELECT v.contact_id FROM conversations v WHERE v.org_id = a_org AND v.id = a_conversation);
BEGIN
	IF contact IS NULL OR NOT EXISTS (SELECT 1 FROM contact_fields f WHERE f.org_id = a_org AND f.id = a_field) THEN
		RETURN 'gone';
	END IF;
	DELETE FROM contact_values x WHERE x.org_id = a_org AND x.contact_id = contact AND x.field_id = a_field;
	INSERT INTO contact_values (org_id, contact_id, field_id, value)
		SELECT a_org, contact, a_field, a_value WHERE a_value <> '';
	PERFORM deskbell_index_contacts(a_org, ARRAY[contact]);
	RETURN 'done';
END $$;

-- Changes with what stands in the details next to a conversation: who has it, the contact, notes, tags, own fields.
CREATE OR REPLACE FUNCTION deskbell_details_stamp(a_org bigint, a_conversation bigint) RETURNS text
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT md5(concat_ws(' ', v.assignee_id, c.xmin::text,
		(SELECT concat_ws('-', count(*), max(n.id)) FROM notes n
			WHERE n.org_id = v.org_id AND n.conversation_id = v.id), '/',
		(SELECT string_agg(t.tag, ' ' ORDER BY t.tag) FROM conversation_tags t
			WHERE t.org_id = v.org_id AND t.conversation_id = v.id), '/',
		(SELECT string_agg(x.xmin::text, ' ' ORDER BY x.field_id) FROM contact_values x
			WHERE x.org_id = v.org_id AND x.contact_id = v.contact_id)))
	FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
	WHERE v.org_id = a_org AND v.id = a_conversation
$$;
