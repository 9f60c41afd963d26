-- Search: conversations by words, and the steps by which a sender learns which words there are.
--
-- A step is one transaction of its caller: deskbell_claim_words takes texts out of the queue, the caller cuts them into
-- words, deskbell_store_words stores these. Who dies between leaves everything as it was. Two senders skip what the
-- other has. Rows are locked in the order queue, conversations, words.

-- What the files of a message are called, and what a model saw in them; NULL where there is neither.
CREATE OR REPLACE FUNCTION deskbell_file_words(org bigint, message bigint) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT string_agg(concat_ws(' ', left(a.file_name, 200), m.metadata->'descriptions'->>a.position::text), ' ')
	FROM attachments a JOIN messages m ON m.org_id = org AND m.id = message
	WHERE a.org_id = org AND a.message_id = message
		AND (a.file_name <> '' OR m.metadata->'descriptions' ? a.position::text)
$$;

-- The next messages and conversations of what was there before there was a search, the newest first; false when all of
-- it has been taken.
CREATE OR REPLACE FUNCTION deskbell_refill_search(org bigint, most integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	b search_backlog;
	said bigint;
	begun bigint;
BEGIN
	SELECT * INTO b FROM search_backlog x WHERE x.org_id = org FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	WITH next AS MATERIALIZED (SELECT m.id, m.body <> '' OR deskbell_file_words(m.org_id, m.id) <> '' AS has_text
		FROM messages m WHERE m.org_id = b.org_id AND m.id < b.messages_below ORDER BY m.id DESC LIMIT most),
		put AS (INSERT INTO search_queue (org_id, kind, subject) SELECT b.org_id, 'message', id FROM next WHERE has_text)
	SELECT min(id) INTO said FROM next;
	WITH next AS MATERIALIZED (SELECT v.id FROM conversations v WHERE v.org_id = b.org_id AND v.id < b.conversations_below
		ORDER BY v.id DESC LIMIT most),
		put AS (INSERT INTO search_queue (org_id, kind, subject) SELECT b.org_id, 'contact', id FROM next)
	SELECT min(id) INTO begun FROM next;
	IF said IS NULL AND begun IS NULL THEN
		DELETE FROM search_backlog WHERE org_id = b.org_id;
	ELSE
		UPDATE search_backlog SET messages_below = coalesce(said, 0), conversations_below = coalesce(begun, 0)
			WHERE org_id = b.org_id;
	END IF;
	RETURN true;
END $$;

-- How a number is asked for besides from its start: the last four digits, and the lengths that national numbers have,
-- without the country's code and the zero before it.
CREATE OR REPLACE FUNCTION deskbell_phone_ends(phone text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(right(d.digits, n), ' ')
		FROM (SELECT regexp_replace(phone, '[^0-9]', '', 'g') AS digits) d, unnest(ARRAY[4, 7, 8, 9, 10, 11]) n
		WHERE length(d.digits) > n
$$;

-- Takes up to `most` items out of the queue and returns the texts they stand for; the words of persons, and of
-- conversations that are read again, are gone with it. `taken` is how many items, in every row; no row at all: there is
-- nothing to do. A row without a text: there was nothing in what was taken.
CREATE OR REPLACE FUNCTION deskbell_claim_words(org bigint, most integer)
RETURNS TABLE (taken integer, conversation_id bigint, of_contact boolean, content text)
LANGUAGE plpgsql SET jit = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
	items search_queue[];
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	WITH next AS MATERIALIZED (SELECT q.id, q.org_id FROM search_queue q WHERE q.org_id = org ORDER BY q.id LIMIT most FOR
		UPDATE SKIP LOCKED),
		out AS (DELETE FROM search_queue q USING next n WHERE q.id = n.id AND q.org_id = n.org_id RETURNING q)
	SELECT array_agg(out.q) INTO items FROM out;
	IF items IS NULL THEN
		IF deskbell_refill_search(org, most) THEN
			RETURN QUERY SELECT 0, NULL::bigint, NULL::boolean, NULL::text;
		END IF;
		RETURN;
	END IF;
	-- A transaction that makes one conversation of two waits until these words are stored (the messages that it moves
	-- come into the queue again), or this waits for it: the texts are read behind the lock.
	PERFORM 1 FROM conversations v JOIN (
		SELECT DISTINCT i.org_id, CASE i.kind WHEN 'message'
			THEN (SELECT m.conversation_id FROM messages m WHERE m.org_id = i.org_id AND m.id = i.subject)
			ELSE i.subject END AS id
		FROM unnest(items) i) t ON v.org_id = t.org_id AND v.id = t.id
		ORDER BY v.org_id, v.id FOR KEY SHARE OF v;
	DELETE FROM search_words w USING unnest(items) i
		WHERE i.kind <> 'message' AND w.org_id = i.org_id AND w.conversation_id = i.subject
			AND w.of_contact = (i.kind = 'contact');
	INSERT INTO search_queue (org_id, kind, subject)
		SELECT m.org_id, 'message', m.id FROM (SELECT DISTINCT i.org_id, i.subject FROM unnest(items) i
			WHERE i.kind = 'again') i
		JOIN messages m ON m.org_id = i.org_id AND m.conversation_id = i.subject
		WHERE m.body <> '' OR deskbell_file_words(m.org_id, m.id) <> '';
	RETURN QUERY
	SELECT cardinality(items), x.conversation_id, x.of_contact, x.content FROM (
		SELECT m.conversation_id, false AS of_contact,
			concat_ws(' ', left(m.body, 8000), deskbell_file_words(m.org_id, m.id)) AS content
		FROM unnest(items) i JOIN messages m ON m.org_id = i.org_id AND m.id = i.subject
			-- whose text is that of the message that it changes, until it is changed again
			WHERE i.kind = 'message' AND m.kind <> 'edit'
		UNION ALL
		SELECT v.id, true, concat_ws(' ', left(c.name, 1000), left(c.username, 1000), v.contact_phone,
			deskbell_phone_ends(v.contact_phone),
			(SELECT string_agg(t.tag, ' ') FROM conversation_tags t WHERE t.org_id = v.org_id AND t.conversation_id = v.id),
			(SELECT string_agg(x.value, ' ') FROM contact_values x WHERE x.org_id = v.org_id AND x.contact_id = v.contact_id))
		FROM (SELECT DISTINCT i.org_id, i.subject FROM unnest(items) i WHERE i.kind = 'contact') i
		JOIN conversations v ON v.org_id = i.org_id AND v.id = i.subject
		JOIN contacts c ON c.org_id = v.org_id AND c.id = v.contact_id) x
	UNION ALL SELECT cardinality(items), NULL, NULL, NULL;
END $$;

-- The text of a message is gone or another one: what its conversation was found by is gone with it, in the same
-- transaction, and comes back without the old text when the conversation is read again. Bounded, for its callers store
-- messages; what a very long conversation has beyond that stays until it is read again.
CREATE OR REPLACE FUNCTION deskbell_forget_words(org bigint, conversation bigint) RETURNS void
LANGUAGE sql SET jit = off AS $$
	DELETE FROM search_words w WHERE w.org_id = org AND w.ctid = ANY (ARRAY(
		SELECT x.ctid FROM search_words x WHERE x.org_id = org AND x.conversation_id = conversation AND NOT x.of_contact
			LIMIT 10000));
	SELECT deskbell_index(org, 'again', ARRAY[conversation]);
$$;

-- Words with their conversations, any of them more than once.
CREATE OR REPLACE FUNCTION deskbell_store_words(org bigint, conversations bigint[], of_contacts boolean[], words text[])
	RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true);
	INSERT INTO search_words (org_id, word, conversation_id, of_contact)
		SELECT DISTINCT org, u.word COLLATE "C", u.conversation, u.of_contact
			FROM unnest(words, conversations, of_contacts) u(word, conversation, of_contact)
		ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING;
END $$;

-- Conversations that hold all of `words`, of which the last may be the beginning of a word, at most `most`; the newest
-- first, or where they were chosen by the rarest word those that began last. Called in a tenant's transaction; the
-- inbox sorts what it shows.
--
-- The rarest of the words leads, and its conversations are asked for the others, without looking at the conversations
-- themselves: of a million they lie far apart. Work is bounded: where every word has more than `few` places, the
-- `newest` conversations are looked through, then `few` places of the last word; something older may be missed then,
-- which `complete` tells, and another word finds it.
CREATE OR REPLACE FUNCTION deskbell_search(a_org bigint, words text[], most integer, OUT hits bigint[],
	OUT complete boolean)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
DECLARE
	few CONSTANT integer := 1000;
	newest CONSTANT integer := 500;
	n CONSTANT integer := cardinality(words);
	terms text[];
	others text := '';      -- what a conversation must hold besides the word that leads
	lead integer := n;
	rows_of integer;
	fewest integer := few + 1;
	older bigint[];
BEGIN
	hits := '{}';
	complete := true;
	FOR k IN 1 .. n LOOP
		terms[k] := format(CASE WHEN k < n THEN 's.word = $2[%s]'
			ELSE 's.word >= $2[%1$s] AND s.word < $2[%1$s] || chr(1114111)' END, k);
		EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM search_words s WHERE s.org_id = $1 AND %s LIMIT $3) x', terms[k])
			INTO rows_of USING a_org, words, few + 1;
		IF rows_of = 0 THEN
			RETURN;
		ELSIF rows_of < fewest THEN
			lead := k;
			fewest := rows_of;
		END IF;
	END LOOP;
	FOR k IN 1 .. n LOOP
		IF k <> lead THEN
			others := others
				|| format(' AND EXISTS (SELECT 1 FROM search_words s WHERE s.org_id = $1
					AND s.conversation_id = v.id AND %s OFFSET 0)', terms[k]);
		END IF;
	END LOOP;
	IF fewest > few THEN
		EXECUTE format($q$SELECT coalesce(array_agg(f.id), '{}') FROM (SELECT v.id FROM (
				SELECT * FROM deskbell_newest($1, true, $4) UNION ALL SELECT * FROM deskbell_newest($1, false, $4)
				ORDER BY 2 DESC, 1 DESC LIMIT $4) v
			WHERE EXISTS (SELECT 1 FROM search_words s WHERE s.org_id = $1 AND s.conversation_id = v.id AND %s OFFSET 0) %s
			ORDER BY v.last_message_at DESC, v.id DESC LIMIT $3) f$q$, terms[lead], others)
			INTO hits USING a_org, words, most, newest;
	END IF;
	IF cardinality(hits) < most THEN
		EXECUTE format($q$SELECT coalesce(array_agg(f.id), '{}') FROM (SELECT v.id FROM (
				SELECT DISTINCT t.conversation_id AS id FROM (
					SELECT s.conversation_id FROM search_words s WHERE s.org_id = $1 AND %s
						ORDER BY s.word DESC, s.conversation_id DESC LIMIT $4) t
				ORDER BY 1 DESC) v
			WHERE v.id <> ALL ($5) %s ORDER BY v.id DESC LIMIT $3) f$q$, terms[lead], others)
			INTO older USING a_org, words, most - cardinality(hits), few, hits;
	END IF;
	hits := hits || coalesce(older, '{}');
	complete := fewest <= few AND cardinality(hits) < most;
END $$;

-- Conversations with a file of a kind that was sent in that time (from_at <= it < until_at; NULL: whenever), at most
-- `most`, the newest file's first: of all, or of `among` where that is not NULL, in its order. What the bot sent along
-- is not looked for, and what was erased or is too old is no longer there. Called in a tenant's transaction. Work is
-- bounded: of all files the `newest` of the kind are looked at, which `complete` tells.
CREATE OR REPLACE FUNCTION deskbell_search_files(a_org bigint, a_kind text, from_at timestamptz, until_at timestamptz,
	among bigint[], most integer, OUT hits bigint[], OUT complete boolean)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
	SET enable_mergejoin = off AS $$
DECLARE
	newest CONSTANT integer := 2000;
	since CONSTANT timestamptz := coalesce(from_at, '-infinity');
	before CONSTANT timestamptz := coalesce(until_at, 'infinity');
BEGIN
	IF among IS NOT NULL THEN
		SELECT coalesce(array_agg(t.id ORDER BY t.n), '{}'), true INTO hits, complete
			FROM unnest(among) WITH ORDINALITY t(id, n)
			WHERE EXISTS (SELECT 1 FROM attachments a WHERE a.org_id = a_org AND a.conversation_id = t.id
				AND a.found_as = a_kind AND a.sent_at >= since AND a.sent_at < before AND a.sha256 IS NOT NULL
				AND NOT a.by_bot OFFSET 0);
		RETURN;
	END IF;
	WITH files AS MATERIALIZED (
		SELECT a.conversation_id, a.sent_at FROM attachments a WHERE a.org_id = a_org AND a.found_as = a_kind
			AND a.sent_at >= since AND a.sent_at < before AND a.state = 'stored' AND NOT a.by_bot
		ORDER BY a.sent_at DESC LIMIT newest
	), talks AS MATERIALIZED (
		SELECT f.conversation_id AS id, max(f.sent_at) AS at FROM files f GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT most
	) SELECT coalesce(array_agg(t.id ORDER BY t.at DESC, t.id DESC), '{}'),
		count(*) < most AND (SELECT count(*) FROM files) < newest INTO hits, complete FROM talks t;
END $$;
