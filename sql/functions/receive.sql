-- Stores what webhook deliveries of one organization held: any number of items in one call, one statement. The receiver sends the calls of several organizations as one
-- transaction (src/domain/inbound/intake.c).
--
-- Everything is harmless when it comes again: messages are unique by (org, channel, provider id) and only rows that are really new move the
-- conversation and its answer job. Rows are touched in key order (messages, conversations, jobs), and the receiver sorts its calls by organization, so that concurrent
-- calls wait but do not lock each other out.
--
-- What is joined carries the organization as a column: compared with the argument, a plan may walk through all rows of the organization where statistics say that there are
-- few.

-- The uncommon items: quarantine, first valid delivery of a channel.
CREATE OR REPLACE FUNCTION deskbell_receive_rare(org bigint, items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO quarantine (org_id, channel_id, kind, reason, payload, digest)
		SELECT org, i.channel, i.kind, as_reason(i.reason), i.payload, sha256(convert_to(i.kind || ' ', 'UTF8') || i.payload)
		FROM unnest(items) i WHERE i.op = 'quarantine'
		ORDER BY 2, 6 ON CONFLICT (org_id, channel_id, digest) DO NOTHING;
	UPDATE channels c SET fields = c.fields || f.fields
		FROM (SELECT x.channel, jsonb_object_agg(x.kind, jsonb_build_object('n', x.n + coalesce((was.field->>'n')::bigint, 0), 'last', extract(epoch FROM now())::bigint,
				'shape', coalesce(was.field->'shape', x.shape))) AS fields
			FROM (SELECT i.channel, i.kind, count(*) AS n, (array_agg(i.metadata) FILTER (WHERE i.metadata IS NOT NULL))[1] AS shape
				FROM unnest(items) i WHERE i.op = 'field' AND i.kind <> '' GROUP BY i.channel, i.kind) x
			JOIN channels o ON o.org_id = org AND o.id = x.channel CROSS JOIN LATERAL (SELECT o.fields->x.kind AS field) was
			-- Fields are few; a platform that invents names adds no more than a hundred.
			WHERE was.field IS NOT NULL OR (SELECT count(*) FROM jsonb_object_keys(o.fields)) < 100
			GROUP BY x.channel ORDER BY x.channel) f
		WHERE c.org_id = org AND c.id = f.channel;
	-- An event of the account stops the channel as a refused message does (deskbell_note_channels): it is paused, and tried with one message after the pause.
	UPDATE channels c SET status = 'error', status_reason = as_reason(f.reason), pauses = c.pauses + 1, paused_until = greatest(c.paused_until, now() + interval '1 minute'), updated_at = now()
		FROM (SELECT DISTINCT ON (i.channel) i.channel, i.status, i.reason FROM unnest(items) WITH ORDINALITY i WHERE i.op = 'field' AND i.status IS NOT NULL
			ORDER BY i.channel, i.ordinality DESC) f
		WHERE c.org_id = org AND c.id = f.channel AND f.status = 'broken';
	PERFORM deskbell_resume_channels(org, ARRAY(
		SELECT c.id FROM (SELECT DISTINCT ON (i.channel) i.channel, i.status FROM unnest(items) WITH ORDINALITY i WHERE i.op = 'field' AND i.status IS NOT NULL
			ORDER BY i.channel, i.ordinality DESC) f JOIN channels c ON c.org_id = org AND c.id = f.channel
		WHERE f.status = 'restored' AND c.status = 'error'));
	UPDATE channels c SET status = 'verified', status_reason = NULL, updated_at = now(),
			config = c.config || jsonb_build_object('webhook_verified_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		FROM (SELECT DISTINCT org AS org_id, i.channel FROM unnest(items) i WHERE i.op = 'verified' ORDER BY 2) v
		WHERE c.org_id = v.org_id AND c.id = v.channel AND c.status = 'pending';
END $$;

-- People who block the business, or no longer do; the latest news counts, whatever the order in which they come. `talks` are the items' conversations.
CREATE OR REPLACE FUNCTION deskbell_note_blocks(org bigint, items receive_item[], talks bigint[]) RETURNS void
LANGUAGE sql AS $$
	UPDATE contacts c SET has_blocked_us = b.blocked, block_changed_at = to_timestamp(b.at)
		FROM (SELECT DISTINCT ON (p.contact) org AS org_id, p.* FROM (
				SELECT i.blocked, i.at, i.ordinality, (SELECT v.contact_id FROM conversations v WHERE v.org_id = org AND v.id = i.talk) AS contact
				FROM (SELECT i.blocked, i.at, i.ordinality, talks[i.ordinality] AS talk FROM unnest(items) WITH ORDINALITY i
					WHERE i.blocked IS NOT NULL OFFSET 0) i) p
			ORDER BY p.contact, p.at DESC, p.ordinality DESC) b
		WHERE c.org_id = b.org_id AND c.id = b.contact AND (c.block_changed_at IS NULL OR c.block_changed_at <= to_timestamp(b.at))
$$;

-- The texts that a message had before, the first one and the last nineteen, each with the Unix second until which it stood.
CREATE OR REPLACE FUNCTION deskbell_history(m messages, until bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_agg(h.item ORDER BY h.n) FROM (
		SELECT x.item, x.n, count(*) OVER () AS total FROM jsonb_array_elements(coalesce(m.metadata->'history', '[]')
			|| jsonb_build_array(jsonb_build_object('until', until, 'text', left(m.body, 4096)))) WITH ORDINALITY x(item, n)) h
	WHERE h.n = 1 OR h.n > h.total - 19
$$;

-- Edits and deletions happen in place: the message that an event names has the new text and keeps the earlier ones, or is a tombstone. `events` are the ids of rows that are
-- new, others among them do not matter. The latest edit counts, in whatever order they come. An answer that is being worked out is worked out again with the text as it
-- is now. A step of a live location leaves no row of its own.
CREATE OR REPLACE FUNCTION deskbell_change_messages(org bigint, events bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	e messages;
	t messages;
	at bigint;
BEGIN
	FOR e IN SELECT m.* FROM unnest(events) x(id) JOIN messages m ON m.org_id = org AND m.id = x.id WHERE m.kind IN ('edit', 'revoke') ORDER BY m.provider_time, m.id LOOP
		at := extract(epoch FROM e.provider_time);
		SELECT * INTO t FROM messages m WHERE m.org_id = org AND m.channel_id = e.channel_id AND m.provider_id = e.reply_to FOR NO KEY UPDATE;
		CONTINUE WHEN t.id IS NULL OR t.direction <> e.direction OR t.conversation_id <> e.conversation_id OR t.metadata ? 'deleted';
		IF e.kind = 'revoke' THEN
			UPDATE messages m SET body = NULL, text_like = false, metadata = jsonb_strip_nulls(jsonb_build_object('writer', t.metadata->'writer', 'deleted', jsonb_build_object('at', at)))
				WHERE m.org_id = org AND m.id = t.id;
			PERFORM deskbell_forget_words(org, t.conversation_id);
			UPDATE messages m SET body = NULL
				WHERE m.org_id = org AND m.conversation_id = t.conversation_id AND m.id > t.id AND m.kind = 'edit' AND m.reply_to = e.reply_to AND m.channel_id = e.channel_id;
			UPDATE answer_jobs j SET messages = array_remove(j.messages, t.id) WHERE j.org_id = org AND j.conversation_id = t.conversation_id AND t.id = ANY (j.messages);
			DELETE FROM answer_jobs j WHERE j.org_id = org AND j.conversation_id = t.conversation_id AND j.messages = '{}';
		ELSIF e.metadata ? 'location' AND coalesce((t.metadata->>'edited_at')::bigint, 0) <= at THEN
			UPDATE messages m SET metadata = coalesce(t.metadata, '{}') || jsonb_build_object('location', e.metadata->'location', 'edited_at', at) WHERE m.org_id = org AND m.id = t.id;
			DELETE FROM messages m WHERE m.org_id = org AND m.id = e.id;
		ELSIF e.body IS DISTINCT FROM t.body AND coalesce((t.metadata->>'edited_at')::bigint, 0) <= at THEN
			UPDATE messages m SET body = e.body, text_like = t.direction = 'inbound' AND (t.text_like OR t.body IS NULL) AND coalesce(e.body, '') <> '',
				metadata = coalesce(t.metadata, '{}') || jsonb_build_object('edited_at', at, 'history', deskbell_history(t, at))
				WHERE m.org_id = org AND m.id = t.id;
			PERFORM deskbell_forget_words(org, t.conversation_id);
			-- The new row in the job makes its commit work it out again (deskbell_commit_answer).
			UPDATE answer_jobs j SET messages = j.messages || e.id WHERE j.org_id = org AND j.conversation_id = t.conversation_id AND t.id = ANY (j.messages);
		END IF;
	END LOOP;
END $$;

-- Of a contact that is blocked, what it sends is stored, and nothing else happens.
CREATE OR REPLACE FUNCTION deskbell_hush(items receive_item[], blocked boolean[]) RETURNS receive_item[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	i receive_item;
BEGIN
	FOR n IN 1 .. cardinality(items) LOOP
		i := items[n];
		IF blocked[n] AND i.direction = 'inbound' THEN
			i.is_event := true;
			i.wants_answer := false;
			i.opens_window := false;
			i.attention := NULL;
			i.held := NULL;
			items[n] := i;
		END IF;
	END LOOP;
	RETURN items;
END $$;

CREATE OR REPLACE FUNCTION deskbell_store(org bigint, items receive_item[], debounce_ms integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	-- Next to each other, in key order: each message once, the id it gets, the conversation it belongs to.
	resolved receive_item[];
	ids bigint[];
	talks bigint[];
	blocked boolean[];
	new_names boolean;
	has_changes boolean;
	has_blocks boolean;
	has_files boolean;
	place integer;
	inserted integer;
	jobs_are_due boolean;
	renumbered bigint[];
	renamed bigint[];
	is_searched boolean;
	has_assignees boolean;
BEGIN
	-- A group of deliveries may hold one message twice: it counts once. Ids are drawn in the order of the delivery: equal provider times keep that order.
	-- Known people: all their identities are there, all of one contact, and the conversation exists.
	SELECT array_agg(known.item), array_agg(known.id), array_agg(known.talk), coalesce(bool_or(known.marks[1]), false), array_agg(coalesce(known.marks[2], false)),
			bool_or(known.kind IN ('edit', 'revoke')), bool_or(known.blocked IS NOT NULL), bool_or(known.files IS NOT NULL)
		INTO resolved, ids, talks, new_names, blocked, has_changes, has_blocks, has_files FROM (
		SELECT one.item, one.id, one.kind, one.blocked, one.files,
			(SELECT v.id FROM conversations v WHERE v.org_id = org AND v.channel_id = one.channel AND v.contact_id = one.contact) AS talk,
			(SELECT ARRAY[one.name <> '' AND coalesce(c.profile_name, c.name) IS DISTINCT FROM one.name OR one.username <> '' AND c.username IS DISTINCT FROM one.username,
					c.blocked_at IS NOT NULL]
				FROM contacts c WHERE c.org_id = org AND c.id = one.contact) AS marks
		FROM (
			SELECT DISTINCT ON (it.channel, it.provider_id) it.*, CASE WHEN it.renamed_from IS NULL THEN (
				SELECT CASE WHEN count(ci.id) = cardinality(it.id_kinds) AND min(ci.id) = max(ci.id) THEN min(ci.id) END FROM (
					SELECT (SELECT ci.contact_id FROM contact_identities ci
						WHERE ci.org_id = org AND ci.channel_id = it.channel AND ci.kind = e.kind AND ci.value = e.value) AS id
					FROM unnest(it.id_kinds, it.id_values) e(kind, value) OFFSET 0) ci) END AS contact
			FROM (SELECT u AS item, u.channel, u.provider_id, u.renamed_from, u.id_kinds, u.id_values, u.name, u.username, u.kind, u.blocked, u.files,
					nextval('messages_id_seq') AS id
				FROM unnest(items) u WHERE u.op = 'message' OFFSET 0) it
			ORDER BY it.channel, it.provider_id, it.id OFFSET 0) one) known;

	IF array_position(talks, NULL) IS NOT NULL THEN
		new_names := true;
		FOR place IN SELECT r.ordinality FROM unnest(resolved) WITH ORDINALITY r WHERE talks[r.ordinality] IS NULL
				AND NOT deskbell_is_forgotten(org, r.channel, r.provider_id) ORDER BY r.channel, r.id_values LOOP
			talks[place] := deskbell_conversation_for(org, resolved[place]);
			blocked[place] := EXISTS (SELECT 1 FROM conversations v JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id
				WHERE v.org_id = org AND v.id = talks[place] AND c.blocked_at IS NOT NULL);
		END LOOP;
	END IF;
	IF true = ANY (blocked) THEN
		resolved := deskbell_hush(resolved, blocked);
	END IF;

	WITH new AS (
		INSERT INTO messages (org_id, id, conversation_id, channel_id, direction, sender, kind, body, text_like, provider_id, provider_time,
				status, status_at, error, reply_to, metadata)
			OVERRIDING SYSTEM VALUE
			SELECT org, ids[r.ordinality], talks[r.ordinality], r.channel, r.direction, r.sender, r.kind, r.body, r.text_like, r.provider_id, to_timestamp(r.at),
				CASE r.direction WHEN 'inbound' THEN 'received' ELSE 'sent' END, to_timestamp(r.at), r.error, r.reply_to, r.metadata
			FROM unnest(resolved) WITH ORDINALITY r WHERE talks[r.ordinality] IS NOT NULL -- without: of a contact that was erased
			ON CONFLICT (org_id, channel_id, provider_id) DO NOTHING
			RETURNING id, body
	), searched AS (
		INSERT INTO search_queue (org_id, kind, subject) SELECT org, 'message', n.id FROM new n WHERE n.body <> '' RETURNING id
	), talk AS (
		-- "IS TRUE" keeps the test a hash table that is built once; as a join it would compare each with each.
		SELECT org AS org_id, r.talk AS conversation,
			max(least(r.at, extract(epoch FROM now()))) FILTER (WHERE r.opens_window) AS spoke_at,
			count(*) FILTER (WHERE r.direction = 'inbound' AND r.is_event IS NOT TRUE AND r.held IS NOT TRUE) AS unread,
			count(*) FILTER (WHERE r.is_event IS NOT TRUE) AS said, -- events neither reopen nor move the conversation
			(array_agg(r.attention ORDER BY ids[r.ordinality] DESC) FILTER (WHERE r.attention IS NOT NULL))[1] AS attention,
			array_agg(ids[r.ordinality] ORDER BY ids[r.ordinality]) FILTER (WHERE r.wants_answer) AS to_answer,
			-- What the phone sends within five seconds of the customer's message is its automatic greeting.
			coalesce(bool_or(r.takes_over AND (r.at - extract(epoch FROM (SELECT v.last_inbound_at FROM conversations v WHERE v.org_id = org AND v.id = r.talk))
				BETWEEN 0 AND 5) IS NOT TRUE), false) AS takes_over,
			(array_agg(r.held ORDER BY ids[r.ordinality] DESC) FILTER (WHERE r.held IS NOT NULL))[1] AS held,
			bool_or(r.opens_window AND r.held IS NOT TRUE) AS spoke_to_us,
			bool_or(r.opens_window AND NOT r.text_like AND r.held IS NOT TRUE) AS unreadable, -- for the bot: a picture, a voice message, an order
			-- of several numbers of one person the one that was used last
			(array_agg(r.phone ORDER BY ids[r.ordinality] DESC) FILTER (WHERE r.phone IS NOT NULL AND r.direction = 'inbound'))[1] AS phone,
			count(*) AS n
		FROM (SELECT r.*, talks[r.ordinality] AS talk FROM unnest(resolved) WITH ORDINALITY r OFFSET 0) r
		WHERE (ids[r.ordinality] IN (SELECT id FROM new)) IS TRUE
		GROUP BY r.talk
	), locked AS MATERIALIZED (
		SELECT talk.*, v.contact_phone AS phone_before FROM talk JOIN conversations v ON v.org_id = talk.org_id AND v.id = talk.conversation
		ORDER BY v.id FOR NO KEY UPDATE OF v
	), moved AS (
		UPDATE conversations v SET
			last_inbound_at = greatest(v.last_inbound_at, to_timestamp(talk.spoke_at)),
			is_cut_off = v.is_cut_off AND talk.spoke_at IS NULL,
			last_message_at = CASE WHEN talk.said > 0 THEN now() ELSE v.last_message_at END,
			is_open = v.is_open OR talk.said > 0,
			snoozed_until = CASE WHEN talk.said > 0 THEN NULL ELSE v.snoozed_until END,
			waiting_since = CASE WHEN NOT talk.takes_over THEN coalesce(v.waiting_since,
				CASE WHEN talk.attention IS NOT NULL OR talk.spoke_to_us AND (v.agent = 'operator' OR talk.unreadable) THEN now() END) END,
			needs_attention = v.needs_attention OR talk.attention IS NOT NULL,
			attention_reason = coalesce(CASE WHEN v.needs_attention THEN v.attention_reason END, talk.attention, v.attention_reason),
			unread = CASE WHEN talk.takes_over THEN 0 ELSE v.unread + talk.unread END,
			agent = CASE WHEN talk.takes_over THEN 'operator' ELSE v.agent END,
			contact_phone = coalesce(talk.phone, v.contact_phone),
			is_held = coalesce(talk.held, v.is_held), -- an answer that is being worked out is not sent next to the agent's
			version = v.version + (talk.takes_over OR talk.held IS TRUE AND NOT v.is_held)::integer
		FROM locked talk
		WHERE v.org_id = talk.org_id AND v.id = talk.conversation
		RETURNING v.id, talk.to_answer, talk.n, v.contact_phone IS DISTINCT FROM talk.phone_before AS is_renumbered,
			v.assignee_id IS NOT NULL AND v.waiting_since IS NOT NULL AS assigned
	), jobs AS (
		INSERT INTO answer_jobs (org_id, conversation_id, messages, first_due_at, due_at)
			SELECT org, id, to_answer, now() + debounce_ms * interval '1 millisecond', now() + debounce_ms * interval '1 millisecond'
			FROM moved WHERE to_answer IS NOT NULL ORDER BY id
			ON CONFLICT (org_id, conversation_id) DO UPDATE SET
				messages = answer_jobs.messages || excluded.messages,
				due_at = least(excluded.due_at, answer_jobs.first_due_at + 4 * debounce_ms * interval '1 millisecond')
	)
	SELECT coalesce(sum(n), 0), coalesce(bool_or(to_answer IS NOT NULL), false), coalesce(bool_or(assigned), false), array_agg(id) FILTER (WHERE is_renumbered), EXISTS (SELECT 1 FROM searched)
		INTO inserted, jobs_are_due, has_assignees, renumbered, is_searched FROM moved;

	IF inserted > 0 AND has_changes THEN
		PERFORM deskbell_change_messages(org, ids);
	END IF;
	IF inserted > 0 AND has_blocks THEN
		PERFORM deskbell_note_blocks(org, resolved, talks);
	END IF;
	IF inserted > 0 AND has_files THEN
		PERFORM deskbell_add_attachments(org, resolved, talks, ids);
	END IF;
	IF renumbered IS NOT NULL THEN
		PERFORM deskbell_index(org, 'contact', renumbered);
	END IF;
	IF inserted > 0 AND new_names THEN
		WITH renamed AS (UPDATE contacts c SET name = CASE WHEN c.profile_name IS NULL THEN coalesce(n.name, c.name) ELSE c.name END, username = coalesce(n.username, c.username),
				profile_name = CASE WHEN c.profile_name IS NOT NULL THEN coalesce(n.name, c.profile_name) END
			FROM (SELECT org AS org_id, p.contact, (array_agg(p.name ORDER BY p.at DESC) FILTER (WHERE p.name <> ''))[1] AS name,
					(array_agg(p.username ORDER BY p.at DESC) FILTER (WHERE p.username <> ''))[1] AS username
				FROM (SELECT r.name, r.username, r.at, (SELECT v.contact_id FROM conversations v WHERE v.org_id = org AND v.id = r.talk) AS contact
					FROM (SELECT r.name, r.username, r.at, talks[r.ordinality] AS talk FROM unnest(resolved) WITH ORDINALITY r
						WHERE r.name <> '' OR r.username <> '' OFFSET 0) r) p
				GROUP BY p.contact ORDER BY p.contact) n
			WHERE c.org_id = n.org_id AND c.id = n.contact AND (coalesce(c.profile_name, c.name) IS DISTINCT FROM coalesce(n.name, c.profile_name, c.name) OR c.username IS DISTINCT FROM coalesce(n.username, c.username))
			RETURNING c.id)
			SELECT array_agg(id) INTO renamed FROM renamed;
		PERFORM deskbell_index_contacts(org, renamed);
	END IF;
	IF is_searched THEN
		PERFORM deskbell_due(org, 'search', now());
	END IF;
	PERFORM deskbell_due(org, 'sweep', now() + deskbell_reminder());
	IF has_assignees THEN -- who may be away (deskbell_hand_on)
		PERFORM deskbell_due(org, 'sweep', now() + interval '1 second');
	END IF;
	IF jobs_are_due THEN
		PERFORM deskbell_due(org, 'answer', now() + debounce_ms * interval '1 millisecond');
	END IF;
	RETURN inserted;
END $$;

-- Names from the phone's address book, for contacts that have none.
CREATE OR REPLACE FUNCTION deskbell_name_contacts(org bigint, items receive_item[]) RETURNS void
LANGUAGE sql AS $$
	WITH named AS (UPDATE contacts c SET name = n.name FROM (
		SELECT DISTINCT ON (x.contact) x.contact, x.name FROM (
			SELECT i.name, (SELECT deskbell_contact_of(org, i.channel, e.kind, e.value) AS contact FROM unnest(i.id_kinds, i.id_values) e(kind, value)
				ORDER BY 1 NULLS LAST LIMIT 1) AS contact FROM unnest(items) i WHERE i.op = 'contact') x
		WHERE x.contact IS NOT NULL ORDER BY x.contact) n
	WHERE c.org_id = org AND c.id = n.contact AND coalesce(c.name, '') = '' AND n.name <> '' RETURNING c.id)
	SELECT deskbell_index_contacts(org, ARRAY(SELECT id FROM named))
$$;

-- The call of the webhook program for one organization. `batch` is a JSON array of receive_item; `sender_alive` tells whether some sender has sent a heartbeat in the last 5 seconds.
CREATE OR REPLACE FUNCTION deskbell_receive(org bigint, batch jsonb, debounce_ms integer, OUT inserted integer, OUT statuses integer, OUT sender_alive boolean)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
	scope text := set_config('deskbell.org', org::text, true) || set_config('deskbell.scope', '', true); -- no statement of its own
	items receive_item[];
	ops text[];
BEGIN
	SELECT array_agg(r), array_agg(DISTINCT r.op) INTO items, ops FROM jsonb_populate_recordset(NULL::receive_item, batch) r;
	inserted := 0;
	statuses := 0;
	IF 'message' = ANY (ops) THEN
		inserted := deskbell_store(org, items, debounce_ms);
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
CREATE OR REPLACE FUNCTION deskbell_record_attempt(a_org bigint, a_channel bigint, a_platform text, a_kind text, a_accepted boolean, a_reason text, a_remote text)
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

-- When a platform last asked to verify an address with a token that no channel has, within the last hour: for an organisation whose channel waits to be verified. NULL: never.
CREATE OR REPLACE FUNCTION deskbell_stray_verification(a_org bigint, a_platform text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	before text := coalesce(current_setting('deskbell.scope', true), '');
	found timestamptz;
BEGIN
	PERFORM deskbell_require_admin(a_org);
	IF NOT EXISTS (SELECT 1 FROM channels c WHERE c.org_id = a_org AND c.platform = a_platform AND c.disconnected_at IS NULL AND c.status = 'pending') THEN
		RETURN NULL;
	END IF;
	PERFORM set_config('deskbell.scope', 'system', true);
	found := (SELECT max(w.at) FROM unknown_deliveries w
		WHERE w.kind = 'verification' AND w.platform = a_platform AND w.at > now() - interval '1 hour');
	PERFORM set_config('deskbell.scope', before, true);
	RETURN found;
END $$;

-- What the receiver must know of the channels a delivery may belong to. The address book says which they are: by phone number id, else by business account, else by verify digest;
-- without any of them those whose secret may have signed it, at most `most`. Then each organisation is asked for its own channel.
CREATE OR REPLACE FUNCTION deskbell_channels_for(a_platform text, a_external text, a_account text, a_digests bytea[], most integer)
RETURNS TABLE (org_id bigint, channel_id bigint, external_id text, account_id text, status text, config jsonb, verify_digest bytea)
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
			AND (NOT b.is_claimed OR NOT EXISTS (SELECT 1 FROM channel_addresses p WHERE p.platform = b.platform AND NOT p.is_claimed
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
	taken := EXISTS (SELECT 1 FROM channel_addresses a WHERE a.platform = a_platform AND a.external_id = a_external AND a.org_id <> a_org AND NOT a.is_claimed);
	PERFORM set_config('deskbell.scope', before, true);
	RETURN taken;
END $$;
