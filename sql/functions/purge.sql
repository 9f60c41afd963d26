-- Old rows taken out in small pieces, in the transaction of one organisation. Each call looks at the next rows of a
-- table behind a place, a thousand at most, in order of their ids, and says how far it came (NULL: there was nothing
-- more), so that whatever is kept is passed once, and a run can be stopped anywhere and started again. `dry` counts and
-- changes nothing.

-- The next rows of a table (deskbell.purge_rows of them, set for a transaction; 1000 else), and which of them are old.
-- Sorts are off so that they come along the key even where the server has no statistics.
CREATE OR REPLACE FUNCTION deskbell_purge_window(a_table text, a_time text, a_org bigint, behind bigint,
	before timestamptz, OUT reached bigint, OUT old bigint[])
LANGUAGE plpgsql SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
BEGIN
	EXECUTE format('SELECT max(s.id), coalesce(array_agg(s.id) FILTER (WHERE s.at < $3), ''{}'')
		FROM (SELECT id, %I AS at FROM %I WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $4) s', a_time, a_table)
		INTO reached, old USING a_org, behind, before,
		coalesce(nullif(current_setting('deskbell.purge_rows', true), '')::integer, 1000);
END $$;

-- Rows that nothing hangs on. deskbell.purge opens the audit log, which is only added to otherwise
-- (0013_operation.sql).
CREATE OR REPLACE FUNCTION deskbell_purge_rows(a_table text, a_time text, a_org bigint, behind bigint,
	before timestamptz, dry boolean,
	OUT reached bigint, OUT gone bigint, OUT also bigint)
LANGUAGE plpgsql AS $$
DECLARE
	old bigint[];
BEGIN
	SELECT w.reached, w.old INTO reached, old FROM deskbell_purge_window(a_table, a_time, a_org, behind, before) w;
	gone := cardinality(old);
	IF NOT dry AND gone > 0 THEN
		PERFORM set_config('deskbell.purge', a_table, true);
		EXECUTE format('DELETE FROM %I WHERE org_id = $1 AND id = ANY ($2)', a_table) USING a_org, old;
		PERFORM set_config('deskbell.purge', '', true);
	END IF;
END $$;

-- Messages with their deliveries (`also`). One that is still to be sent, or to be answered, stays.
CREATE OR REPLACE FUNCTION deskbell_purge_messages(a_org bigint, behind bigint, before timestamptz, dry boolean,
	OUT reached bigint, OUT gone bigint, OUT also bigint)
LANGUAGE plpgsql AS $$
DECLARE
	old bigint[];
	talks bigint[];
BEGIN
	SELECT w.reached, w.old INTO reached, old
		FROM deskbell_purge_window('messages', 'created_at', a_org, behind, before) w;
	IF NOT dry THEN
		old := ARRAY(SELECT id FROM messages WHERE org_id = a_org AND id = ANY (old) ORDER BY id FOR UPDATE SKIP LOCKED);
		PERFORM FROM outbox WHERE org_id = a_org AND message_id = ANY (old) ORDER BY message_id FOR UPDATE;
	END IF;
	-- A statement of its own: it sees what was changed before the locks were there.
	old := ARRAY(SELECT m.id FROM messages m WHERE m.org_id = a_org AND m.id = ANY (old)
		AND NOT EXISTS (SELECT FROM outbox o WHERE o.org_id = m.org_id AND o.message_id = m.id
			AND o.state IN ('queued', 'sending', 'unknown'))
		AND NOT EXISTS (SELECT FROM answer_jobs j WHERE j.org_id = m.org_id AND j.conversation_id = m.conversation_id
			AND m.id = ANY (j.messages)));
	gone := cardinality(old);
	SELECT count(*) INTO also FROM outbox WHERE org_id = a_org AND message_id = ANY (old);
	IF NOT dry THEN
		WITH purged AS (DELETE FROM messages WHERE org_id = a_org AND id = ANY (old) RETURNING conversation_id, body)
			SELECT array_agg(DISTINCT conversation_id) INTO talks FROM purged WHERE body <> '';
		PERFORM deskbell_index(a_org, 'again', talks);
	END IF;
END $$;

-- Of these conversations those that are not needed: closed, quiet since, nothing in them that stays, no lead that was
-- edited manually.
CREATE OR REPLACE FUNCTION deskbell_purgeable(a_org bigint, ids bigint[], before timestamptz) RETURNS bigint[]
LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT v.id FROM conversations v WHERE v.org_id = a_org AND v.id = ANY (ids) AND NOT v.is_open
		AND v.last_message_at < before
		AND NOT EXISTS (SELECT FROM messages m WHERE m.org_id = v.org_id AND m.conversation_id = v.id
			AND (m.created_at >= before
			OR EXISTS (SELECT FROM outbox o WHERE o.org_id = m.org_id AND o.message_id = m.id
				AND o.state IN ('queued', 'sending', 'unknown'))))
		AND NOT EXISTS (SELECT FROM answer_jobs j WHERE j.org_id = v.org_id AND j.conversation_id = v.id)
		AND NOT EXISTS (SELECT FROM leads l WHERE l.org_id = v.org_id AND l.conversation_id = v.id AND l.manual <> '{}'))
$$;

-- Conversations that have become empty, and contacts (`also`) that have none left. Comes behind messages. A contact who
-- writes at this very moment finds no conversation when the delivery is stored again (src/domain/inbound/intake.c), and
-- gets another.
CREATE OR REPLACE FUNCTION deskbell_purge_conversations(a_org bigint, behind bigint, before timestamptz, dry boolean,
	OUT reached bigint, OUT gone bigint, OUT also bigint)
LANGUAGE plpgsql AS $$
DECLARE
	old bigint[];
	people bigint[];
BEGIN
	SELECT w.reached, w.old INTO reached, old
		FROM deskbell_purge_window('conversations', 'last_message_at', a_org, behind, before) w;
	old := deskbell_purgeable(a_org, old, before);
	IF NOT dry THEN
		old := ARRAY(SELECT id FROM conversations WHERE org_id = a_org AND id = ANY (old) ORDER BY id FOR UPDATE SKIP LOCKED);
		old := deskbell_purgeable(a_org, old, before);
	END IF;
	people := ARRAY(SELECT DISTINCT v.contact_id FROM conversations v WHERE v.org_id = a_org AND v.id = ANY (old)
		AND NOT EXISTS (SELECT FROM conversations w WHERE w.org_id = a_org AND w.contact_id = v.contact_id
			AND w.id <> ALL (old)));
	gone := cardinality(old);
	also := cardinality(people);
	IF NOT dry THEN
		DELETE FROM conversation_viewers WHERE org_id = a_org AND conversation_id = ANY (old);
		DELETE FROM conversations WHERE org_id = a_org AND id = ANY (old);
		DELETE FROM contacts WHERE org_id = a_org AND id = ANY (people);
	END IF;
END $$;
