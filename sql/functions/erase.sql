-- Erasure of one contact: every row about the contact is deleted in one transaction, also while other programs work on
-- it. A program that holds something of theirs (an answer that is being worked out, a delivery on its way) finds no
-- conversation when it comes back, and stores nothing. A message that arrives later belongs to a new contact.
--
-- Tables are found by their columns (conversation_id, contact_id, message_id), so that one which is added later cannot
-- be forgotten.

CREATE OR REPLACE FUNCTION deskbell_digest(id text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
	SELECT sha256(convert_to(id, 'UTF8'))
$$;

-- Whether this id of a message, or tag of a delivery, belonged to a contact that was erased.
CREATE OR REPLACE FUNCTION deskbell_is_forgotten(a_org bigint, a_channel bigint, id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM forgotten f WHERE f.org_id = a_org AND f.channel_id = a_channel
		AND f.digest = deskbell_digest(id))
$$;

-- Tables that name a conversation, a contact or a message of their organisation, with the column by which they do: the
-- first of the three that they have. A delivery is found by its message, because that is how it is indexed.
CREATE OR REPLACE FUNCTION deskbell_tables_of_contact() RETURNS TABLE (name name, col name)
LANGUAGE sql STABLE AS $$
	SELECT DISTINCT ON (c.relname) c.relname, a.attname FROM pg_class c
	JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = 'org_id' AND NOT o.attisdropped
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('conversation_id', 'contact_id', 'message_id')
		AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
		AND (c.relname <> 'outbox' OR a.attname = 'message_id')
	ORDER BY c.relname, array_position('{conversation_id,contact_id,message_id}'::name[], a.attname)
$$;

-- Items in quarantine that name the contact by an id or number: as a whole word, so that a part of a longer number is
-- not taken for it.
CREATE OR REPLACE FUNCTION deskbell_pattern_of(words text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT '(^|[^[:alnum:]])(' || string_agg(regexp_replace(w, '([^[:alnum:]])', '\\\1', 'g'), '|') || ')([^[:alnum:]]|$)'
	FROM unnest(words) w WHERE length(w) >= 5
$$;

-- Ids of quarantined items that name the contact.
CREATE OR REPLACE FUNCTION deskbell_quarantine_of(a_org bigint, a_contact bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
	SELECT q.id FROM quarantine q WHERE q.org_id = a_org
		AND encode(q.payload, 'escape') ~ (SELECT deskbell_pattern_of(array_agg(DISTINCT w.word)) FROM (
		SELECT i.value AS word FROM contact_identities i WHERE i.org_id = a_org AND i.contact_id = a_contact
		UNION ALL SELECT ltrim(v.contact_phone, '+') FROM conversations v WHERE v.org_id = a_org AND v.contact_id = a_contact
		UNION ALL SELECT c.username FROM contacts c WHERE c.org_id = a_org AND c.id = a_contact
		UNION ALL SELECT m.provider_id FROM messages m JOIN conversations v ON v.org_id = m.org_id
			AND v.id = m.conversation_id
			WHERE v.org_id = a_org AND v.contact_id = a_contact AND m.created_at > now() - interval '30 days') w
				WHERE w.word IS NOT NULL)
$$;

-- Remembers the ids by which a platform may still speak of these conversations, and takes away what it has message_ids
-- that found no message yet.
CREATE OR REPLACE FUNCTION deskbell_forget_ids(a_org bigint, conversation_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	INSERT INTO forgotten (org_id, channel_id, digest)
		SELECT DISTINCT a_org, x.channel_id, deskbell_digest(x.id) FROM (
			SELECT m.channel_id, m.provider_id AS id FROM messages m
				WHERE m.org_id = a_org AND m.conversation_id = ANY (conversation_ids) AND m.provider_id IS NOT NULL
					AND m.created_at > now() - interval '8 days'
			UNION ALL SELECT o.channel_id, o.tag FROM messages m JOIN outbox o ON o.org_id = m.org_id AND o.message_id = m.id
				WHERE m.org_id = a_org AND m.conversation_id = ANY (conversation_ids)
					AND m.created_at > now() - interval '8 days') x
		ON CONFLICT DO NOTHING;
	DELETE FROM parked_statuses p WHERE p.org_id = a_org
		AND (deskbell_is_forgotten(a_org, p.channel_id, p.provider_id) OR deskbell_is_forgotten(a_org, p.channel_id, p.tag));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- For functions with their owner's rights: goes on when the session is the owner's (deskbellctl, or a desk without a
-- role of its own), else only with the pass of an admin of this organisation, in whose scope the rest of the
-- transaction is.
CREATE OR REPLACE FUNCTION deskbell_require_admin(a_org bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	a record;
BEGIN
	IF pg_has_role(session_user, current_user, 'MEMBER') THEN
		RETURN;
	END IF;
	SELECT * INTO a FROM deskbell_actor();
	IF a.org IS DISTINCT FROM a_org OR coalesce(a.role, '') NOT IN ('owner', 'admin') THEN
		RAISE EXCEPTION 'this is for admins' USING ERRCODE = 'insufficient_privilege';
	END IF;
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true);
END $$;

-- Erases the contact and returns how many rows went from which table ({"messages": 12, ...}); NULL when there is no
-- such contact. In a tenant's transaction; the caller writes the audit entry, which is the receipt.
CREATE OR REPLACE FUNCTION deskbell_erase_contact(a_org bigint, a_contact bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	removed jsonb := '{}';
	conversation_ids bigint[];
	message_ids bigint[];
	t record;
	n bigint;
BEGIN
	PERFORM deskbell_require_admin(a_org);
	-- A transaction with a message of this contact waits, and then finds no contact.
	PERFORM deskbell_lock_contacts(a_org, ARRAY[a_contact]);
	PERFORM 1 FROM messages m JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
		WHERE m.org_id = a_org AND v.contact_id = a_contact ORDER BY m.id FOR UPDATE OF m;
	PERFORM 1 FROM conversations v WHERE v.org_id = a_org AND v.contact_id = a_contact ORDER BY v.id FOR UPDATE;
	PERFORM 1 FROM contacts c WHERE c.org_id = a_org AND c.id = a_contact FOR UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	conversation_ids := ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = a_org AND v.contact_id = a_contact);
	message_ids := ARRAY(SELECT m.id FROM messages m WHERE m.org_id = a_org
		AND m.conversation_id = ANY (conversation_ids));

	removed := jsonb_build_object('contacts', 1, 'conversations', cardinality(conversation_ids), 'parked_statuses',
		deskbell_forget_ids(a_org, conversation_ids));
	DELETE FROM quarantine q WHERE q.org_id = a_org AND q.id IN (SELECT deskbell_quarantine_of(a_org, a_contact));
	GET DIAGNOSTICS n = ROW_COUNT;
	removed := removed || jsonb_build_object('quarantine', n);
	FOR t IN SELECT * FROM deskbell_tables_of_contact() WHERE name <> 'conversations' LOOP
		EXECUTE format('SELECT count(*) FROM %I WHERE org_id = $1 AND %I = ANY ($2)', t.name, t.col) INTO n
			USING a_org, CASE t.col WHEN 'conversation_id' THEN conversation_ids WHEN 'contact_id' THEN ARRAY[a_contact]
				ELSE message_ids END;
		removed := removed || jsonb_build_object(t.name, n);
	END LOOP;
	IF removed->>'counter_examples' <> '0' THEN -- programs keep them as long as the skills are the same
		UPDATE organizations SET skills_revision = skills_revision + 1 WHERE id = a_org;
	END IF;
	-- Foreign keys delete what refers to it; then the tables without such a key.
	DELETE FROM contacts c WHERE c.org_id = a_org AND c.id = a_contact;
	FOR t IN SELECT * FROM deskbell_tables_of_contact() LOOP
		EXECUTE format('DELETE FROM %I WHERE org_id = $1 AND %I = ANY ($2)', t.name, t.col)
			USING a_org, CASE t.col WHEN 'conversation_id' THEN conversation_ids WHEN 'contact_id' THEN ARRAY[a_contact]
				ELSE message_ids END;
	END LOOP;
	RETURN (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(removed) e WHERE e.value <> '0');
END $$;

-- An admin makes two contacts one: `a_contact` has everything from then on. What is needed to separate them again is
-- kept. Returns the number of the merge; NULL when one of them does not exist, or both are one.
CREATE OR REPLACE FUNCTION deskbell_contact_merge(a_org bigint, a_contact bigint, a_other bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	merge bigint;
BEGIN
	PERFORM deskbell_require_admin(a_org);
	PERFORM deskbell_lock_contacts(a_org, ARRAY[a_contact, a_other]);
	PERFORM 1 FROM messages m JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
		WHERE m.org_id = a_org AND v.contact_id = a_other ORDER BY m.id FOR UPDATE OF m;
	PERFORM 1 FROM conversations v WHERE v.org_id = a_org AND v.contact_id IN (a_contact, a_other) ORDER BY v.id FOR
		UPDATE;
	PERFORM 1 FROM contacts c WHERE c.org_id = a_org AND c.id IN (a_contact, a_other) ORDER BY c.id FOR UPDATE;
	IF a_contact = a_other OR (SELECT count(*) FROM contacts c WHERE c.org_id = a_org
		AND c.id IN (a_contact, a_other)) <> 2 THEN
		RETURN NULL;
	END IF;
	INSERT INTO contact_merges (org_id, contact_id, name, username, detail)
		SELECT a_org, a_contact, c.name, c.username, jsonb_build_object(
			'identities', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', i.channel_id, 'kind', i.kind, 'value',
				i.value)), '[]')
				FROM contact_identities i WHERE i.org_id = a_org AND i.contact_id = a_other),
			'conversations', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'kept', w.id, 'channel', l.channel_id,
				'platform', l.platform, 'phone', l.contact_phone,
					'messages', CASE WHEN w.id IS NOT NULL
						THEN (SELECT coalesce(jsonb_agg(m.id ORDER BY m.id), '[]') FROM messages m WHERE m.org_id = a_org
						AND m.conversation_id = l.id) END)), '[]')
				FROM conversations l LEFT JOIN conversations w ON w.org_id = a_org AND w.channel_id = l.channel_id
					AND w.contact_id = a_contact
				WHERE l.org_id = a_org AND l.contact_id = a_other))
		FROM contacts c WHERE c.org_id = a_org AND c.id = a_other RETURNING id INTO merge;
	PERFORM deskbell_merge_contacts(a_org, a_contact, a_other);
	RETURN merge;
END $$;

-- Separates what was merged last into this contact: the other one is a contact again, with its identities and messages.
-- What was written since in a conversation of both stays, and so do notes, tags and the lead. Returns the new contact;
-- NULL when nothing was merged.
CREATE OR REPLACE FUNCTION deskbell_contact_unmerge(a_org bigint, a_contact bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	g contact_merges;
	c record;
	other bigint;
	talk bigint;
	ids bigint[];
BEGIN
	PERFORM deskbell_require_admin(a_org);
	SELECT * INTO g FROM contact_merges x WHERE x.org_id = a_org AND x.contact_id = a_contact ORDER BY x.id DESC LIMIT 1
		FOR UPDATE;
	IF g.id IS NULL THEN
		RETURN NULL;
	END IF;
	PERFORM deskbell_lock_contacts(a_org, ARRAY[a_contact]);
	PERFORM 1 FROM messages m JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
		WHERE m.org_id = a_org AND v.contact_id = a_contact ORDER BY m.id FOR UPDATE OF m;
	PERFORM 1 FROM conversations v WHERE v.org_id = a_org AND v.contact_id = a_contact ORDER BY v.id FOR UPDATE;
	INSERT INTO contacts (org_id, name, username) VALUES (a_org, g.name, g.username) RETURNING id INTO other;
	UPDATE contact_identities i SET contact_id = other
		FROM jsonb_to_recordset(g.detail->'identities') AS x(channel bigint, kind text, value text)
		WHERE i.org_id = a_org AND i.contact_id = a_contact AND i.channel_id = x.channel AND i.kind = x.kind
			AND i.value = x.value;
	FOR c IN SELECT * FROM jsonb_to_recordset(g.detail->'conversations') AS x(id bigint, kept bigint, channel bigint,
		platform text, phone text, messages jsonb) LOOP
		IF c.kept IS NULL THEN
			UPDATE conversations v SET contact_id = other WHERE v.org_id = a_org AND v.id = c.id AND v.contact_id = a_contact;
			CONTINUE;
		END IF;
		ids := ARRAY(SELECT m.id FROM jsonb_array_elements_text(c.messages) t(id) JOIN messages m ON m.org_id = a_org
			AND m.id = t.id::bigint AND m.conversation_id = c.kept);
		INSERT INTO conversations (org_id, channel_id, contact_id, platform, contact_phone, last_message_at, last_inbound_at)
			SELECT a_org, c.channel, other, c.platform, c.phone, coalesce(max(m.created_at), now()), max(m.provider_time)
				FILTER (WHERE m.direction = 'inbound')
			FROM messages m WHERE m.org_id = a_org AND m.id = ANY (ids) RETURNING id INTO talk;
		UPDATE messages m SET conversation_id = talk WHERE m.org_id = a_org AND m.id = ANY (ids);
		PERFORM deskbell_index(a_org, 'message', ids);
		UPDATE outbox o SET conversation_id = talk WHERE o.org_id = a_org AND o.message_id = ANY (ids);
		UPDATE decisions d SET conversation_id = talk WHERE d.org_id = a_org AND d.message_id = ANY (ids)
			AND d.conversation_id = c.kept;
		UPDATE attachments a SET conversation_id = talk WHERE a.org_id = a_org AND a.message_id = ANY (ids);
		UPDATE counter_examples x SET conversation_id = talk WHERE x.org_id = a_org AND x.message_id = ANY (ids);
		-- The number that stays is one of the contact's own.
		UPDATE conversations v SET contact_phone = coalesce((SELECT '+' || i.value FROM contact_identities i
				WHERE i.org_id = a_org AND i.contact_id = a_contact AND i.channel_id = v.channel_id AND i.kind = 'wa_id' LIMIT 1),
					v.contact_phone)
			WHERE v.org_id = a_org AND v.id = c.kept AND v.contact_phone IS NOT DISTINCT FROM c.phone;
	END LOOP;
	DELETE FROM contact_merges x WHERE x.org_id = a_org AND x.id = g.id;
	PERFORM deskbell_index_contacts(a_org, ARRAY[a_contact, other]);
	RETURN other;
END $$;
