-- Attachments: from the platform's id of a file to a file in the store.
--
--     waiting -> stored    fetched, hashed, renamed into its place, and only then named here
--     waiting -> waiting   an attempt failed: again after 10 s, 20 s, 40 s ... an hour
--     waiting -> lost      the platform no longer has it, it is too large, or seven days have passed
--     lost -> waiting      a user asks for it again
--
-- A lease that runs out frees the row: fetching twice does no harm, the store knows content by its digest.

-- Adds the files of messages that have been stored: item n has the id ids[n] and belongs to conversations[n]. `files`
-- of an item: [{kind, id, mime_type, name, bytes, sha256, duration_s, width, height}].
CREATE OR REPLACE FUNCTION deskbell_add_attachments(org bigint, items receive_item[], conversations bigint[],
	ids bigint[]) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_due(org, 'file', now());
	INSERT INTO attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id,
		mime_type, file_name, declared_bytes, declared_sha256, duration_s, width, height, sent_at)
	SELECT org, i.message, f.nth, i.conversation, i.channel, f.file->>'kind', f.file->>'id',
		f.file->>'mime_type', f.file->>'name', (f.file->>'bytes')::bigint, decode(f.file->>'sha256', 'hex'),
		(f.file->>'duration_s')::integer, (f.file->>'width')::integer, (f.file->>'height')::integer,
		m.created_at
	FROM (SELECT i.channel, i.files, ids[i.ordinality] AS message, conversations[i.ordinality] AS conversation
		FROM unnest(items) WITH ORDINALITY i WHERE i.files IS NOT NULL OFFSET 0) i
	CROSS JOIN LATERAL (SELECT m.created_at FROM messages m WHERE m.org_id = org AND m.id = i.message
		AND m.metadata ? 'deleted' IS NOT TRUE OFFSET 0) m
	CROSS JOIN LATERAL jsonb_array_elements(i.files) WITH ORDINALITY f(file, nth);
	-- Found by their names, too.
	SELECT deskbell_index(org, 'message', ARRAY(SELECT m.id FROM messages m WHERE m.org_id = org AND m.id IN (
		SELECT ids[i.ordinality] FROM unnest(items) WITH ORDINALITY i
		CROSS JOIN LATERAL jsonb_array_elements(i.files) f(file) WHERE f.file->>'name' <> '')));
$$;

-- A file of an earlier time comes some time after its message, under the same id: it takes the place of what stood for
-- it. `items` as deskbell_add_attachments takes them.
CREATE OR REPLACE FUNCTION deskbell_fill_placeholders(org bigint, items receive_item[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	filled receive_item[];
	ids bigint[];
	talks bigint[];
BEGIN
	WITH found AS (
		SELECT i.ordinality, m.id FROM unnest(items) WITH ORDINALITY i
			JOIN messages m ON m.org_id = org AND m.channel_id = i.channel AND m.provider_id = i.provider_id
		WHERE i.is_quiet AND m.kind = 'media_placeholder' AND i.kind <> 'media_placeholder' AND m.direction = i.direction
		ORDER BY m.id FOR NO KEY UPDATE OF m
	), changed AS (
		UPDATE messages m SET kind = i.kind, body = i.body, text_like = i.text_like,
			metadata = coalesce(m.metadata, '{}') || coalesce(i.metadata, '{}')
		FROM found f JOIN unnest(items) WITH ORDINALITY i ON i.ordinality = f.ordinality
		WHERE m.org_id = org AND m.id = f.id
		RETURNING f.ordinality, m.id, m.conversation_id
	)
	SELECT array_agg(items[c.ordinality]), array_agg(c.id), array_agg(c.conversation_id) INTO filled, ids, talks
	FROM changed c;
	IF ids IS NULL THEN
		RETURN;
	END IF;
	PERFORM deskbell_index(org, 'message', ids);
	IF EXISTS (SELECT 1 FROM unnest(filled) i WHERE i.files IS NOT NULL) THEN
		PERFORM deskbell_add_attachments(org, filled, talks, ids);
	END IF;
END $$;

-- Takes attachments of one organization that are due, at most `max_rows`, under a lease.
CREATE OR REPLACE FUNCTION deskbell_claim_attachments(org bigint, owner text, max_rows integer, lease_s integer)
RETURNS TABLE (message_id bigint, n integer, provider_file_id text, declared_bytes bigint, declared_sha256 text,
	channel_id bigint, platform text, external_id text, config jsonb)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	RETURN QUERY
	WITH due AS MATERIALIZED (
		SELECT a.message_id, a.position FROM attachments a
		WHERE a.org_id = org AND a.state = 'waiting' AND a.due_at <= now()
			AND (a.lease_until IS NULL OR a.lease_until < now())
		ORDER BY a.due_at LIMIT max_rows FOR UPDATE SKIP LOCKED),
	taken AS (
		UPDATE attachments a SET lease_until = now() + lease_s * interval '1 second', leased_by = owner
		FROM due d WHERE a.org_id = org AND a.message_id = d.message_id AND a.position = d.position
		RETURNING a.*)
	SELECT t.message_id, t.position, t.provider_file_id, t.declared_bytes, encode(t.declared_sha256, 'hex'),
		t.channel_id, c.platform, c.external_id, c.config
	FROM taken t LEFT JOIN channels c ON c.org_id = org AND c.id = t.channel_id;
END $$;

-- The file is in its place. False when the attachment is gone meanwhile: then nothing names the file. `transcribes`,
-- `describes`: the installation has a model that reads it (readings.sql).
CREATE OR REPLACE FUNCTION deskbell_attachment_stored(org bigint, message bigint, n integer, digest bytea,
	size_bytes bigint, type text, transcribes boolean, describes boolean) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	is_there boolean;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	INSERT INTO files (org_id, sha256, bytes) VALUES (org, digest, size_bytes) ON CONFLICT DO NOTHING;
	UPDATE attachments a SET state = 'stored', sha256 = digest, bytes = size_bytes, media_type = type,
		reason = NULL, lease_until = NULL, leased_by = NULL
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.reason IS DISTINCT FROM 'deleted';
	is_there := FOUND;
	PERFORM deskbell_want_reading(org, message, n, transcribes, describes);
	RETURN is_there;
END $$;

-- An attempt failed for `code`; `final`: there will be no other.
CREATE OR REPLACE FUNCTION deskbell_attachment_failed(org bigint, message bigint, n integer, code text, final boolean)
RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	UPDATE attachments a SET attempts = a.attempts + 1, reason = code, lease_until = NULL, leased_by = NULL,
		state = CASE WHEN final OR a.created_at < now() - interval '7 days' THEN 'lost' ELSE 'waiting' END,
		due_at = now() + least(3600, 10 * 2 ^ least(a.attempts, 12)) * interval '1 second'
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.state = 'waiting';
	PERFORM deskbell_due(org, 'file', min(a.due_at)) FROM attachments a
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.state = 'waiting' HAVING count(*) > 0;
END $$;

-- A user asks for a lost file again. Returns the conversation, NULL when there is no such file or it is too large ever
-- to be had.
CREATE OR REPLACE FUNCTION deskbell_attachment_retry(org bigint, message bigint, n integer) RETURNS bigint
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	conversation bigint;
BEGIN
	UPDATE attachments a SET state = 'waiting', due_at = now(), created_at = now(), reason = NULL
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.state = 'lost'
		AND coalesce(a.reason, '') NOT IN ('too_large', 'aged', 'deleted')
	RETURNING a.conversation_id INTO conversation;
	IF FOUND THEN
		PERFORM deskbell_due(org, 'file', now());
	END IF;
	RETURN conversation;
END $$;

-- Whether anything names a file of an organization: a message, a reply that takes it along, a file as its preview.
CREATE OR REPLACE FUNCTION deskbell_file_is_used(org bigint, digest bytea) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT 1 FROM attachments a WHERE a.org_id = org AND a.sha256 = digest AND a.state = 'stored')
		OR EXISTS (SELECT 1 FROM reply_contents r WHERE r.org_id = org AND r.sha256 = digest)
		OR EXISTS (SELECT 1 FROM files p WHERE p.org_id = org AND p.preview = digest)
$$;

-- Files of an organization that nothing names, at most `max_rows`: to be removed from the store, then forgotten.
CREATE OR REPLACE FUNCTION deskbell_unused_files(org bigint, max_rows integer) RETURNS TABLE (sha256 text)
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT encode(f.sha256, 'hex') FROM files f WHERE f.org_id = org AND NOT deskbell_file_is_used(org, f.sha256)
	LIMIT max_rows
$$;

CREATE OR REPLACE FUNCTION deskbell_forget_file(org bigint, digest bytea) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	DELETE FROM files f WHERE f.org_id = org AND f.sha256 = digest AND NOT deskbell_file_is_used(org, digest);
END $$;

-- What a reply takes along: a file of the store, or a place. No row: nothing.
CREATE OR REPLACE FUNCTION deskbell_reply_content(org bigint, a_owner text, a_owner_id bigint)
RETURNS TABLE (sha256 text, bytes bigint, media_type text, file_name text, width integer, height integer, preview text,
	is_tried boolean, latitude double precision, longitude double precision, place_name text)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	RETURN QUERY
	SELECT encode(r.sha256, 'hex'), r.bytes, r.media_type, r.file_name, coalesce(r.width, f.width),
		coalesce(r.height, f.height), encode(f.preview, 'hex'),
		f.looked_at IS NOT NULL, r.latitude, r.longitude, r.place_name
	FROM reply_contents r LEFT JOIN files f ON f.org_id = org AND f.sha256 = r.sha256
	WHERE r.org_id = org AND r.owner = a_owner AND r.owner_id = a_owner_id;
END $$;

-- What a message to a contact holds besides its text: a file, {kind, sha256, bytes, type, name, width, height,
-- duration_s}, which is in the store, or nothing that is kept here. `native` of it is the message's kind.
CREATE OR REPLACE FUNCTION deskbell_attach(v conversations, message bigint, content jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	digest bytea := decode(content->>'sha256', 'hex');
BEGIN
	IF digest IS NULL THEN
		RETURN;
	END IF;
	INSERT INTO files (org_id, sha256, bytes) VALUES (v.org_id, digest, (content->>'bytes')::bigint) ON CONFLICT
		DO NOTHING;
	INSERT INTO attachments (org_id, message_id, position, conversation_id, channel_id, kind, provider_file_id, file_name,
			state, sha256, bytes, media_type, width, height, duration_s, by_bot)
		VALUES (v.org_id, message, 1, v.id, v.channel_id, content->>'kind', '', content->>'name', 'stored', digest,
			(content->>'bytes')::bigint, content->>'type', (content->>'width')::integer,
			(content->>'height')::integer, (content->>'duration_s')::integer,
			(SELECT m.sender = 'bot' FROM messages m WHERE m.org_id = v.org_id AND m.id = message));
	IF content->>'name' <> '' THEN
		PERFORM deskbell_index(v.org_id, 'message', ARRAY[message]);
	END IF;
END $$;

-- The same as the outbox wants it, with the platform's id of the file while that holds; NULL for a text.
CREATE OR REPLACE FUNCTION deskbell_delivery_content(org bigint, message bigint, channel bigint, native text,
	metadata jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN native = 'location' THEN jsonb_build_object('place', metadata->'location') ELSE (
		SELECT jsonb_build_object('kind', a.kind, 'native', native, 'sha256', encode(a.sha256, 'hex'), 'bytes', a.bytes,
			'type', a.media_type, 'name', a.file_name, 'uploaded', (SELECT u.provider_file_id FROM uploads u
				WHERE u.org_id = org AND u.channel_id = channel AND u.sha256 = a.sha256 AND u.kind = a.kind
					AND u.expires_at > now() + interval '10 minutes'))
		FROM attachments a WHERE a.org_id = org AND a.message_id = message ORDER BY a.position LIMIT 1) END
$$;

-- The platform has taken a file under this id, for `life_s` seconds (0: for ever).
CREATE OR REPLACE FUNCTION deskbell_keep_upload(org bigint, channel bigint, digest bytea, a_kind text, id text,
	life_s integer)
RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	INSERT INTO uploads AS u (org_id, channel_id, sha256, kind, provider_file_id, expires_at)
		SELECT org, channel, digest, a_kind, id,
			CASE WHEN life_s = 0 THEN 'infinity' ELSE now() + life_s * interval '1 second' END
		WHERE EXISTS (SELECT 1 FROM files f WHERE f.org_id = org AND f.sha256 = digest)
		ON CONFLICT (org_id, channel_id, sha256, kind) DO UPDATE
			SET provider_file_id = excluded.provider_file_id, expires_at = excluded.expires_at;
END $$;

-- The platform refused an id that it gave: the file is uploaded again the next time.
CREATE OR REPLACE FUNCTION deskbell_forget_upload(org bigint, channel bigint, digest bytea, id text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	DELETE FROM uploads u WHERE u.org_id = org AND u.channel_id = channel AND u.sha256 = digest
		AND u.provider_file_id = id;
END $$;
