-- Stores what webhook deliveries held: any number of items of any number of tenants in one call, one statement, one transaction.
--
-- Everything is harmless when it comes again: messages are unique by (org, channel, provider id) and only rows that are really new move the
-- conversation and its answer job. Rows are touched in key order (messages, conversations, jobs), so that concurrent calls wait but do not lock each other out.

-- The uncommon items: quarantine, first valid delivery of a channel.
CREATE OR REPLACE FUNCTION deskbell_receive_rare(items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO quarantine (org_id, channel_id, kind, reason, payload, digest)
		SELECT i.org, i.channel, i.kind, i.reason, i.payload, sha256(convert_to(i.kind || ' ' || i.payload, 'UTF8'))
		FROM unnest(items) i WHERE i.op = 'quarantine'
		ORDER BY 1, 2, 6 ON CONFLICT (org_id, channel_id, digest) DO NOTHING;
	UPDATE channels c SET status = 'verified', status_reason = NULL, updated_at = now(),
			config = c.config || jsonb_build_object('webhook_verified_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		FROM (SELECT DISTINCT i.org, i.channel FROM unnest(items) i WHERE i.op = 'verified' ORDER BY 1, 2) v
		WHERE c.org_id = v.org AND c.id = v.channel AND c.status = 'pending';
END $$;

CREATE OR REPLACE FUNCTION deskbell_store(items receive_item[], debounce_ms integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	resolved receive_item[];
	place integer;
	inserted integer;
BEGIN
	-- A group of deliveries may hold one message twice: it counts once. Ids are reserved in the order of the deliveries, which is the order of equal times.
	-- Known people: the surest identity is there with all the others, all of one contact, and the conversation exists.
	SELECT array_agg((it.req, it.org, it.channel, it.platform, it.op, it.id_kinds, it.id_values, it.renamed_from, it.phone, it.name, it.username, it.pid, it.at,
			it.direction, it.sender, it.kind, it.body, it.text_like, it.wants_answer, it.opens_window, it.takes_over, it.reply_to,
			it.metadata, it.status, it.tag, it.error, it.reason, it.payload, v.id, it.reserved)::receive_item ORDER BY it.org, it.channel, it.pid)
		INTO resolved
		FROM (SELECT DISTINCT ON (u.org, u.channel, u.pid) u.*
			FROM (SELECT w.*, nextval('messages_id_seq') AS reserved FROM unnest(items) w WHERE w.op = 'message') u
			ORDER BY u.org, u.channel, u.pid, u.reserved) it
		LEFT JOIN LATERAL (
			SELECT min(one.contact) AS contact FROM (
				SELECT (SELECT ci.contact_id FROM contact_identities ci
					WHERE ci.org_id = it.org AND ci.channel_id = it.channel AND ci.kind = e.kind AND ci.value = e.value) AS contact
				FROM unnest(it.id_kinds, it.id_values) e(kind, value)) one
			HAVING count(one.contact) = cardinality(it.id_kinds) AND min(one.contact) = max(one.contact)
		) known ON it.renamed_from IS NULL
		LEFT JOIN conversations v ON v.org_id = it.org AND v.channel_id = it.channel AND v.contact_id = known.contact;

	FOR place IN SELECT r.ordinality FROM unnest(resolved) WITH ORDINALITY r WHERE r.conversation IS NULL ORDER BY r.org, r.channel, r.id_values LOOP
		resolved[place].conversation := deskbell_conversation_for(resolved[place]);
	END LOOP;

	WITH new AS (
		INSERT INTO messages (org_id, id, conversation_id, channel_id, direction, sender, kind, body, text_like, provider_id, provider_time,
				status, status_at, error, reply_to, metadata)
			OVERRIDING SYSTEM VALUE SELECT r.org, r.message, r.conversation, r.channel, r.direction, r.sender, r.kind, r.body, r.text_like, r.pid, to_timestamp(r.at),
				CASE r.direction WHEN 'inbound' THEN 'received' ELSE 'sent' END, to_timestamp(r.at), r.error, r.reply_to, r.metadata
			FROM unnest(resolved) r ORDER BY r.org, r.channel, r.pid
			ON CONFLICT (org_id, channel_id, provider_id) DO NOTHING
			RETURNING org_id, channel_id, provider_id
	), talk AS (
		SELECT r.org, r.conversation,
			max(least(r.at, extract(epoch FROM now()))) FILTER (WHERE r.opens_window) AS spoke_at,
			count(*) FILTER (WHERE r.direction = 'inbound') AS unread,
			coalesce(bool_or(r.wants_answer), false) AS wants_answer,
			coalesce(bool_or(r.takes_over), false) AS takes_over,
			count(*) AS n
		FROM new JOIN unnest(resolved) r ON r.org = new.org_id AND r.channel = new.channel_id AND r.pid = new.provider_id
		GROUP BY r.org, r.conversation
	), locked AS MATERIALIZED (
		SELECT v.org_id, v.id FROM talk JOIN conversations v ON v.org_id = talk.org AND v.id = talk.conversation
		ORDER BY v.org_id, v.id FOR NO KEY UPDATE OF v
	), moved AS (
		UPDATE conversations v SET
			last_inbound_at = greatest(v.last_inbound_at, to_timestamp(talk.spoke_at)),
			last_message_at = now(),
			is_open = true,
			unread = CASE WHEN talk.takes_over THEN 0 ELSE v.unread + talk.unread END,
			agent = CASE WHEN talk.takes_over THEN 'operator' ELSE v.agent END,
			version = v.version + talk.takes_over::integer
		FROM locked, talk
		WHERE v.org_id = locked.org_id AND v.id = locked.id AND talk.org = locked.org_id AND talk.conversation = locked.id
		RETURNING v.org_id, v.id, talk.wants_answer, talk.n
	), jobs AS (
		INSERT INTO answer_jobs (org_id, conversation_id, first_due_at, due_at)
			SELECT org_id, id, now() + debounce_ms * interval '1 millisecond', now() + debounce_ms * interval '1 millisecond'
			FROM moved WHERE wants_answer ORDER BY org_id, id
			ON CONFLICT (org_id, conversation_id) DO UPDATE SET
				rev = answer_jobs.rev + 1,
				due_at = least(excluded.due_at, answer_jobs.first_due_at + 4 * debounce_ms * interval '1 millisecond')
	)
	SELECT coalesce(sum(n), 0) INTO inserted FROM moved;

	IF inserted > 0 THEN
		UPDATE contacts c SET name = n.name
			FROM (SELECT DISTINCT ON (v.org_id, v.contact_id) v.org_id, v.contact_id, r.name
				FROM unnest(resolved) r JOIN conversations v ON v.org_id = r.org AND v.id = r.conversation
				WHERE r.name <> '' ORDER BY v.org_id, v.contact_id, r.at DESC) n
			WHERE c.org_id = n.org_id AND c.id = n.contact_id AND c.name IS DISTINCT FROM n.name;
	END IF;
	RETURN inserted;
END $$;

-- The call of the webhook program. `batch` is a JSON array of receive_item; `sender_alive` tells whether some sender has beaten in the last 5 seconds.
CREATE OR REPLACE FUNCTION deskbell_receive(batch jsonb, debounce_ms integer, OUT inserted integer, OUT statuses integer, OUT sender_alive boolean)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
	items receive_item[];
	ops text[];
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT array_agg(r), array_agg(DISTINCT r.op) INTO items, ops FROM jsonb_populate_recordset(NULL::receive_item, batch) r;
	inserted := 0;
	statuses := 0;
	IF 'message' = ANY (ops) THEN
		inserted := deskbell_store(items, debounce_ms);
	END IF;
	IF 'status' = ANY (ops) THEN
		statuses := deskbell_apply_statuses(items);
	END IF;
	IF 'quarantine' = ANY (ops) OR 'verified' = ANY (ops) THEN
		PERFORM deskbell_receive_rare(items);
	END IF;
	sender_alive := EXISTS (SELECT 1 FROM heartbeats WHERE beat_at > clock_timestamp() - interval '5 seconds');
END $$;

-- Records a verification or a refused delivery and keeps the last 50 of each channel (500 of those that name none).
CREATE OR REPLACE FUNCTION deskbell_record_attempt(a_org bigint, a_channel bigint, a_platform text, a_kind text, a_accepted boolean, a_reason text, a_remote text)
RETURNS void LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	INSERT INTO webhook_attempts (org_id, channel_id, platform, kind, accepted, reason, remote_address)
		VALUES (a_org, a_channel, a_platform, a_kind, a_accepted, left(a_reason, 500), left(a_remote, 64));
	DELETE FROM webhook_attempts WHERE id IN (
		SELECT id FROM webhook_attempts WHERE org_id IS NOT DISTINCT FROM a_org AND channel_id IS NOT DISTINCT FROM a_channel
		ORDER BY id DESC OFFSET CASE WHEN a_org IS NULL THEN 500 ELSE 50 END);
	IF a_kind = 'verification' AND a_accepted THEN
		UPDATE channels SET updated_at = now(), config = config || jsonb_build_object('webhook_verified_at',
				to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
			WHERE org_id = a_org AND id = a_channel;
	END IF;
END $$;

-- What the receiver must know of the channels a delivery may belong to. By phone number id, else by business account, else by verify digest;
-- without any of them the channels whose secret may have signed it, at most `most`.
CREATE OR REPLACE FUNCTION deskbell_channels_for(f_platform text, f_external text, f_account text, f_digests bytea[], most integer)
RETURNS TABLE (org_id bigint, channel_id bigint, external_id text, account_id text, status text, config jsonb, verify_digest bytea)
LANGUAGE plpgsql ROWS 1 SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	SELECT c.org_id, c.id, c.external_id, c.account_id, c.status, c.config, c.verify_digest FROM channels c
	WHERE c.platform = f_platform AND c.disconnected_at IS NULL
		AND (f_external IS NULL OR c.external_id = f_external)
		AND (f_account IS NULL OR c.account_id = f_account)
		AND (f_digests IS NULL OR c.verify_digest = ANY (f_digests))
	ORDER BY c.org_id, c.id LIMIT most;
END $$;
