-- Import of what deskbellctl export has printed, into an organisation that holds nothing yet: objects of one type at a
-- time, as the lines of the file, in the caller's one transaction. Everything gets a new id here; import_ids, a
-- temporary table of that transaction, knows the old ones.

-- The new id of an object that came before; NULL for NULL. `must`: it is an error when there is none, else NULL (a
-- member who has left, a message that was purged).
CREATE OR REPLACE FUNCTION deskbell_imported(a_kind text, a_old jsonb, must boolean) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	was bigint := (a_old #>> '{}')::bigint;
	is_now bigint;
BEGIN
	SELECT i.new_id INTO is_now FROM import_ids i WHERE i.kind = a_kind AND i.old_id = was;
	IF is_now IS NULL AND must THEN
		RAISE EXCEPTION USING ERRCODE = '22023',
			MESSAGE = format('it names %s %s, which does not come before it', a_kind, coalesce(was::text, '(none)'));
	END IF;
	RETURN is_now;
END $$;

-- Draws new ids for objects, in their order.
CREATE OR REPLACE FUNCTION deskbell_import_ids(a_kind text, a_table text, objects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO import_ids (kind, old_id, new_id)
		SELECT a_kind, (o.v->>'id')::bigint, nextval(pg_get_serial_sequence(a_table, 'id'))
			FROM jsonb_array_elements(objects) WITH ORDINALITY o(v, n) ORDER BY o.n;
END $$;

CREATE OR REPLACE FUNCTION deskbell_import_organization(a_org bigint, o jsonb) RETURNS void
LANGUAGE sql AS $$
	UPDATE organizations SET name = o->>'name', language = o->>'language', bot_mode = o->>'bot_mode',
		settings = o->'settings', created_at = (o->>'created_at')::timestamptz,
			logo = decode(o->>'logo', 'base64'), logo_at = CASE WHEN o->>'logo' IS NOT NULL THEN now() END
		WHERE id = a_org;
	INSERT INTO contact_fields (org_id, name) SELECT a_org, f.name
		FROM jsonb_array_elements_text(coalesce(o->'contact_fields', '[]')) WITH ORDINALITY f(name, n) ORDER BY f.n;
$$;

-- People are known by their address: who has an account becomes a member; who has none gets one without a password,
-- with which no sign-in works until one is set. Those who have left get no membership: their names stay next to what
-- they wrote.
CREATE OR REPLACE FUNCTION deskbell_import_users(a_org bigint, objects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO users (email, name, password_hash)
		SELECT o->>'email', coalesce(o->>'name', ''), '!' FROM jsonb_array_elements(objects) o
		WHERE NOT EXISTS (SELECT FROM users u WHERE lower(u.email) = lower(o->>'email'));
	INSERT INTO import_ids (kind, old_id, new_id)
		SELECT 'user', (o->>'id')::bigint, u.id FROM jsonb_array_elements(objects) o
			JOIN users u ON lower(u.email) = lower(o->>'email');
	INSERT INTO memberships (org_id, user_id, role, created_at)
		SELECT a_org, deskbell_imported('user', o->'id', true), o->>'role', (o->>'member_since')::timestamptz
			FROM jsonb_array_elements(objects) o
		WHERE o->>'role' IS NOT NULL ON CONFLICT DO NOTHING;
	PERFORM deskbell_member_named(a_org, deskbell_imported('user', o->'id', true)) FROM jsonb_array_elements(objects) o
		WHERE o->>'role' IS NOT NULL;
	INSERT INTO member_names (org_id, user_id, email, name, left_at)
		SELECT a_org, deskbell_imported('user', o->'id', true), o->>'email', coalesce(o->>'name', ''),
			coalesce((o->>'left_at')::timestamptz, now())
		FROM jsonb_array_elements(objects) o WHERE o->>'role' IS NULL ON CONFLICT DO NOTHING;
END $$;

-- Without credentials, which an export leaves out, a channel is disconnected until it is connected again.
CREATE OR REPLACE FUNCTION deskbell_import_channels(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_import_ids('channel', 'channels', objects);
	INSERT INTO channels (org_id, id, platform, external_id, config, status, status_reason, health, health_at,
		disconnected_at, created_at, updated_at)
		OVERRIDING SYSTEM VALUE
		SELECT a_org, deskbell_imported('channel', o->'id', true), o->>'platform', o->>'external_id', o->'config',
			o->>'status', nullif(o->'status_reason', 'null'),
			nullif(o->'health', 'null'), (o->>'health_at')::timestamptz, coalesce((o->>'disconnected_at')::timestamptz, now()),
				(o->>'created_at')::timestamptz,
			(o->>'updated_at')::timestamptz
		FROM jsonb_array_elements(objects) o;
$$;

CREATE OR REPLACE FUNCTION deskbell_import_canned_replies(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO canned_replies (org_id, shortcut, folder, title, body)
		SELECT a_org, o->>'shortcut', coalesce(o->>'folder', ''), o->>'title', o->>'body'
		FROM jsonb_array_elements(objects) o;
$$;

CREATE OR REPLACE FUNCTION deskbell_import_skills(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_import_ids('skill', 'skills', objects);
	INSERT INTO skills (org_id, id, title, response, enabled, requires_human_handover, created_at,
		updated_at) OVERRIDING SYSTEM VALUE
		SELECT a_org, deskbell_imported('skill', o->'id', true), o->>'title', o->>'response', (o->>'enabled')::boolean,
			(o->>'requires_human_handover')::boolean,
			(o->>'created_at')::timestamptz, (o->>'updated_at')::timestamptz FROM jsonb_array_elements(objects) o;
	INSERT INTO skill_triggers (org_id, skill_id, position, phrase)
		SELECT a_org, deskbell_imported('skill', o->'id', true), t.n - 1, t.phrase FROM jsonb_array_elements(objects) o
			CROSS JOIN LATERAL jsonb_array_elements_text(o->'triggers') WITH ORDINALITY t(phrase, n);
	UPDATE organizations SET skills_revision = skills_revision + 1 WHERE id = a_org;
$$;

-- A file that did not come along, because it was too large or was missing there, is left out.
CREATE OR REPLACE FUNCTION deskbell_import_reply_contents(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO reply_contents (org_id, owner, owner_id, sha256, bytes, media_type, file_name, width, height,
			latitude, longitude, place_name)
		SELECT a_org, o->>'owner', CASE o->>'owner' WHEN 'skill' THEN deskbell_imported('skill', o->'skill', true)
				WHEN 'canned' THEN (SELECT c.id FROM canned_replies c
					WHERE c.org_id = a_org AND lower(c.shortcut) = lower(o->>'shortcut')) ELSE 0 END,
			f.sha256, f.bytes, o->>'media_type', o->>'file_name', (o->>'width')::integer,
			(o->>'height')::integer, (o->>'latitude')::double precision, (o->>'longitude')::double precision, o->>'place_name'
		FROM jsonb_array_elements(objects) o
			LEFT JOIN files f ON f.org_id = a_org AND f.sha256 = decode(o->>'sha256', 'hex')
		WHERE f.sha256 IS NOT NULL OR o->>'latitude' IS NOT NULL;
$$;

CREATE OR REPLACE FUNCTION deskbell_import_contacts(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_import_ids('contact', 'contacts', objects);
	INSERT INTO contacts (org_id, id, name, username, has_blocked_us, block_changed_at, profile_name, blocked_at,
		created_at) OVERRIDING SYSTEM VALUE
		SELECT a_org, deskbell_imported('contact', o->'id', true), o->>'name', o->>'username',
			(o->>'has_blocked_us')::boolean, (o->>'block_changed_at')::timestamptz, o->>'profile_name',
			(o->>'blocked_at')::timestamptz, (o->>'created_at')::timestamptz
		FROM jsonb_array_elements(objects) o;
	INSERT INTO contact_fields (org_id, name)
		SELECT DISTINCT a_org, f.key FROM jsonb_array_elements(objects) o CROSS
			JOIN LATERAL jsonb_each_text(coalesce(o->'fields', '{}')) f ON CONFLICT DO NOTHING;
	INSERT INTO contact_values (org_id, contact_id, field_id, value)
		SELECT a_org, deskbell_imported('contact', o->'id', true), x.id, f.value FROM jsonb_array_elements(objects) o
			CROSS JOIN LATERAL jsonb_each_text(coalesce(o->'fields', '{}')) f JOIN contact_fields x ON x.org_id = a_org
				AND lower(x.name) = lower(f.key);
	INSERT INTO contact_identities (org_id, channel_id, kind, value, contact_id)
		SELECT a_org, deskbell_imported('channel', i->'channel', true), i->>'kind', i->>'value',
			deskbell_imported('contact', o->'id', true)
		FROM jsonb_array_elements(objects) o CROSS JOIN LATERAL jsonb_array_elements(o->'identities') i;
$$;

CREATE OR REPLACE FUNCTION deskbell_import_conversations(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_import_ids('conversation', 'conversations', objects);
	INSERT INTO conversations (org_id, id, channel_id, contact_id, platform, contact_phone, agent, assignee_id, is_open,
		waiting_since, snoozed_until, needs_attention, attention_reason, unread, memory,
			consecutive_fallbacks, is_cut_off, is_held,
			last_inbound_at, last_message_at, created_at) OVERRIDING SYSTEM VALUE
		SELECT a_org, deskbell_imported('conversation', o->'id', true), deskbell_imported('channel', o->'channel', true),
			deskbell_imported('contact', o->'contact', true),
			o->>'platform', o->>'contact_phone', o->>'agent', deskbell_imported('user', o->'assignee', false),
				(o->>'is_open')::boolean, (o->>'waiting_since')::timestamptz,
			(o->>'snoozed_until')::timestamptz, (o->>'needs_attention')::boolean,
			o->>'attention_reason', (o->>'unread')::integer, coalesce(o->'memory', '{}'),
			coalesce((o->>'consecutive_fallbacks')::integer, 0), coalesce((o->>'is_cut_off')::boolean, false),
				coalesce((o->>'is_held')::boolean, false),
			(o->>'last_inbound_at')::timestamptz, (o->>'last_message_at')::timestamptz,
			(o->>'created_at')::timestamptz FROM jsonb_array_elements(objects) o;
	-- An export of an older version has one note without an author.
	INSERT INTO notes (org_id, conversation_id, user_id, body, created_at)
		SELECT a_org, deskbell_imported('conversation', o->'id', true), deskbell_imported('user', n->'user', false),
			n->>'body', (n->>'at')::timestamptz
		FROM jsonb_array_elements(objects) o CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN o->>'note' <> ''
			THEN jsonb_build_array(jsonb_build_object('body', o->'note', 'at', o->'last_message_at'))
				ELSE coalesce(o->'notes', '[]') END) n;
	SELECT deskbell_tag(a_org, deskbell_imported('conversation', o->'id', true),
		ARRAY(SELECT jsonb_array_elements_text(o->'tags'))) FROM jsonb_array_elements(objects) o;
	SELECT deskbell_index(a_org, 'contact',
		ARRAY(SELECT deskbell_imported('conversation', o->'id', true) FROM jsonb_array_elements(objects) o));
$$;

-- What waited to be sent is the other installation's: here it is cancelled, so that no customer gets it twice.
CREATE OR REPLACE FUNCTION deskbell_import_messages(a_org bigint, objects jsonb) RETURNS void
LANGUAGE sql AS $$
	SELECT deskbell_import_ids('message', 'messages', objects);
	INSERT INTO messages (org_id, id, conversation_id, channel_id, direction, sender, user_id, kind, body, text_like,
		provider_id, provider_time, status, status_at, error,
			reply_to, metadata, pricing, created_at) OVERRIDING SYSTEM VALUE
		SELECT a_org, deskbell_imported('message', o->'id', true), v.id, v.channel_id, o->>'direction', o->>'sender',
			deskbell_imported('user', o->'user', false), o->>'kind',
			o->>'body', (o->>'text_like')::boolean, o->>'provider_id', (o->>'provider_time')::timestamptz,
			CASE WHEN o->'delivery'->>'state' IN ('queued', 'sending', 'unknown') THEN 'cancelled'
				ELSE o->>'status' END, (o->>'status_at')::timestamptz,
			nullif(o->'error', 'null'), o->>'reply_to', nullif(o->'metadata', 'null'), nullif(o->'pricing', 'null'),
				(o->>'created_at')::timestamptz
		FROM jsonb_array_elements(objects) o JOIN conversations v ON v.org_id = a_org
			AND v.id = deskbell_imported('conversation', o->'conversation', true);
	INSERT INTO outbox (org_id, message_id, channel_id, conversation_id, state, tag, attempts, error_class, error_code,
		error, created_at, settled_at)
		SELECT a_org, m.id, m.channel_id, m.conversation_id, CASE
			WHEN d->>'state' IN ('later', 'queued', 'sending', 'unknown') THEN 'cancelled' ELSE d->>'state' END,
			'import.' || m.id, (d->>'attempts')::integer, d->>'error_class', d->>'error_code', nullif(d->'error', 'null'),
				m.created_at, coalesce((d->>'settled_at')::timestamptz,
				CASE WHEN d->>'state' IN ('later', 'queued', 'sending', 'unknown') THEN now() END)
		FROM jsonb_array_elements(objects) o CROSS JOIN LATERAL (SELECT o->'delivery' AS d) x
			JOIN messages m ON m.org_id = a_org AND m.id = deskbell_imported('message', o->'id', true)
		WHERE jsonb_typeof(d) = 'object';
	SELECT deskbell_index(a_org, 'message',
		ARRAY(SELECT deskbell_imported('message', o->'id', true) FROM jsonb_array_elements(objects) o
		WHERE o->>'body' <> ''));
$$;

CREATE OR REPLACE FUNCTION deskbell_import_of_conversations(a_org bigint, a_type text, objects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF a_type = 'decision' THEN
		INSERT INTO decisions (org_id, conversation_id, message_id, outcome, stage, reason, detail, draft, created_at)
			SELECT a_org, deskbell_imported('conversation', o->'conversation', true),
				deskbell_imported('message', o->'message', false), o->>'outcome', o->>'stage',
				o->>'reason', nullif(o->'detail', 'null'), o->>'draft', (o->>'created_at')::timestamptz
					FROM jsonb_array_elements(objects) o;
	ELSIF a_type = 'counter_example' THEN
		INSERT INTO counter_examples (org_id, skill_id, document_id, question, conversation_id, message_id, created_at)
			SELECT a_org, deskbell_imported('skill', nullif(o->'skill', 'null'), o->>'document' IS NULL), d.id, o->>'question',
				deskbell_imported('conversation', nullif(o->'conversation', 'null'), false),
				deskbell_imported('message', nullif(o->'message', 'null'), false), (o->>'created_at')::timestamptz
			FROM jsonb_array_elements(objects) o LEFT JOIN documents d ON d.org_id = a_org
				AND d.title_key = lower(o->>'document');
	ELSIF a_type = 'proposal_verdict' THEN
		INSERT INTO proposal_verdicts (org_id, message_id, verdict, at)
			SELECT a_org, deskbell_imported('message', o->'message', true), o->>'verdict', (o->>'at')::timestamptz
				FROM jsonb_array_elements(objects) o;
	ELSIF a_type = 'conversation_event' THEN
		INSERT INTO conversation_events (org_id, conversation_id, user_id, kind, assignee_id, at)
			SELECT a_org, deskbell_imported('conversation', o->'conversation', true),
				deskbell_imported('user', o->'user', false), o->>'kind',
				deskbell_imported('user', o->'assignee', false), (o->>'at')::timestamptz FROM jsonb_array_elements(objects) o;
	ELSE
		INSERT INTO leads (org_id, conversation_id, facts, manual, score, class, summary, source, hot_at, created_at,
			updated_at)
			SELECT a_org, deskbell_imported('conversation', o->'conversation', true), o->'found', o->'manual',
				(o->>'score')::integer, o->>'class', o->>'summary',
				o->>'source', (o->>'hot_at')::timestamptz, (o->>'created_at')::timestamptz, (o->>'updated_at')::timestamptz
					FROM jsonb_array_elements(objects) o;
	END IF;
END $$;

CREATE OR REPLACE FUNCTION deskbell_import_logs(a_org bigint, a_type text, objects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF a_type = 'quarantine' THEN
		INSERT INTO quarantine (org_id, channel_id, kind, reason, payload, digest, at)
			SELECT a_org, deskbell_imported('channel', o->'channel', true), o->>'kind', o->'reason', x.payload,
				sha256(convert_to((o->>'kind') || ' ', 'UTF8') || x.payload), (o->>'at')::timestamptz
			FROM jsonb_array_elements(objects) o
			CROSS JOIN LATERAL (SELECT coalesce(convert_to(o->>'payload', 'UTF8'),
				decode(o->>'payload_hex', 'hex')) AS payload) x;
	ELSIF a_type = 'webhook_log' THEN
		INSERT INTO webhook_log (org_id, channel_id, platform, kind, accepted, reason, remote_address, at)
			SELECT a_org, c.id, coalesce(c.platform, ''), o->>'kind', (o->>'accepted')::boolean, o->'reason',
				o->>'remote_address', (o->>'at')::timestamptz
			FROM jsonb_array_elements(objects) o LEFT JOIN channels c ON c.org_id = a_org
				AND c.id = deskbell_imported('channel', o->'channel', false);
	ELSIF a_type = 'llm_usage' THEN
		INSERT INTO llm_usage (org_id, day, purpose, calls, failures, prompt_tokens, completion_tokens)
			SELECT a_org, (o->>'day')::date, p.key, (p.value->>'calls')::integer, (p.value->>'failures')::integer,
				(p.value->>'prompt_tokens')::bigint,
				(p.value->>'completion_tokens')::bigint FROM jsonb_array_elements(objects) o CROSS
					JOIN LATERAL jsonb_each(o->'purposes') p;
	ELSIF a_type = 'message_costs' THEN
		INSERT INTO message_costs (org_id, channel_id, month, category, type, prefix, delivered)
			SELECT a_org, deskbell_imported('channel', c->'channel', true), (o->>'month')::date, c->>'category', c->>'type',
				c->>'prefix', (c->>'delivered')::bigint
			FROM jsonb_array_elements(objects) o CROSS JOIN LATERAL jsonb_array_elements(o->'costs') c;
	ELSE
		INSERT INTO audit_log (org_id, actor, action, detail, at)
			SELECT a_org, CASE WHEN o->>'actor' ~ '^user:[0-9]{1,18}$'
					THEN coalesce('user:' || deskbell_imported('user', to_jsonb(substr(o->>'actor', 6)), false), 'import '
						|| (o->>'actor')) ELSE o->>'actor' END,
				o->>'action', nullif(o->'detail', 'null'), (o->>'at')::timestamptz FROM jsonb_array_elements(objects) o;
	END IF;
END $$;

-- Stores objects of one type. Documents are not among them: the program cuts and indexes them.
CREATE OR REPLACE FUNCTION deskbell_import(a_org bigint, a_type text, objects jsonb) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	CASE a_type
		WHEN 'organization' THEN PERFORM deskbell_import_organization(a_org, objects->0);
		WHEN 'user' THEN PERFORM deskbell_import_users(a_org, objects);
		WHEN 'channel' THEN PERFORM deskbell_import_channels(a_org, objects);
		WHEN 'canned_reply' THEN PERFORM deskbell_import_canned_replies(a_org, objects);
		WHEN 'skill' THEN PERFORM deskbell_import_skills(a_org, objects);
		WHEN 'reply_content' THEN PERFORM deskbell_import_reply_contents(a_org, objects);
		WHEN 'contact' THEN PERFORM deskbell_import_contacts(a_org, objects);
		WHEN 'conversation' THEN PERFORM deskbell_import_conversations(a_org, objects);
		WHEN 'message' THEN PERFORM deskbell_import_messages(a_org, objects);
		WHEN 'decision', 'counter_example', 'proposal_verdict', 'conversation_event', 'lead'
			THEN PERFORM deskbell_import_of_conversations(a_org, a_type, objects);
		ELSE PERFORM deskbell_import_logs(a_org, a_type, objects);
	END CASE;
END $$;
