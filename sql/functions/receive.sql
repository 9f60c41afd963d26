-- Stores what webhook deliveries of one organization held: any number of items in one call. The receiver sends the
-- calls of several organizations as one transaction (src/domain/inbound/intake.c).
--
-- Everything is harmless when it comes again: messages are unique by (org, channel, provider id) and only rows that are
-- really new move the conversation and its answer job. Rows are touched in key order (messages, conversations, jobs),
-- and the receiver sorts its calls by organization, so that concurrent calls wait but do not lock each other out.
--
-- What is joined carries the organization as a column: compared with the argument, a plan may walk through all rows of
-- the organization where statistics say that there are few.

-- With many organizations a call holds one message, and what it costs is the start of its statements: so they are few
-- and small, what a message does not need has none, and a look into an array is no statement.

-- The uncommon items: quarantine, first valid delivery of a channel.
CREATE OR REPLACE FUNCTION deskbell_receive_rare(org bigint, items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	working bigint[] := deskbell_working_channels(org);
BEGIN
	INSERT INTO quarantine (org_id, channel_id, kind, reason, payload, digest)
		SELECT org, i.channel, i.kind, as_reason(i.reason), i.payload, sha256(convert_to(i.kind || ' ', 'UTF8') || i.payload)
		FROM unnest(items) i WHERE i.op = 'quarantine'
		ORDER BY 2, 6 ON CONFLICT (org_id, channel_id, digest) DO NOTHING;
	UPDATE channels c SET fields = c.fields || f.fields
		FROM (SELECT x.channel, jsonb_object_agg(x.kind,
			jsonb_build_object('n', x.n + coalesce((was.field->>'n')::bigint, 0), 'last', extract(epoch FROM now())::bigint,
				'shape', coalesce(was.field->'shape', x.shape))
				|| CASE WHEN x.said IS NOT NULL THEN jsonb_build_object('said', x.said) ELSE '{}' END) AS fields
			FROM (SELECT i.channel, i.kind, count(*) AS n,
				(array_agg(i.metadata) FILTER (WHERE i.metadata IS NOT NULL))[1] AS shape,
					(array_agg(i.body ORDER BY i.ordinality DESC) FILTER (WHERE i.body <> ''))[1] AS said
				FROM unnest(items) WITH ORDINALITY i WHERE i.op = 'field' AND i.kind <> '' GROUP BY i.channel, i.kind) x
			JOIN channels o ON o.org_id = org AND o.id = x.channel CROSS JOIN LATERAL (SELECT o.fields->x.kind AS field) was
			-- Fields are few; a platform that invents names adds no more than a hundred.
			WHERE was.field IS NOT NULL OR (SELECT count(*) FROM jsonb_object_keys(o.fields)) < 100
			GROUP BY x.channel ORDER BY x.channel) f
		WHERE c.org_id = org AND c.id = f.channel;
	-- An event of the account stops the channel as a refused message does (deskbell_note_channels): it is paused, and
	-- tried with one message after the pause.
	UPDATE channels c SET status = 'error', status_reason = as_reason(f.reason), pauses = c.pauses + 1,
		paused_until = greatest(c.paused_until, now() + interval '1 minute'), updated_at = now()
		FROM (SELECT DISTINCT ON (i.channel) i.channel, i.status, i.reason FROM unnest(items) WITH ORDINALITY i
			WHERE i.op = 'field' AND i.status IS NOT NULL
			ORDER BY i.channel, i.ordinality DESC) f
		WHERE c.org_id = org AND c.id = f.channel AND f.status = 'broken';
	PERFORM deskbell_ring_stopped(org, working);
	PERFORM deskbell_resume_channels(org, ARRAY(
		SELECT c.id FROM (SELECT DISTINCT ON (i.channel) i.channel, i.status FROM unnest(items) WITH ORDINALITY i
			WHERE i.op = 'field' AND i.status IS NOT NULL
			ORDER BY i.channel, i.ordinality DESC) f JOIN channels c ON c.org_id = org AND c.id = f.channel
		WHERE f.status = 'restored' AND c.status = 'error'));
	UPDATE channels c SET status = 'verified', status_reason = NULL, updated_at = now(),
			config = c.config || jsonb_build_object('webhook_verified_at',
				to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		FROM (SELECT DISTINCT org AS org_id, i.channel FROM unnest(items) i WHERE i.op = 'verified' ORDER BY 2) v
		WHERE c.org_id = v.org_id AND c.id = v.channel AND c.status = 'pending';
END $$;

-- People who block the business, or no longer do; the latest news counts, whatever the order in which they come.
-- `talks` are the items' conversations.
CREATE OR REPLACE FUNCTION deskbell_note_blocks(org bigint, items receive_item[], talks bigint[]) RETURNS void
LANGUAGE sql AS $$
	UPDATE contacts c SET has_blocked_us = b.blocked, block_changed_at = to_timestamp(b.at)
		FROM (SELECT DISTINCT ON (p.contact) org AS org_id, p.* FROM (
				SELECT i.blocked, i.at, i.ordinality,
					(SELECT v.contact_id FROM conversations v WHERE v.org_id = org AND v.id = i.talk) AS contact
				FROM (SELECT i.blocked, i.at, i.ordinality, talks[i.ordinality] AS talk FROM unnest(items) WITH ORDINALITY i
					WHERE i.blocked IS NOT NULL OFFSET 0) i) p
			ORDER BY p.contact, p.at DESC, p.ordinality DESC) b
		WHERE c.org_id = b.org_id AND c.id = b.contact
			AND (c.block_changed_at IS NULL OR c.block_changed_at <= to_timestamp(b.at))
$$;

-- The texts that a message had before, the first one and the last nineteen, each with the Unix second until which it
-- stood.
CREATE OR REPLACE FUNCTION deskbell_history(m messages, until bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_agg(h.item ORDER BY h.n) FROM (
		SELECT x.item, x.n, count(*) OVER () AS total FROM jsonb_array_elements(coalesce(m.metadata->'history', '[]')
			|| jsonb_build_array(jsonb_build_object('until', until, 'text', left(m.body, 4096)))) WITH ORDINALITY x(item, n)) h
	WHERE h.n = 1 OR h.n > h.total - 19
$$;

-- Edits and deletions happen in place: the message that an event names has the new text and keeps the earlier ones, or
-- is a tombstone. `events` are the ids of rows that are new, others among them do not matter. The latest edit counts,
-- in whatever order they come, and one that comes before its message waits for it (deskbell_early_changes). An answer
-- that is being worked out is worked out again with the text as it is now. A step of a live location leaves no row of
-- its own.
CREATE OR REPLACE FUNCTION deskbell_change_messages(org bigint, events bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	e messages;
	t messages;
	at bigint;
BEGIN
	FOR e IN SELECT m.* FROM unnest(events) x(id) JOIN messages m ON m.org_id = org AND m.id = x.id
		WHERE m.kind IN ('edit', 'revoke') ORDER BY m.provider_time, m.id LOOP
		at := extract(epoch FROM e.provider_time);
		SELECT * INTO t FROM messages m WHERE m.org_id = org AND m.channel_id = e.channel_id AND m.provider_id = e.reply_to
			FOR NO KEY UPDATE;
		IF t.id IS NULL THEN
			UPDATE conversations v SET has_early_changes = true WHERE v.org_id = org AND v.id = e.conversation_id
				AND NOT v.has_early_changes;
		END IF;
		CONTINUE WHEN t.id IS NULL OR t.direction <> e.direction OR t.conversation_id <> e.conversation_id
			OR t.metadata ? 'deleted';
		IF e.kind = 'revoke' THEN
			UPDATE messages m SET body = NULL, text_like = false,
				metadata = jsonb_strip_nulls(jsonb_build_object('writer', t.metadata->'writer', 'deleted',
				jsonb_build_object('at', at)))
				WHERE m.org_id = org AND m.id = t.id;
			UPDATE attachments a SET state = 'lost', reason = 'deleted', sha256 = NULL, file_name = NULL, lease_until = NULL,
				reading = CASE WHEN a.reading = 'waiting' THEN 'failed' ELSE a.reading END
				WHERE a.org_id = org AND a.message_id = t.id;
			PERFORM deskbell_forget_words(org, t.conversation_id);
			UPDATE messages m SET body = NULL
				WHERE m.org_id = org AND m.conversation_id = t.conversation_id AND m.id > t.id AND m.kind = 'edit'
					AND m.reply_to = e.reply_to AND m.channel_id = e.channel_id;
			UPDATE answer_jobs j SET messages = array_remove(j.messages, t.id) WHERE j.org_id = org
				AND j.conversation_id = t.conversation_id AND t.id = ANY (j.messages);
			DELETE FROM answer_jobs j WHERE j.org_id = org AND j.conversation_id = t.conversation_id AND j.messages = '{}';
		ELSIF e.metadata ? 'location' AND coalesce((t.metadata->>'edited_at')::bigint, 0) <= at THEN
			UPDATE messages m SET metadata = coalesce(t.metadata, '{}')
				|| jsonb_build_object('location', e.metadata->'location', 'edited_at', at) WHERE m.org_id = org AND m.id = t.id;
			DELETE FROM messages m WHERE m.org_id = org AND m.id = e.id;
		ELSIF e.body IS DISTINCT FROM t.body AND coalesce((t.metadata->>'edited_at')::bigint, 0) <= at THEN
			UPDATE messages m SET body = e.body, text_like = t.direction = 'inbound' AND (t.text_like OR t.body IS NULL)
				AND coalesce(e.body, '') <> '',
				metadata = coalesce(t.metadata, '{}') || jsonb_build_object('edited_at', at, 'history', deskbell_history(t, at))
				WHERE m.org_id = org AND m.id = t.id;
			PERFORM deskbell_forget_words(org, t.conversation_id);
			-- The new row in the job makes its commit work it out again (deskbell_commit_answer).
			UPDATE answer_jobs j SET messages = j.messages || e.id WHERE j.org_id = org AND j.conversation_id = t.conversation_id
				AND t.id = ANY (j.messages);
		END IF;
	END LOOP;
END $$;

-- The events among the messages of `talks` that name one of the new items: they came before it.
CREATE OR REPLACE FUNCTION deskbell_early_changes(org bigint, talks bigint[], items receive_item[]) RETURNS bigint[]
LANGUAGE sql STABLE AS $$
	SELECT array_agg(e.id) FROM messages e WHERE e.org_id = org AND e.conversation_id = ANY (talks)
		AND e.kind IN ('edit', 'revoke') AND e.reply_to IN (SELECT i.provider_id FROM unnest(items) i)
$$;

-- Names that messages bring; the latest counts. A name that an operator gave stays.
CREATE OR REPLACE FUNCTION deskbell_rename_contacts(org bigint, items receive_item[], talks bigint[]) RETURNS void
LANGUAGE sql AS $$
	WITH renamed AS (UPDATE contacts c SET
			name = CASE WHEN c.profile_name IS NULL THEN coalesce(n.name, c.name) ELSE c.name END,
			username = coalesce(n.username, c.username),
			profile_name = CASE WHEN c.profile_name IS NOT NULL THEN coalesce(n.name, c.profile_name) END
		FROM (SELECT org AS org_id, p.contact, (array_agg(p.name ORDER BY p.at DESC) FILTER (WHERE p.name <> ''))[1] AS name,
				(array_agg(p.username ORDER BY p.at DESC) FILTER (WHERE p.username <> ''))[1] AS username
			FROM (SELECT r.name, r.username, r.at,
				(SELECT v.contact_id FROM conversations v WHERE v.org_id = org AND v.id = r.talk) AS contact
				FROM (SELECT r.name, r.username, r.at, talks[r.ordinality] AS talk FROM unnest(items) WITH ORDINALITY r
					WHERE (r.name <> '' OR r.username <> '') AND r.is_quiet IS NOT TRUE OFFSET 0) r) p
			GROUP BY p.contact ORDER BY p.contact) n
		WHERE c.org_id = n.org_id AND c.id = n.contact
			AND (coalesce(c.profile_name, c.name) IS DISTINCT FROM coalesce(n.name, c.profile_name, c.name)
				OR c.username IS DISTINCT FROM coalesce(n.username, c.username))
		RETURNING c.id)
	SELECT deskbell_index_contacts(org, ARRAY(SELECT id FROM renamed))
$$;

-- Whether all these identities are those of the contact.
CREATE OR REPLACE FUNCTION deskbell_all_lead_to(org bigint, channel bigint, kinds text[], identities text[],
	contact bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT bool_and((SELECT ci.contact_id FROM contact_identities ci
		WHERE ci.org_id = org AND ci.channel_id = channel AND ci.kind = e.kind AND ci.value = e.value) IS NOT DISTINCT
			FROM contact)
	FROM unnest(kinds, identities) e(kind, value)
$$;

-- Finds, completes or makes the people who are not known by all their identities, and their conversations; erased ones
-- have none, and neither have messages that are there already. In order, so that two calls that meet the same people do
-- not lock each other out.
CREATE OR REPLACE FUNCTION deskbell_meet(org bigint, items receive_item[], ids bigint[], known receive_known[])
RETURNS receive_known[]
LANGUAGE plpgsql AS $$
DECLARE
	place integer;
	-- Of one message that is there twice, the first one counts: who is named by the other one only has written nothing.
	places integer[] := ARRAY(SELECT r.place FROM (SELECT i.ordinality AS place, i.channel, i.provider_id, i.id_values,
			row_number() OVER (PARTITION BY i.channel, i.provider_id ORDER BY i.ordinality) AS nth
			FROM unnest(items) WITH ORDINALITY i WHERE ids[i.ordinality] IS NOT NULL) r
		WHERE r.nth = 1 AND (known[r.place]).conversation IS NULL
			AND NOT deskbell_is_forgotten(org, r.channel, r.provider_id)
		ORDER BY r.channel, r.id_values);
	talks bigint[];
	talk bigint;
	i receive_item;
	same receive_item;
	k receive_known;
BEGIN
	PERFORM deskbell_lock_people(array_agg(r.channel), array_agg(n.name))
		FROM unnest(items) WITH ORDINALITY r CROSS JOIN LATERAL unnest(r.id_values || r.renamed_from) n(name)
		WHERE r.ordinality = ANY (places);
	FOREACH place IN ARRAY places LOOP
		i := items[place];
		-- Of what is imported, thousands come of one person.
		IF i.is_quiet AND (i.channel, i.id_kinds, i.id_values) IS NOT DISTINCT
			FROM (same.channel, same.id_kinds, same.id_values) THEN
			talks[place] := talk;
			CONTINUE;
		END IF;
		-- A message that is there already changes nothing, whatever has become of its writer since.
		CONTINUE WHEN EXISTS (SELECT 1 FROM messages m WHERE m.org_id = org AND m.channel_id = i.channel
			AND m.provider_id = i.provider_id);
		talk := deskbell_conversation_for(org, i);
		talks[place] := talk;
		same := i;
	END LOOP;
	-- As they are when all have been met: one may have been merged into another.
	FOREACH place IN ARRAY places LOOP
		SELECT v.id, v.contact_phone, true, c.blocked_at IS NOT NULL INTO k
			FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
			WHERE v.org_id = org AND v.id = talks[place];
		known[place] := k;
	END LOOP;
	RETURN known;
END $$;

-- What messages change in their conversations, in the order of the conversations: they are locked in it. Of a contact
-- that is blocked, what it sends is stored, and nothing else happens. A loop and no aggregates: a statement with so
-- many of them costs more to start than a message to store.
CREATE OR REPLACE FUNCTION deskbell_moves(org bigint, items receive_item[], ids bigint[], known receive_known[])
RETURNS receive_move[]
LANGUAGE plpgsql AS $$
DECLARE
	places integer[] := ARRAY[1];
	place integer;
	i receive_item;
	k receive_known;
	m receive_move;
	moves receive_move[] := '{}';
BEGIN
	IF cardinality(items) > 1 THEN
		places := ARRAY(SELECT p FROM generate_subscripts(items, 1) p WHERE (known[p]).conversation IS NOT NULL
			ORDER BY (known[p]).conversation, ids[p]);
	END IF;
	FOREACH place IN ARRAY places LOOP
		i := items[place];
		k := known[place];
		IF m.conversation IS DISTINCT FROM k.conversation THEN
			IF m.conversation IS NOT NULL THEN
				moves := moves || m;
			END IF;
			m := (org, k.conversation, NULL, 0, false, false, false, false, NULL, NULL, NULL, NULL);
		END IF;
		IF i.direction = 'inbound' AND i.phone IS NOT NULL AND i.is_quiet IS NOT TRUE THEN
			m.phone := nullif(i.phone, k.phone); -- of several numbers of one person the one that was used last
		END IF;
		CONTINUE WHEN k.is_blocked AND i.direction = 'inbound';
		IF i.is_event IS NOT TRUE THEN
			m.is_said := true;
			m.unread := m.unread + (i.direction = 'inbound' AND i.held IS NOT TRUE)::integer;
		END IF;
		IF i.opens_window THEN
			m.inbound_at := greatest(m.inbound_at, least(to_timestamp(i.at), now()));
			m.is_spoken := m.is_spoken OR i.held IS NOT TRUE;
			m.is_unreadable := m.is_unreadable OR i.text_like IS FALSE AND i.held IS NOT TRUE;
		END IF;
		IF i.wants_answer THEN
			m.to_answer := m.to_answer || ids[place];
		END IF;
		IF i.takes_over THEN
			-- What the phone sends within five seconds of the customer's message is its automatic greeting.
			m.takes_over := m.takes_over OR (i.at - extract(epoch FROM (SELECT v.last_inbound_at FROM conversations v
				WHERE v.org_id = org AND v.id = k.conversation)) BETWEEN 0 AND 5) IS NOT TRUE;
		END IF;
		m.attention := coalesce(i.attention, m.attention);
		m.held := coalesce(i.held, m.held);
	END LOOP;
	RETURN moves || m;
END $$;

-- Stores the items that are messages: those with an id. `known` says next to them whose they are.
CREATE OR REPLACE FUNCTION deskbell_store(org bigint, items receive_item[], ids bigint[], known receive_known[],
	debounce_ms integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	answer_at timestamptz := now() + debounce_ms * interval '1 millisecond';
	i receive_item;
	tagged bigint[];
	begun bigint[];
	early bigint[];
	talks bigint[];
	stored bigint[];
	moves receive_move[];
	m receive_move;
	inserted integer;
	n integer := 0;
	new_names boolean := false;
	has_changes boolean := false;
	has_blocks boolean := false;
	has_files boolean := false;
	has_past boolean := false;
	has_assignees boolean;
	searched bigint[] := '{}';
	renumbered bigint[];
	renamed bigint[];
	works text[];
	times timestamptz[];
BEGIN
	FOR place IN 1 .. cardinality(items) LOOP
		IF ids[place] IS NOT NULL AND (known[place]).conversation IS NULL THEN
			known := deskbell_meet(org, items, ids, known);
			EXIT;
		END IF;
	END LOOP;
	FOR place IN 1 .. cardinality(items) LOOP
		talks[place] := (known[place]).conversation; -- without: no message, or of a contact that was erased
		n := n + (talks[place] IS NOT NULL)::integer;
		has_past := has_past OR (items[place]).is_quiet IS TRUE;
	END LOOP;

	INSERT INTO messages (org_id, id, conversation_id, channel_id, direction, sender, kind, body, text_like,
			provider_id, provider_time, status, status_at, error, reply_to, metadata, created_at)
		OVERRIDING SYSTEM VALUE
		SELECT org, ids[r.ordinality], talks[r.ordinality], r.channel, r.direction, r.sender, r.kind, r.body, r.text_like,
			r.provider_id, to_timestamp(r.at),
			coalesce(r.status, CASE r.direction WHEN 'inbound' THEN 'received' ELSE 'sent' END), to_timestamp(r.at), r.error,
			r.reply_to, r.metadata, CASE WHEN r.is_quiet THEN to_timestamp(r.at) ELSE now() END
		FROM unnest(items) WITH ORDINALITY r WHERE talks[r.ordinality] IS NOT NULL
		ORDER BY r.channel, r.provider_id, r.ordinality
		ON CONFLICT (org_id, channel_id, provider_id) DO NOTHING;
	GET DIAGNOSTICS inserted = ROW_COUNT;
	IF has_past THEN
		PERFORM deskbell_note_past(org, items, talks);
	END IF;
	IF inserted < n THEN -- the others are there already, or twice in this group
		ids := deskbell_make_present(org, items, talks, ids);
		stored := ARRAY(SELECT s.id FROM messages s WHERE s.org_id = org AND s.id = ANY (ids));
		inserted := cardinality(stored);
		FOR place IN 1 .. cardinality(items) LOOP
			IF ids[place] = ANY (stored) IS NOT TRUE THEN
				known[place] := NULL;
				talks[place] := NULL;
			END IF;
		END LOOP;
	END IF;

	IF inserted = 0 THEN
		RETURN 0;
	END IF;
	FOR place IN 1 .. cardinality(items) LOOP
		CONTINUE WHEN talks[place] IS NULL;
		i := items[place];
		IF i.body <> '' THEN
			searched := searched || ids[place];
		END IF;
		new_names := new_names OR (known[place]).is_renamed;
		has_changes := has_changes OR i.kind IN ('edit', 'revoke');
		has_blocks := has_blocks OR i.blocked IS NOT NULL;
		has_files := has_files OR i.files IS NOT NULL;
	END LOOP;

	moves := deskbell_moves(org, items, ids, known);
	WITH moved AS (UPDATE conversations v SET
			last_inbound_at = greatest(v.last_inbound_at, x.inbound_at),
			is_cut_off = v.is_cut_off AND x.inbound_at IS NULL,
			last_message_at = CASE WHEN x.is_said THEN now() ELSE v.last_message_at END,
			is_open = v.is_open OR x.is_said,
			snoozed_until = CASE WHEN x.is_said THEN NULL ELSE v.snoozed_until END,
			waiting_since = CASE WHEN NOT x.takes_over THEN coalesce(v.waiting_since,
				CASE WHEN x.attention IS NOT NULL OR x.is_spoken AND (v.agent = 'operator' OR x.is_unreadable) THEN now() END) END,
			needs_attention = v.needs_attention OR x.attention IS NOT NULL,
			attention_reason = coalesce(CASE WHEN v.needs_attention
				THEN v.attention_reason END, x.attention, v.attention_reason),
			unread = CASE WHEN x.takes_over THEN 0 ELSE v.unread + x.unread END,
			agent = CASE WHEN x.takes_over THEN 'operator' ELSE v.agent END,
			contact_phone = coalesce(x.phone, v.contact_phone),
			is_held = coalesce(x.held, v.is_held), -- an answer that is being worked out is not sent next to the agent's
			version = v.version + (x.takes_over OR x.held IS TRUE AND NOT v.is_held)::integer
		FROM unnest(moves) x
		WHERE v.org_id = x.org_id AND v.id = x.conversation
		RETURNING v.id, v.assignee_id IS NOT NULL AND v.waiting_since IS NOT NULL AS is_assigned, v.may_have_tags,
			v.has_early_changes,
			-- What waits now and did not before: a statement sees rows as they were when it began.
			CASE WHEN v.waiting_since IS NOT NULL AND v.is_open THEN NOT EXISTS (SELECT 1 FROM conversations o
				WHERE o.org_id = org AND o.id = v.id AND o.waiting_since IS NOT NULL AND o.is_open) END AS begins)
		SELECT bool_or(is_assigned), array_agg(id) FILTER (WHERE may_have_tags), array_agg(id) FILTER (WHERE begins),
			array_agg(id) FILTER (WHERE has_early_changes)
		INTO has_assignees, tagged, begun, early FROM moved;
	IF tagged IS NOT NULL THEN
		PERFORM deskbell_list_tags(org, tagged);
	END IF;
	IF begun IS NOT NULL THEN
		PERFORM deskbell_ring_waiting(org, begun);
	END IF;

	FOREACH m IN ARRAY moves LOOP
		IF m.to_answer IS NOT NULL THEN
			works := ARRAY['answer'];
			times := ARRAY[answer_at];
		END IF;
		IF m.phone IS NOT NULL THEN
			renumbered := renumbered || m.conversation;
		END IF;
	END LOOP;
	IF works IS NOT NULL THEN
		INSERT INTO answer_jobs (org_id, conversation_id, messages, first_due_at, due_at)
			SELECT org, x.conversation, x.to_answer, answer_at, answer_at FROM unnest(moves) x WHERE x.to_answer IS NOT NULL
			ON CONFLICT (org_id, conversation_id) DO UPDATE SET
				messages = answer_jobs.messages || excluded.messages,
				due_at = least(excluded.due_at, answer_jobs.first_due_at + 4 * debounce_ms * interval '1 millisecond');
	END IF;

	IF has_changes THEN
		PERFORM deskbell_change_messages(org, ids);
	END IF;
	IF early IS NOT NULL THEN
		PERFORM deskbell_change_messages(org, deskbell_early_changes(org, early, items));
	END IF;
	IF has_blocks THEN
		PERFORM deskbell_note_blocks(org, items, talks);
	END IF;
	IF has_files THEN
		PERFORM deskbell_add_attachments(org, items, talks, ids);
	END IF;
	IF renumbered IS NOT NULL THEN
		PERFORM deskbell_index(org, 'contact', renumbered);
	END IF;
	IF new_names THEN
		PERFORM deskbell_rename_contacts(org, items, talks);
	END IF;
	IF searched <> '{}' THEN
		INSERT INTO search_queue (org_id, kind, subject) SELECT org, 'message', s FROM unnest(searched) s;
		works := works || 'search'::text;
		times := times || now();
	END IF;
	PERFORM deskbell_due(org, 'sweep', now() + deskbell_reminder());
	IF has_assignees THEN -- who may be away (deskbell_hand_on)
		works := works || 'sweep'::text;
		times := times || now() + interval '1 second';
	END IF;
	IF works IS NOT NULL THEN
		PERFORM deskbell_due_each(org, works, times);
	END IF;
	RETURN inserted;
END $$;

-- Names from the phone's address book, for contacts that have none; of two the first. A number that has got another
-- owner, as the business-scoped ids show, names no contact.
CREATE OR REPLACE FUNCTION deskbell_name_contacts(org bigint, items receive_item[]) RETURNS void
LANGUAGE sql AS $$
	WITH named AS (UPDATE contacts c SET name = n.name FROM (
		SELECT DISTINCT ON (x.contact) x.contact, x.name FROM (
			SELECT i.name, i.ordinality, coalesce(deskbell_contact_of(org, i.channel, 'bsuid', i.bsuid),
				CASE WHEN i.bsuid IS NULL OR deskbell_other_owner(org, i.channel, i.number, i.bsuid) IS NULL
					THEN deskbell_contact_of(org, i.channel, 'wa_id', i.number) END) AS contact
			FROM (SELECT r.channel, r.name, r.ordinality, r.id_values[array_position(r.id_kinds, 'bsuid')] AS bsuid,
				r.id_values[array_position(r.id_kinds, 'wa_id')] AS number
				FROM unnest(items) WITH ORDINALITY r WHERE r.op = 'contact') i) x
		WHERE x.contact IS NOT NULL ORDER BY x.contact, x.ordinality) n
	WHERE c.org_id = org AND c.id = n.contact AND coalesce(c.name, '') = '' AND n.name <> '' RETURNING c.id)
	SELECT deskbell_index_contacts(org, ARRAY(SELECT id FROM named))
$$;

-- The call of the webhook program for one organization. `batch` is a JSON array of receive_item; `sender_alive` tells
-- whether some sender has sent a heartbeat in the last 5 seconds.
CREATE OR REPLACE FUNCTION deskbell_receive(org bigint, batch jsonb, debounce_ms integer, OUT inserted integer,
	OUT statuses integer, OUT sender_alive boolean)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
	SET jit = off AS $$
DECLARE
	-- no statement of its own
	scope text := set_config('deskbell.org', org::text, true) || set_config('deskbell.scope', '', true);
	items receive_item[];
	ops text[];
	ids bigint[];
	known receive_known[];
BEGIN
	-- Ids are drawn in the order of the delivery: equal provider times keep that order. Known people: all their
	-- identities are there, all of one contact, and the conversation exists.
	SELECT array_agg(i), array_agg(i.op), array_agg(CASE WHEN i.op <> 'message' THEN NULL
				WHEN i.is_quiet THEN deskbell_past_id(i.at, nextval('messages_id_seq')) ELSE nextval('messages_id_seq') END),
			array_agg(CASE WHEN i.op = 'message' AND i.renamed_from IS NULL THEN (
				SELECT (v.id, v.contact_phone, i.name <> '' AND coalesce(c.profile_name, c.name) IS DISTINCT FROM i.name
					OR i.username <> '' AND c.username IS DISTINCT FROM i.username, c.blocked_at IS NOT NULL)::receive_known
				FROM (SELECT ci.org_id, ci.contact_id AS id FROM contact_identities ci
					WHERE ci.org_id = org AND ci.channel_id = i.channel AND ci.kind = i.id_kinds[1] AND ci.value = i.id_values[1]
						AND (cardinality(i.id_kinds) = 1 OR ci.contact_id = (
							SELECT also.contact_id FROM contact_identities also
							WHERE also.org_id = org AND also.channel_id = i.channel AND also.kind = i.id_kinds[2]
								AND also.value = i.id_values[2]))
						AND (cardinality(i.id_kinds) <= 2
							OR deskbell_all_lead_to(org, i.channel, i.id_kinds, i.id_values, ci.contact_id)) OFFSET 0) who
				JOIN contacts c ON c.org_id = who.org_id AND c.id = who.id
				JOIN conversations v ON v.org_id = who.org_id AND v.contact_id = who.id AND v.channel_id = i.channel) END)
		INTO items, ops, ids, known FROM jsonb_populate_recordset(NULL::receive_item, batch) i;
	inserted := 0;
	statuses := 0;
	IF 'message' = ANY (ops) THEN
		inserted := deskbell_store(org, items, ids, known, debounce_ms);
	END IF;
	IF 'status' = ANY (ops) THEN
		statuses := deskbell_apply_statuses(org, items);
	END IF;
	IF 'contact' = ANY (ops) THEN
		PERFORM deskbell_name_contacts(org, items);
	END IF;
	IF ops && ARRAY['quarantine', 'verified', 'field'] THEN
		PERFORM deskbell_receive_rare(org, items);
	END IF;
	sender_alive := EXISTS (SELECT 1 FROM heartbeats WHERE beat_at > clock_timestamp() - interval '5 seconds');
END $$;

-- Records a verification or a refused delivery and keeps the last 50 of each channel (500 of those that name none).
CREATE OR REPLACE FUNCTION deskbell_log_webhook(a_org bigint, a_channel bigint, a_platform text, a_kind text,
	a_accepted boolean, a_reason text, a_remote text)
RETURNS void LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	IF a_org IS NULL THEN
		PERFORM set_config('deskbell.scope', 'system', true);
		INSERT INTO unknown_deliveries (platform, kind, reason, remote_address)
			VALUES (a_platform, a_kind, as_reason(a_reason), left(a_remote, 64));
		DELETE FROM unknown_deliveries WHERE id <= (SELECT id FROM unknown_deliveries ORDER BY id DESC OFFSET 500 LIMIT 1);
		RETURN;
	END IF;
	PERFORM set_config('deskbell.org', a_org::text, true), set_config('deskbell.scope', '', true);
	INSERT INTO webhook_log (org_id, channel_id, platform, kind, accepted, reason, remote_address)
		VALUES (a_org, a_channel, a_platform, a_kind, a_accepted, as_reason(a_reason), left(a_remote, 64));
	DELETE FROM webhook_log WHERE org_id = a_org AND channel_id = a_channel AND id <= (
		SELECT id FROM webhook_log WHERE org_id = a_org AND channel_id = a_channel ORDER BY id DESC OFFSET 50 LIMIT 1);
	IF a_kind = 'verification' AND a_accepted THEN
		UPDATE channels SET updated_at = now(), config = config || jsonb_build_object('webhook_verified_at',
				to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
			WHERE org_id = a_org AND id = a_channel;
	END IF;
END $$;

-- When a platform last asked to verify an address with a token that no channel has, within the last hour: for an
-- organisation whose channel waits to be verified. NULL: never.
CREATE OR REPLACE FUNCTION deskbell_stray_verification(a_org bigint, a_platform text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
	found timestamptz;
BEGIN
	PERFORM deskbell_require_admin(a_org);
	IF NOT EXISTS (SELECT 1 FROM channels c WHERE c.org_id = a_org AND c.platform = a_platform
		AND c.disconnected_at IS NULL AND c.status = 'pending') THEN
		RETURN NULL;
	END IF;
	PERFORM set_config('deskbell.scope', 'system', true);
	found := (SELECT max(w.at) FROM unknown_deliveries w
		WHERE w.kind = 'verification' AND w.platform = a_platform AND w.at > now() - interval '1 hour');
	PERFORM set_config('deskbell.scope', before, true);
	RETURN found;
END $$;

-- What the receiver must know of the channels a delivery may belong to. The address book says which they are: by phone
-- number id, else by business account, else by verify digest; without any of them those whose secret may have signed
-- it, at most `most`. Then each organisation is asked for its own channel.
CREATE OR REPLACE FUNCTION deskbell_channels_for(a_platform text, a_external text, a_account text, a_digests bytea[],
	most integer)
RETURNS TABLE (org_id bigint, channel_id bigint, external_id text, account_id text, status text, config jsonb,
	verify_digest bytea)
LANGUAGE plpgsql ROWS 1 SET jit = off AS $$
#variable_conflict use_column
DECLARE
	addresses channel_addresses[];
	a channel_addresses;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	addresses := ARRAY(SELECT b FROM channel_addresses b
		WHERE b.platform = a_platform
			AND (a_external IS NULL OR b.external_id = a_external)
			AND (a_account IS NULL OR b.account_id = a_account)
			AND (a_digests IS NULL OR b.verify_digest = ANY (a_digests))
			AND (NOT b.is_claimed OR NOT EXISTS (SELECT 1 FROM channel_addresses p WHERE p.platform = b.platform
				AND NOT p.is_claimed
				AND (p.external_id = b.external_id OR (a_account IS NOT NULL AND p.account_id = b.account_id))))
		ORDER BY b.org_id, b.channel_id LIMIT most);
	PERFORM set_config('deskbell.scope', '', true);
	FOREACH a IN ARRAY addresses LOOP
		PERFORM set_config('deskbell.org', a.org_id::text, true);
		RETURN QUERY SELECT c.org_id, c.id, c.external_id, c.account_id, c.status, c.config, c.verify_digest FROM channels c
			WHERE c.org_id = a.org_id AND c.id = a.channel_id AND c.disconnected_at IS NULL;
	END LOOP;
END $$;

-- Whether another organisation has it, and has not only claimed it.
CREATE OR REPLACE FUNCTION deskbell_channel_is_taken(a_org bigint, a_platform text, a_external text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
	taken boolean;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	taken := EXISTS (SELECT 1 FROM channel_addresses a WHERE a.platform = a_platform AND a.external_id = a_external
		AND a.org_id <> a_org AND NOT a.is_claimed);
	PERFORM set_config('deskbell.scope', before, true);
	RETURN taken;
END $$;
