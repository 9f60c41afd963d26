-- Documents and their index, in the transaction of their organisation.

-- The lock under which an organisation's knowledge is changed: two imports at once wait for each other.
-- name: knowledge_lock
-- args: org_id bigint
-- row: next_passage integer, fingerprint bigint?
INSERT INTO knowledge_indexes AS k (org_id) VALUES (:org_id)
ON CONFLICT (org_id) DO UPDATE SET revision = k.revision + 1
RETURNING next_passage, fingerprint

-- name: knowledge_count
-- args: org_id bigint, next_passage integer, passages integer, words bigint, ngrams bigint, fingerprint bigint
UPDATE knowledge_indexes SET next_passage = :next_passage, passages = passages + :passages, words = words + :words,
	ngrams = ngrams + :ngrams,
	fingerprint = :fingerprint
WHERE org_id = :org_id

-- With what was indexed under it, and whether it is the same as a new one.
-- name: document_of_title
-- args: org_id bigint, title text, text text, language text, url text?, reason jsonb?
-- row: id bigint, title text, language text, is_same boolean
SELECT id, title, language, title = :title AND text = :text AND language = :language AND url IS NOT DISTINCT FROM :url
	AND reason IS NOT DISTINCT FROM :reason AS is_same
FROM documents WHERE org_id = :org_id AND title_key = lower(:title)

-- name: document_of_address
-- args: org_id bigint, url text
-- row: id bigint, title text
SELECT id, title FROM documents WHERE org_id = :org_id AND url = :url AND source = 'url' ORDER BY id LIMIT 1

-- name: document_addresses
-- args: org_id bigint
-- row: id bigint, url text
SELECT id, url FROM documents WHERE org_id = :org_id AND source = 'url' AND url IS NOT NULL ORDER BY id DESC LIMIT 2000

-- name: document_has_title
-- args: org_id bigint, title text
-- row: id bigint
SELECT id FROM documents WHERE org_id = :org_id AND title_key = lower(:title)

-- The same columns of the one of an id, then what stays when no text (`text`) is given.
-- name: document_of_id
-- args: org_id bigint, id bigint, title text, text text?, language text, url text?
-- row: id bigint, title text, language text, is_same boolean, text text, url text?, source text, reason jsonb?
SELECT id, title, language, title = :title AND language = :language
	AND (:text IS NULL OR text = :text AND url IS NOT DISTINCT FROM :url AND reason IS NULL) AS is_same,
	text, url, source, reason
FROM documents WHERE org_id = :org_id AND id = :id

-- One page of the list, the newest first, from the one behind number `before` on (0: from the newest). Positions of
-- passages count from 1 without gaps.
-- name: document_page
-- args: org_id bigint, before bigint, max_rows integer
-- row: id bigint, title text, language text, source text, url text?, state text, reason jsonb?, passages integer,
--   changed_ms bigint
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason,
	(SELECT coalesce(max(p.position), 0) FROM passages p
		WHERE p.org_id = d.org_id AND p.document_id = d.id) AS passages,
	(extract(epoch FROM d.updated_at) * 1000)::bigint AS changed_ms
FROM documents d WHERE d.org_id = :org_id AND (:before = 0 OR d.id < :before) ORDER BY d.id DESC LIMIT :max_rows

-- One document for its page: a text that is longer than `max_characters` characters stays away. The version is the
-- time of the last change in microseconds, as text.
-- name: document_view
-- args: org_id bigint, id bigint, max_characters integer
-- row: id bigint, title text, language text, source text, url text?, state text, reason jsonb?, passages integer,
--   changed_ms bigint, version text, text text?
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason,
	(SELECT coalesce(max(p.position), 0) FROM passages p
		WHERE p.org_id = d.org_id AND p.document_id = d.id) AS passages,
	(extract(epoch FROM d.updated_at) * 1000)::bigint AS changed_ms,
	(extract(epoch FROM d.updated_at) * 1000000)::bigint::text AS version,
	CASE WHEN d.source = 'paste' AND length(d.text) <= :max_characters THEN d.text END AS text
FROM documents d WHERE d.org_id = :org_id AND d.id = :id

-- name: document_passages
-- args: org_id bigint, document_id bigint, after integer, max_rows integer
-- row: position integer, heading text, text text
SELECT position, heading, text FROM passages
WHERE org_id = :org_id AND document_id = :document_id AND position > :after ORDER BY position LIMIT :max_rows

-- name: document_find
-- args: org_id bigint, id bigint
-- row: id bigint, title text, language text, source text, url text?, state text, reason jsonb?, created_at bigint,
--   updated_at bigint, characters integer
SELECT id, title, language, source, url, state, reason, (extract(epoch FROM created_at) * 1000)::bigint AS created_at,
	(extract(epoch FROM updated_at) * 1000)::bigint AS updated_at, length(text) AS characters
FROM documents WHERE org_id = :org_id AND id = :id

-- name: document_add
-- args: org_id bigint, title text, text text, language text, url text?, reason jsonb?, source text
-- row: id bigint
INSERT INTO documents (org_id, title, text, language, url, reason, state, source)
VALUES (:org_id, :title, :text, :language, :url, :reason, CASE WHEN :reason IS NULL THEN 'ready' ELSE 'failed' END,
	:source) RETURNING id

-- name: document_replace
-- args: org_id bigint, title text, text text, language text, url text?, reason jsonb?, source text, id bigint
UPDATE documents SET title = :title, text = :text, language = :language, url = :url, reason = :reason,
	state = CASE WHEN :reason IS NULL THEN 'ready' ELSE 'failed' END, source = :source, updated_at = now()
WHERE org_id = :org_id AND id = :id

-- Its passages go with it.
-- name: document_delete
-- args: org_id bigint, id bigint
DELETE FROM documents WHERE org_id = :org_id AND id = :id

-- name: document_list
-- args: org_id bigint
-- row: id bigint, title text, language text, source text, url text?, state text, reason jsonb?, passages bigint,
--   characters integer, updated_at bigint
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason,
	(SELECT count(*) FROM passages p WHERE p.org_id = d.org_id AND p.document_id = d.id) AS passages,
	length(d.text) AS characters, (extract(epoch FROM d.updated_at) * 1000)::bigint AS updated_at
FROM documents d WHERE d.org_id = :org_id ORDER BY d.id

-- name: passages_of_document
-- args: org_id bigint, document_id bigint
-- row: id integer, heading text, text text, words integer, ngrams integer
SELECT id, heading, text, words, ngrams FROM passages WHERE org_id = :org_id AND document_id = :document_id
ORDER BY position

-- name: passages_drop
-- args: org_id bigint, document_id bigint
DELETE FROM passages WHERE org_id = :org_id AND document_id = :document_id

-- From number `first_id` on, in order.
-- name: passages_add
-- args: org_id bigint, document_id bigint, first_id integer, headings text[], texts text[], words integer[],
--   ngrams integer[]
INSERT INTO passages (org_id, document_id, id, position, heading, text, words, ngrams)
SELECT :org_id, :document_id, :first_id + x.place - 1, x.place, x.heading, x.text, x.words, x.ngrams
FROM unnest(:headings, :texts, :words, :ngrams) WITH ORDINALITY AS x(heading, text, words, ngrams, place)

-- All passages of an organisation behind number `after`, some at a time: to make the index again.
-- name: passages_after
-- args: org_id bigint, after integer
-- row: id integer, heading text, text text, words integer, ngrams integer, title text, language text
SELECT p.id, p.heading, p.text, p.words, p.ngrams, d.title, d.language
FROM passages p JOIN documents d ON d.org_id = p.org_id AND d.id = p.document_id
WHERE p.org_id = :org_id AND p.id > :after ORDER BY p.id LIMIT 500

-- name: passages_measure
-- args: org_id bigint, ids integer[], words integer[], ngrams integer[]
UPDATE passages p SET words = x.words, ngrams = x.ngrams FROM unnest(:ids, :words, :ngrams) AS x(id, words, ngrams)
WHERE p.org_id = :org_id AND p.id = x.id

-- `starts` are the entries of all, one after another; those of a row begin at byte `counts`.
-- name: passage_terms_add
-- args: org_id bigint, terms integer[], blocks integer[], counts integer[], starts integer[], entries bytea
INSERT INTO passage_terms AS t (org_id, term, block, n, entries)
SELECT :org_id, x.term, x.block, x.n, substring(:entries FROM x.at + 1 FOR 3 * x.n)
FROM unnest(:terms, :blocks, :counts, :starts) AS x(term, block, n, at)
ON CONFLICT (org_id, term, block) DO UPDATE SET n = t.n + excluded.n, entries = t.entries || excluded.entries

-- name: passage_terms_of
-- args: org_id bigint, terms integer[], blocks integer[]
-- row: term integer, block integer, entries bytea
SELECT t.term, t.block, t.entries FROM unnest(:terms, :blocks) AS x(term, block)
JOIN passage_terms t ON t.org_id = :org_id AND t.term = x.term AND t.block = x.block

-- name: passage_terms_replace
-- args: org_id bigint, terms integer[], blocks integer[], counts integer[], starts integer[], entries bytea
-- like: passage_terms_add
UPDATE passage_terms t SET n = x.n, entries = substring(:entries FROM x.at + 1 FOR 3 * x.n)
FROM unnest(:terms, :blocks, :counts, :starts) AS x(term, block, n, at)
WHERE t.org_id = :org_id AND t.term = x.term AND t.block = x.block AND x.n > 0

-- name: passage_terms_drop
-- args: org_id bigint, terms integer[], blocks integer[], counts integer[]
DELETE FROM passage_terms t USING unnest(:terms, :blocks, :counts) AS x(term, block, n)
WHERE t.org_id = :org_id AND t.term = x.term AND t.block = x.block AND x.n = 0

-- name: passage_terms_forget
-- args: org_id bigint
DELETE FROM passage_terms WHERE org_id = :org_id

-- What a question asks.
-- name: knowledge_of
-- args: org_id bigint
-- row: passages integer, words bigint, ngrams bigint, next_passage integer, languages text
SELECT passages, words, ngrams, next_passage, languages FROM deskbell_knowledge(:org_id)

-- name: knowledge_entries
-- args: org_id bigint, terms integer[], common integer, max_words integer, max_ngrams integer
-- row: term integer, passages bigint, block integer, entries bytea
SELECT term, passages, block, entries FROM deskbell_knowledge_entries(:org_id, :terms, :common, :max_words, :max_ngrams)

-- name: knowledge_few
-- args: org_id bigint, max_passages integer
-- row: passage_id integer, document_id bigint, title text, named boolean, url text?, language text, heading text,
--   body text
SELECT passage_id, document_id, title, named, url, language, heading, body
FROM deskbell_knowledge_few(:org_id, :max_passages)

-- name: knowledge_passages
-- args: org_id bigint, ids integer[], scores double precision[], max_of_document integer, max_rows integer
-- row: passage_id integer, document_id bigint, score double precision, title text, named boolean, url text?,
--   language text, heading text, body text
SELECT passage_id, document_id, score, title, named, url, language, heading, body
FROM deskbell_knowledge_passages(:org_id, :ids, :scores, :max_of_document, :max_rows)

-- The latest questions without a sure answer, the newest first, with the skill that was thought of most.
-- name: unanswered_questions
-- args: org_id bigint, days integer, max_rows integer
-- row: id bigint, conversation_id bigint, contact_id bigint, text text, skill_id bigint?, skill_title text?,
--   not_ours boolean, language text
SELECT d.id, d.conversation_id, v.contact_id, left(m.body, 300) AS text,
	s.id AS skill_id, s.title AS skill_title, d.detail ? 'not_ours' AS not_ours, o.language
FROM (SELECT * FROM decisions WHERE org_id = :org_id AND stage IN ('fallback', 'clarify')
		AND created_at > now() - make_interval(days => :days) ORDER BY id DESC LIMIT :max_rows) d
JOIN messages m ON m.org_id = d.org_id AND m.id = d.message_id AND m.text_like
JOIN conversations v ON v.org_id = d.org_id AND v.id = d.conversation_id
JOIN organizations o ON o.id = d.org_id
LEFT JOIN skills s ON s.org_id = d.org_id AND s.id = (d.detail #>> '{stages,skill_candidates,0,id}')::bigint
ORDER BY d.id DESC

-- What is none of the business's matters stays away, with what asks the same later.
-- name: put_question_away
-- args: org_id bigint, ids text
UPDATE decisions SET detail = coalesce(detail, '{}') || '{"not_ours": true}'
WHERE org_id = :org_id AND id = ANY (string_to_array(:ids, ' ')::bigint[])
