-- Retention: what an organisation keeps no longer than it has chosen (settings keep_messages_days, keep_files_days,
-- keep_webhooks_days, keep_audit_days), taken out by the sender in small steps.
--
-- A step is one transaction of few rows; how far an organisation has come is stored in the same one, so that a crash
-- costs nothing and two senders take different organisations. What must stay (waits to be sent or to be answered, open
-- conversations, leads edited manually) is the rule of purge.sql.
--
-- Time. A row is old by a clock that we can trust: the database's, but never ahead of both of these: the days that
-- senders have seen pass, one look after another, and the newest messages' times of the platforms, which are other
-- clocks than ours. A server whose clock has jumped years ahead deletes nothing that is not old; where it was off for
-- long, retention is late until the next message comes in.

-- Lets the trusted clock go on: by the time since the last look, at most a day (senders look at least once an hour), at
-- most to the database's time. One sender does it; the others go on.
CREATE OR REPLACE FUNCTION deskbell_retention_clock() RETURNS timestamptz
LANGUAGE plpgsql SET jit = off SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	c retention_clock;
	org bigint;
	platform_time timestamptz;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO c FROM retention_clock FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN (SELECT least(r.trusted, now()) FROM retention_clock r);
	END IF;
	-- Organization by organization, once an hour.
	FOREACH org IN ARRAY ARRAY(SELECT o.id FROM organizations o) LOOP
		PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
		platform_time := greatest(platform_time, (SELECT max(m.provider_time) FROM (
			SELECT x.provider_time FROM messages x WHERE x.org_id = org ORDER BY x.id DESC LIMIT 100) m));
	END LOOP;
	c.trusted := least(now(), greatest(c.trusted + least(greatest(now() - c.seen, interval '0'), interval '1 day'),
		platform_time));
	UPDATE retention_clock SET trusted = c.trusted, seen = now();
	RETURN c.trusted;
END $$;

-- The days that are kept by a setting, NULL: for ever. Less than a week would take a second delivery for a new message.
CREATE OR REPLACE FUNCTION deskbell_retention_days(settings jsonb, name text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT greatest(7, nullif((settings->>name)::integer, 0)) WHERE coalesce((settings->>name)::integer, 0) > 0
$$;

-- An organization that has chosen something gets its job, one that has not loses it. Every hour, organization by
-- organization.
CREATE OR REPLACE FUNCTION deskbell_retention_plan() RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	o organizations;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	-- All of them before the first organization's scope begins.
	FOREACH o IN ARRAY ARRAY(SELECT x FROM organizations x ORDER BY x.id) LOOP
		PERFORM set_config('deskbell.org', o.id::text, true), set_config('deskbell.scope', '', true);
		IF coalesce(deskbell_retention_days(o.settings, 'keep_messages_days'),
			deskbell_retention_days(o.settings, 'keep_webhooks_days'),
			deskbell_retention_days(o.settings, 'keep_audit_days'),
				deskbell_retention_days(o.settings, 'keep_files_days')) IS NOT NULL THEN
			INSERT INTO retention_jobs (org_id) VALUES (o.id) ON CONFLICT DO NOTHING;
		ELSE
			DELETE FROM retention_jobs r WHERE r.org_id = o.id;
		END IF;
		DELETE FROM forgotten f WHERE f.org_id = o.id AND f.at < now() - interval '8 days';
	END LOOP;
END $$;

-- The files of messages, which stay: what is older is no longer named, so that it is removed like any file that nothing
-- names. What waits to be sent keeps its file.
CREATE OR REPLACE FUNCTION deskbell_retention_files(a_org bigint, behind bigint, before timestamptz, OUT reached bigint,
	OUT gone bigint)
LANGUAGE sql AS $$
	WITH old AS (
		SELECT a.message_id, a.position FROM attachments a
		WHERE a.org_id = a_org AND a.message_id >= behind AND a.state = 'stored' AND a.created_at < before
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.org_id = a_org AND o.message_id = a.message_id
				AND o.state IN ('later', 'queued', 'sending', 'unknown'))
		ORDER BY a.message_id LIMIT coalesce(nullif(current_setting('deskbell.purge_rows', true), '')::integer, 200)
	), aged AS (
		UPDATE attachments a SET state = 'lost', reason = 'aged', sha256 = NULL, reading = CASE WHEN a.reading = 'waiting'
			THEN 'failed' ELSE a.reading END
		FROM old WHERE a.org_id = a_org AND a.message_id = old.message_id AND a.position = old.position
			RETURNING a.message_id)
	SELECT max(message_id), count(*) FROM aged
$$;

-- One piece of one table: how far it came (NULL: to the end, or to rows that are younger) and how many rows went. Rows
-- come in the order in which they were stored, so where a piece holds nothing old the rest of its table is younger; a
-- conversation is as old as its last message, so all of them are passed.
CREATE OR REPLACE FUNCTION deskbell_retention_piece(a_org bigint, a_table text, behind bigint, before timestamptz,
	OUT reached bigint, OUT gone bigint)
LANGUAGE plpgsql AS $$
DECLARE
	col CONSTANT text := CASE a_table WHEN 'messages' THEN 'created_at' WHEN 'decisions' THEN 'created_at'
		WHEN 'conversations' THEN 'last_message_at' ELSE 'at' END;
	old bigint[];
BEGIN
	gone := 0;
	IF a_table = 'files' THEN
		SELECT f.reached, f.gone INTO reached, gone FROM deskbell_retention_files(a_org, behind, before) f;
		RETURN;
	END IF;
	SELECT w.reached, w.old INTO reached, old FROM deskbell_purge_window(a_table, col, a_org, behind, before) w;
	IF cardinality(old) = 0 AND a_table <> 'conversations' THEN
		reached := NULL;
	ELSIF a_table = 'messages' THEN
		SELECT p.gone INTO gone FROM deskbell_purge_messages(a_org, behind, before, false) p;
	ELSIF a_table = 'conversations' THEN
		SELECT p.gone INTO gone FROM deskbell_purge_conversations(a_org, behind, before, false) p;
	ELSE
		SELECT p.gone INTO gone FROM deskbell_purge_rows(a_table, col, a_org, behind, before, false) p;
	END IF;
END $$;

-- One step: a piece of one table of one organisation that is due. False when nothing is.
CREATE OR REPLACE FUNCTION deskbell_retention_step() RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	tables CONSTANT text[] := '{messages,decisions,conversation_events,conversations,
		webhook_log,quarantine,audit_log,files}';
	kept CONSTANT text[] := '{keep_messages_days,keep_messages_days,keep_messages_days,keep_messages_days,
		keep_webhooks_days,keep_webhooks_days,keep_audit_days,keep_files_days}';
	j retention_jobs;
	org bigint;
	days integer;
	came bigint;
	went bigint := 0;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true), set_config('deskbell.purge_rows', '200', true);
	FOREACH org IN ARRAY ARRAY(SELECT r.org_id FROM retention_jobs r WHERE r.due_at <= now() ORDER BY r.due_at
		LIMIT 20) LOOP
		PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
		SELECT * INTO j FROM retention_jobs r WHERE r.org_id = org AND r.due_at <= now() FOR UPDATE SKIP LOCKED;
		EXIT WHEN FOUND;
	END LOOP;
	IF j.org_id IS NULL THEN
		RETURN false;
	END IF;
	SELECT deskbell_retention_days(o.settings, kept[j.step]) INTO days FROM organizations o WHERE o.id = j.org_id;
	IF days IS NOT NULL THEN
		SELECT p.reached, p.gone INTO came, went FROM retention_clock c
			CROSS JOIN LATERAL deskbell_retention_piece(j.org_id, tables[j.step], j.last_id,
				least(c.trusted, now()) - days * interval '1 day') p;
	END IF;
	j.deleted := j.deleted + went;
	IF came IS NOT NULL THEN
		UPDATE retention_jobs r SET last_id = came, deleted = j.deleted WHERE r.org_id = j.org_id;
	ELSIF j.step < cardinality(tables) THEN
		UPDATE retention_jobs r SET step = j.step + 1, last_id = 0, deleted = j.deleted WHERE r.org_id = j.org_id;
	ELSE
		UPDATE retention_jobs r SET step = 1, last_id = 0, deleted = 0, due_at = now() + interval '12 hours'
			WHERE r.org_id = j.org_id;
		IF j.deleted > 0 THEN
			PERFORM deskbell_audit(j.org_id, 'sender', 'retention', jsonb_build_object('rows', j.deleted));
		END IF;
	END IF;
	RETURN true;
END $$;

-- Files that nothing names any more, organization by organization, at most `max_rows`: what retention, purges and
-- erasures have left of them.
CREATE OR REPLACE FUNCTION deskbell_orphan_files(max_rows integer) RETURNS TABLE (org_id bigint, sha256 text)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	org bigint;
	n integer;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	FOREACH org IN ARRAY ARRAY(SELECT o.id FROM organizations o ORDER BY o.id) LOOP
		PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
		RETURN QUERY SELECT f.org_id, encode(f.sha256, 'hex') FROM files f
			WHERE f.org_id = org AND NOT deskbell_file_is_used(org, f.sha256) LIMIT max_rows;
		GET DIAGNOSTICS n = ROW_COUNT;
		max_rows := max_rows - n;
		EXIT WHEN max_rows <= 0;
	END LOOP;
END $$;
