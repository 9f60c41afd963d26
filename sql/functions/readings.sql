-- Readings: what a model makes of a file that is in the store. A voice note gets a transcript, which becomes the text
-- of its message: the bot answers it, the search finds it. A picture gets a description, which operators read. Nothing
-- waits for them for long: without one everything is as it is where no endpoint is set.
--
--     NULL -> waiting      the file is in the store, and the organisation or the installation has an endpoint for its
-- kind
--     waiting -> done      the text is in the message
--     waiting -> waiting   an attempt failed, or the budget of the day is used: again after a pause
--     waiting -> failed    it cannot be read, or a day has passed

-- Whether a file that was stored just now is to be read; `transcribes`, `describes`: the installation has endpoints.
CREATE OR REPLACE FUNCTION deskbell_want_reading(org bigint, message bigint, n integer, transcribes boolean,
	describes boolean) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	UPDATE attachments a SET reading = 'waiting', reading_due_at = now(), reading_attempts = 0, reading_reason = NULL
	FROM messages m, organizations o
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.state = 'stored' AND a.reading IS NULL
		AND m.org_id = org AND m.id = message AND m.direction = 'inbound' AND NOT coalesce(m.metadata ? 'deleted', false)
			AND o.id = org
		AND CASE a.kind WHEN 'voice' THEN transcribes OR coalesce(o.settings->>'transcription_base_url', '') <> ''
			WHEN 'image' THEN describes OR coalesce(o.settings->>'vision_base_url', '') <> '' ELSE false END;
	IF FOUND THEN
		PERFORM deskbell_due(org, 'reading', now());
	END IF;
END $$;

CREATE OR REPLACE FUNCTION deskbell_claim_readings(org bigint, owner text, max_rows integer, lease_s integer)
RETURNS TABLE (message_id bigint, n integer, kind text, sha256 text, media_type text, preview text, attempts integer,
	language text, settings jsonb)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	RETURN QUERY
	WITH due AS MATERIALIZED (
		SELECT a.message_id, a.position FROM attachments a
		WHERE a.org_id = org AND a.reading = 'waiting' AND a.reading_due_at <= now()
			AND (a.reading_lease_until IS NULL OR a.reading_lease_until < now())
		ORDER BY a.reading_due_at LIMIT max_rows FOR UPDATE SKIP LOCKED),
	taken AS (
		UPDATE attachments a SET reading_lease_until = now() + lease_s * interval '1 second' FROM due d
		WHERE a.org_id = org AND a.message_id = d.message_id AND a.position = d.position RETURNING a.*)
	SELECT t.message_id, t.position, t.kind, encode(t.sha256, 'hex'), t.media_type, encode(f.preview, 'hex'),
		t.reading_attempts, o.language, o.settings
	FROM taken t JOIN organizations o ON o.id = org LEFT JOIN files f ON f.org_id = org AND f.sha256 = t.sha256;
END $$;

-- The bot, which found nothing to read in the message, looks again; so does who waits for a person because of it alone.
-- What is being worked out right now is left alone: it ends as it would have without a transcript. The caller holds the
-- message.
CREATE OR REPLACE FUNCTION deskbell_answer_transcript(m messages) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v conversations;
	j answer_jobs;
BEGIN
	SELECT * INTO v FROM conversations c WHERE c.org_id = m.org_id AND c.id = m.conversation_id FOR NO KEY UPDATE;
	SELECT * INTO j FROM answer_jobs x WHERE x.org_id = m.org_id AND x.conversation_id = m.conversation_id FOR UPDATE;
	IF v.id IS NULL OR j.lease_until > now() THEN
		RETURN;
	ELSIF m.id = ANY (j.messages) THEN
		UPDATE answer_jobs x SET due_at = now() WHERE x.org_id = m.org_id AND x.conversation_id = m.conversation_id;
	ELSIF EXISTS (SELECT 1 FROM decisions d WHERE d.org_id = m.org_id AND d.conversation_id = m.conversation_id
		AND d.message_id = m.id
			AND d.reason IN ('no_text', 'unsupported_notice')) THEN
		INSERT INTO answer_jobs AS x (org_id, conversation_id, messages, first_due_at, due_at)
			VALUES (m.org_id, m.conversation_id, ARRAY[m.id], now(), now())
			ON CONFLICT (org_id, conversation_id) DO UPDATE SET messages = x.messages || excluded.messages;
	ELSE
		RETURN;
	END IF;
	PERFORM deskbell_due(m.org_id, 'answer', now());
	UPDATE conversations c SET waiting_since = NULL, needs_attention = false, attention_reason = NULL
	WHERE c.org_id = v.org_id AND c.id = v.id AND v.agent = 'bot' AND v.waiting_since >= m.created_at
		AND (NOT v.needs_attention OR v.attention_reason = 'sent_voice')
		AND NOT EXISTS (SELECT 1 FROM messages x WHERE x.org_id = v.org_id AND x.conversation_id = v.id AND x.id > m.id
			AND x.direction = 'inbound' AND NOT x.text_like);
	PERFORM deskbell_moved(v);
END $$;

-- A model has read the file. `words` of a voice note become the text of its message, below a caption where there is
-- one. False when it is gone or its writer deleted it.
CREATE OR REPLACE FUNCTION deskbell_reading_done(org bigint, message bigint, n integer, words text) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	m messages;
	is_voice boolean;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	SELECT * INTO m FROM messages x WHERE x.org_id = org AND x.id = message FOR NO KEY UPDATE;
	UPDATE attachments a SET reading = 'done', reading_reason = NULL, reading_lease_until = NULL
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.reading = 'waiting' RETURNING a.kind = 'voice'
		INTO is_voice;
	IF m.id IS NULL OR is_voice IS NULL OR coalesce(m.metadata ? 'deleted', false) THEN
		RETURN false;
	ELSIF is_voice THEN
		UPDATE messages x SET body = concat_ws(E'\n', nullif(m.body, ''), words), text_like = true,
			metadata = coalesce(m.metadata, '{}') || '{"transcript": true}' WHERE x.org_id = org AND x.id = message;
		PERFORM deskbell_answer_transcript(m);
	ELSE
		UPDATE messages x SET metadata = coalesce(m.metadata, '{}')
			|| jsonb_build_object('descriptions', coalesce(m.metadata->'descriptions', '{}')
				|| jsonb_build_object(n::text, words))
			WHERE x.org_id = org AND x.id = message;
	END IF;
	-- the inbox looks again
	UPDATE conversations c SET version = c.version WHERE c.org_id = org AND c.id = m.conversation_id;
	PERFORM deskbell_index(org, 'message', ARRAY[message]);
	RETURN true;
END $$;

-- An attempt failed for `code`; `final`: there will be no other. `pause_s` of -1: later and later.
CREATE OR REPLACE FUNCTION deskbell_reading_failed(org bigint, message bigint, n integer, code text, final boolean,
	pause_s integer) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	next timestamptz;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	UPDATE attachments a SET reading_attempts = a.reading_attempts + 1, reading_reason = code, reading_lease_until = NULL,
		reading = CASE WHEN final OR a.created_at < now() - interval '1 day' THEN 'failed' ELSE 'waiting' END,
		reading_due_at = now() + CASE WHEN pause_s < 0 THEN least(3600, 10 * 2 ^ least(a.reading_attempts, 12))
			ELSE pause_s END * interval '1 second'
	WHERE a.org_id = org AND a.message_id = message AND a.position = n AND a.reading = 'waiting'
	RETURNING CASE a.reading WHEN 'waiting' THEN a.reading_due_at END INTO next;
	IF next IS NOT NULL THEN
		PERFORM deskbell_due(org, 'reading', next);
	END IF;
END $$;
