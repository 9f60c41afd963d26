-- Who wrote: identities to contact to conversation. Everything here is the uncommon path (a new contact, a second
-- identity, a changed number); deskbell_receive resolves known people by itself. Source: Meta, "Business-scoped user
-- IDs": a person may come with a phone number, with business-scoped ids, or with both; ids change.

-- Two contacts turn out to be one person: everything of `loser` becomes `winner`'s.
CREATE OR REPLACE FUNCTION deskbell_merge_contacts(org bigint, winner bigint, loser bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v record;
	was conversations;
	moved bigint[];
BEGIN
	UPDATE contact_identities SET contact_id = winner WHERE org_id = org AND contact_id = loser;
	UPDATE contact_merges SET contact_id = winner WHERE org_id = org AND contact_id = loser;
	FOR v IN
		SELECT l.id AS lost, w.id AS kept FROM conversations l
		LEFT JOIN conversations w ON w.org_id = org AND w.channel_id = l.channel_id AND w.contact_id = winner
		WHERE l.org_id = org AND l.contact_id = loser ORDER BY l.id FOR UPDATE OF l
	LOOP
		IF v.kept IS NULL THEN
			UPDATE conversations SET contact_id = winner WHERE org_id = org AND id = v.lost;
			CONTINUE;
		END IF;
		SELECT * INTO was FROM conversations k WHERE k.org_id = org AND k.id = v.kept FOR NO KEY UPDATE;
		UPDATE conversations k SET
			contact_phone = CASE WHEN l.last_inbound_at > coalesce(k.last_inbound_at, '-infinity')
				THEN coalesce(l.contact_phone, k.contact_phone)
				ELSE coalesce(k.contact_phone, l.contact_phone) END, -- the number that was used last
			agent = CASE WHEN 'operator' IN (k.agent, l.agent) THEN 'operator' ELSE 'bot' END,
			assignee_id = coalesce(k.assignee_id, l.assignee_id),
			needs_attention = k.needs_attention OR l.needs_attention,
			attention_reason = coalesce(k.attention_reason, l.attention_reason),
			is_open = k.is_open OR l.is_open,
			waiting_since = least(k.waiting_since, l.waiting_since),
			snoozed_until = CASE WHEN NOT (k.is_open OR l.is_open) THEN least(k.snoozed_until, l.snoozed_until) END,
			last_inbound_at = greatest(k.last_inbound_at, l.last_inbound_at),
			last_message_at = greatest(k.last_message_at, l.last_message_at),
			consecutive_fallbacks = greatest(k.consecutive_fallbacks, l.consecutive_fallbacks),
			noticed_at = greatest(k.noticed_at, l.noticed_at),
			-- who may answer is the same: an answer that is being worked out still goes
			version = k.version + (k.agent <> 'operator' AND l.agent = 'operator')::integer,
			has_early_changes = k.has_early_changes OR l.has_early_changes,
			unread = k.unread + l.unread
		FROM conversations l WHERE k.org_id = org AND k.id = v.kept AND l.org_id = org AND l.id = v.lost;
		PERFORM deskbell_tag(org, v.kept, ARRAY(SELECT t.tag FROM conversation_tags t WHERE t.org_id = org
			AND t.conversation_id = v.lost));
		PERFORM deskbell_moved(was);
		UPDATE conversation_events SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		UPDATE notes SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		WITH moved AS (UPDATE messages SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost
			RETURNING id, body)
			SELECT array_agg(id) INTO moved FROM moved WHERE body <> '';
		PERFORM deskbell_index(org, 'message', moved);
		UPDATE outbox SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		UPDATE decisions SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		UPDATE attachments SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		UPDATE counter_examples SET conversation_id = v.kept WHERE org_id = org AND conversation_id = v.lost;
		INSERT INTO answer_jobs (org_id, conversation_id, messages, first_due_at, due_at)
			SELECT org, v.kept, messages, first_due_at, due_at FROM answer_jobs WHERE org_id = org AND conversation_id = v.lost
			ON CONFLICT (org_id, conversation_id) DO UPDATE SET messages = answer_jobs.messages || excluded.messages;
		PERFORM deskbell_merge_leads(org, v.kept, v.lost);
		DELETE FROM conversations WHERE org_id = org AND id = v.lost;
	END LOOP;
	INSERT INTO contact_values (org_id, contact_id, field_id, value)
		SELECT org, winner, x.field_id, x.value FROM contact_values x WHERE x.org_id = org AND x.contact_id = loser
			ON CONFLICT DO NOTHING;
	UPDATE contacts w SET name = coalesce(w.name, l.name), username = coalesce(w.username, l.username),
			profile_name = CASE WHEN w.name IS NULL THEN l.profile_name
				ELSE w.profile_name END, blocked_at = coalesce(w.blocked_at, l.blocked_at)
		FROM contacts l WHERE w.org_id = org AND w.id = winner AND l.org_id = org AND l.id = loser;
	DELETE FROM contacts WHERE org_id = org AND id = loser;
	PERFORM deskbell_index_contacts(org, ARRAY[winner]);
END $$;

-- The forms in which platforms write one number: of Brazil with and without the 9 of mobile numbers, of Mexico with and
-- without the 1, of Argentina with and without the 9. The given one comes first.
CREATE OR REPLACE FUNCTION deskbell_number_forms(number text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE
		WHEN number ~ '^55[1-9][0-9]9[6-9][0-9]{7}$' THEN ARRAY[number, left(number, 4) || substr(number, 6)]
		WHEN number ~ '^55[1-9][0-9][6-9][0-9]{7}$' THEN ARRAY[number, left(number, 4) || '9' || substr(number, 5)]
		WHEN number ~ '^521[2-9][0-9]{9}$' THEN ARRAY[number, '52' || substr(number, 4)]
		WHEN number ~ '^52[2-9][0-9]{9}$' THEN ARRAY[number, '521' || substr(number, 3)]
		WHEN number ~ '^549[1-8][0-9]{9}$' THEN ARRAY[number, '54' || substr(number, 4)]
		WHEN number ~ '^54[1-8][0-9]{9}$' THEN ARRAY[number, '549' || substr(number, 3)]
		ELSE ARRAY[number] END
$$;

-- An identity has got another value. When that one is known already, because its first message came before the news,
-- both are one - if such values are never given to another person: a chat id of Telegram is not, a phone number may
-- have had another owner.
CREATE OR REPLACE FUNCTION deskbell_rename_identity(org bigint, channel bigint, identity text, old_value text,
	new_value text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	old_contact bigint;
	new_contact bigint;
	forms text[] := CASE identity WHEN 'wa_id' THEN deskbell_number_forms(old_value) ELSE ARRAY[old_value] END;
BEGIN
	old_value := coalesce((SELECT f.value FROM unnest(forms) WITH ORDINALITY f(value, n)
		WHERE EXISTS (SELECT 1 FROM contact_identities ci
		WHERE ci.org_id = org AND ci.channel_id = channel AND ci.kind = identity AND ci.value = f.value) ORDER BY f.n
			LIMIT 1), old_value);
	SELECT contact_id INTO old_contact FROM contact_identities WHERE org_id = org AND channel_id = channel
		AND kind = identity AND value = old_value FOR UPDATE;
	SELECT contact_id INTO new_contact FROM contact_identities WHERE org_id = org AND channel_id = channel
		AND kind = identity AND value = new_value FOR UPDATE;
	IF old_contact IS NULL OR old_value = new_value THEN
		RETURN;
	END IF;
	IF new_contact IS NULL THEN
		UPDATE contact_identities SET value = new_value WHERE org_id = org AND channel_id = channel AND kind = identity
			AND value = old_value;
		DELETE FROM contact_identities ci USING unnest(forms) f(value) WHERE ci.org_id = org AND ci.channel_id = channel
			AND ci.kind = identity AND ci.value = f.value;
		RETURN;
	ELSIF identity <> 'telegram' THEN
		RETURN;
	END IF;
	DELETE FROM contact_identities WHERE org_id = org AND channel_id = channel AND kind = identity AND value = old_value;
	IF old_contact <> new_contact THEN
		PERFORM deskbell_merge_contacts(org, new_contact, old_contact);
	END IF;
END $$;

-- The contact that an identity leads to, in whatever form its number is written; NULL: none. In PL/pgSQL, whose plans
-- are kept: a function in SQL that is called here and there is planned again each time.
CREATE OR REPLACE FUNCTION deskbell_contact_of(org bigint, channel bigint, identity text, a_value text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
	forms text[] := CASE identity WHEN 'wa_id' THEN deskbell_number_forms(a_value) ELSE ARRAY[a_value] END;
	form text;
	contact bigint;
BEGIN
	FOREACH form IN ARRAY forms LOOP
		SELECT ci.contact_id INTO contact FROM contact_identities ci WHERE ci.org_id = org AND ci.channel_id = channel
			AND ci.kind = identity AND ci.value = form;
		EXIT WHEN contact IS NOT NULL;
	END LOOP;
	RETURN contact;
END $$;

-- The contact that has the number when that is not the person with this business-scoped id; NULL: none.
CREATE OR REPLACE FUNCTION deskbell_other_owner(org bigint, channel bigint, number text, bsuid text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
	owner bigint := deskbell_contact_of(org, channel, 'wa_id', number);
BEGIN
	IF owner IS NOT NULL AND EXISTS (SELECT 1 FROM contact_identities b WHERE b.org_id = org AND b.contact_id = owner
		AND b.channel_id = channel AND b.kind = 'bsuid')
		AND NOT EXISTS (SELECT 1 FROM contact_identities b WHERE b.org_id = org AND b.contact_id = owner
			AND b.channel_id = channel AND b.kind = 'bsuid' AND b.value = bsuid) THEN
		RETURN owner;
	END IF;
	RETURN NULL;
END $$;

-- A number whose owner has another business-scoped id has another owner now, because no event said that the owner's id
-- has changed: it is taken from the one before, who keeps everything else. Source: Meta, "Business-scoped user IDs":
-- the id belongs to the person, and a number is given to another person when it was not used for long.
CREATE OR REPLACE FUNCTION deskbell_release_number(org bigint, channel bigint, number text, bsuid text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	owner bigint := deskbell_other_owner(org, channel, number, bsuid);
BEGIN
	IF owner IS NULL THEN
		RETURN;
	END IF;
	DELETE FROM contact_identities ci USING unnest(deskbell_number_forms(number)) f(value)
		WHERE ci.org_id = org AND ci.channel_id = channel AND ci.kind = 'wa_id' AND ci.value = f.value;
	UPDATE conversations v SET contact_phone = NULL WHERE v.org_id = org AND v.channel_id = channel
		AND v.contact_id = owner;
	PERFORM deskbell_index_contacts(org, ARRAY[owner]);
END $$;

-- Locks people by the names that they have in their channels, so that one transaction at a time works on one person of
-- a channel, and two first messages of one person make one contact. A number is locked by the least of its forms, and
-- all of them in order, so that there is no deadlock. The names of a channel share 1,024 locks: each takes a place in
-- the server's table of locks, which holds some thousands for all organisations together.
CREATE OR REPLACE FUNCTION deskbell_lock_people(channels bigint[], names text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(l.key) FROM (
		SELECT DISTINCT hashtextextended(n.channel::text, 0) & ~1023::bigint | hashtextextended((SELECT min(f.form)
			FROM unnest(deskbell_number_forms(n.name)) f(form)), 0) & 1023::bigint AS key
		FROM unnest(channels, names) n(channel, name) WHERE n.name IS NOT NULL ORDER BY 1) l;
END $$;

-- The same for contacts, by all of their identities.
CREATE OR REPLACE FUNCTION deskbell_lock_contacts(org bigint, contacts bigint[]) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_lock_people(array_agg(i.channel_id), array_agg(i.value)) FROM contact_identities i
	WHERE i.org_id = org AND i.contact_id = ANY (contacts)
$$;

-- The conversation of the person with these identities; made, completed or merged as needed. The caller has locked the
-- person (deskbell_lock_people). What is imported from an earlier time takes a number from no contact: it goes to who
-- has its business-scoped id.
CREATE OR REPLACE FUNCTION deskbell_conversation_for(org bigint, i receive_item) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	found bigint[];
	person bigint;
	talk bigint;
	changed boolean := true;
	bsuid text := i.id_values[array_position(i.id_kinds, 'bsuid')];
	number text := i.id_values[array_position(i.id_kinds, 'wa_id')];
BEGIN
	IF i.renamed_from IS NOT NULL THEN
		PERFORM deskbell_rename_identity(org, i.channel, i.id_kinds[1], i.renamed_from, i.id_values[1]);
	ELSIF i.is_quiet AND deskbell_other_owner(org, i.channel, number, bsuid) IS NOT NULL THEN
		i.id_kinds := ARRAY['bsuid'];
		i.id_values := ARRAY[bsuid];
		i.phone := NULL;
	ELSIF bsuid IS NOT NULL AND number IS NOT NULL THEN
		PERFORM deskbell_release_number(org, i.channel, number, bsuid);
	END IF;

	-- One look-up by the whole key for each identity; as a join the planner may walk through all of the channel's while
	-- statistics say that there are none.
	SELECT array_agg(contact ORDER BY first, contact) INTO found FROM (
		SELECT one.contact, min(one.n) AS first FROM (
			SELECT e.n, deskbell_contact_of(org, i.channel, e.kind, e.value) AS contact
			FROM unnest(i.id_kinds, i.id_values) WITH ORDINALITY e(kind, value, n) OFFSET 0) one
		WHERE one.contact IS NOT NULL GROUP BY one.contact) f;
	IF found IS NULL THEN
		INSERT INTO contacts (org_id, name, username) VALUES (org, nullif(i.name, ''), i.username) RETURNING id INTO person;
	ELSE
		person := found[1];
		FOR n IN 2 .. cardinality(found) LOOP
			PERFORM deskbell_merge_contacts(org, person, found[n]);
		END LOOP;
	END IF;
	INSERT INTO contact_identities (org_id, channel_id, kind, value, contact_id)
		SELECT org, i.channel, e.kind, e.value, person FROM unnest(i.id_kinds, i.id_values) e(kind, value)
		ON CONFLICT (org_id, channel_id, kind, value) DO NOTHING;

	SELECT id INTO talk FROM conversations WHERE org_id = org AND channel_id = i.channel AND contact_id = person;
	IF talk IS NULL THEN
		INSERT INTO conversations (org_id, channel_id, contact_id, platform, contact_phone, is_open, last_message_at)
		VALUES (org, i.channel, person, i.platform, i.phone, i.is_quiet IS NOT TRUE, CASE WHEN i.is_quiet
			THEN to_timestamp(i.at) ELSE now() END) RETURNING id INTO talk;
	ELSE
		UPDATE conversations SET contact_phone = i.phone WHERE org_id = org AND id = talk AND i.phone IS NOT NULL
			AND contact_phone IS DISTINCT FROM i.phone
			AND (i.is_quiet IS NOT TRUE OR contact_phone IS NULL)
			RETURNING true INTO changed;
	END IF;
	IF changed THEN
		PERFORM deskbell_index(org, 'contact', ARRAY[talk]);
	END IF;
	RETURN talk;
END $$;
