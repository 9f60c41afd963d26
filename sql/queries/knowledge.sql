-- Documents and their index, in the transaction of their organisation.

-- The lock under which an organisation's knowledge is changed: two imports at once wait for each other.
-- name: knowledge_lock
INSERT INTO knowledge_indexes AS k (org_id) VALUES ($1::bigint) ON CONFLICT (org_id) DO UPDATE SET revision = k.revision + 1
RETURNING next_passage, fingerprint

-- name: knowledge_count
UPDATE knowledge_indexes SET next_passage = $2::integer, passages = passages + $3::integer, words = words + $4::bigint, pieces = pieces + $5::bigint,
	fingerprint = $6::bigint
WHERE org_id = $1::bigint

-- With what was indexed under it, and whether it is the same as a new one.
-- name: document_of_title
SELECT id, title, language, title = $2::text AND text = $3::text AND language = $4::text AND url IS NOT DISTINCT FROM $5::text
	AND reason IS NOT DISTINCT FROM $6::text
FROM documents WHERE org_id = $1::bigint AND title_key = lower($2::text)

-- name: document_has_title
SELECT id FROM documents WHERE org_id = $1::bigint AND title_key = lower($2::text)

-- The same columns of the one of an id, then what stays when no text ($4) is given.
-- name: document_of_id
SELECT id, title, language, title = $3::text AND language = $5::text AND ($4::text IS NULL OR text = $4::text AND url IS NOT DISTINCT FROM $6::text AND reason IS NULL),
	text, url, source, reason
FROM documents WHERE org_id = $1::bigint AND id = $2::bigint

-- One page of the list, the newest first, from the one behind number $2 on (0: from the newest). Positions of passages count from 1 without gaps.
-- name: document_page
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason,
	(SELECT coalesce(max(p.position), 0) FROM passages p WHERE p.org_id = d.org_id AND p.document_id = d.id),
	(extract(epoch FROM d.updated_at) * 1000)::bigint
FROM documents d WHERE d.org_id = $1::bigint AND ($2::bigint = 0 OR d.id < $2::bigint) ORDER BY d.id DESC LIMIT $3::integer

-- One document for its page: a text that is longer than $3 characters stays away. The version is the time of the last change in microseconds, as text.
-- name: document_view
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason,
	(SELECT coalesce(max(p.position), 0) FROM passages p WHERE p.org_id = d.org_id AND p.document_id = d.id),
	(extract(epoch FROM d.updated_at) * 1000)::bigint, (extract(epoch FROM d.updated_at) * 1000000)::bigint::text,
	CASE WHEN d.source = 'paste' AND length(d.text) <= $3::integer THEN d.text END
FROM documents d WHERE d.org_id = $1::bigint AND d.id = $2::bigint

-- name: document_passages
SELECT position, heading, text FROM passages
WHERE org_id = $1::bigint AND document_id = $2::bigint AND position > $3::integer ORDER BY position LIMIT $4::integer

-- name: document_find
SELECT id, title, language, source, url, state, reason, (extract(epoch FROM created_at) * 1000)::bigint, (extract(epoch FROM updated_at) * 1000)::bigint, length(text)
FROM documents WHERE org_id = $1::bigint AND id = $2::bigint

-- name: document_add
INSERT INTO documents (org_id, title, text, language, url, reason, state, source)
VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, CASE WHEN $6::text IS NULL THEN 'ready' ELSE 'failed' END, $7::text) RETURNING id

-- name: document_replace
UPDATE documents SET title = $2::text, text = $3::text, language = $4::text, url = $5::text, reason = $6::text,
	state = CASE WHEN $6::text IS NULL THEN 'ready' ELSE 'failed' END, source = $7::text, updated_at = now()
WHERE org_id = $1::bigint AND id = $8::bigint

-- Its passages go with it.
-- name: document_delete
DELETE FROM documents WHERE org_id = $1::bigint AND id = $2::bigint

-- name: document_list
SELECT d.id, d.title, d.language, d.source, d.url, d.state, d.reason, (SELECT count(*) FROM passages p WHERE p.org_id = d.org_id AND p.document_id = d.id),
	length(d.text), (extract(epoch FROM d.updated_at) * 1000)::bigint
FROM documents d WHERE d.org_id = $1::bigint ORDER BY d.id

-- name: passages_of_document
SELECT id, heading, text, words, pieces FROM passages WHERE org_id = $1::bigint AND document_id = $2::bigint ORDER BY position

-- name: passages_drop
DELETE FROM passages WHERE org_id = $1::bigint AND document_id = $2::bigint

-- From number $3 on, in order.
-- name: passages_add
INSERT INTO passages (org_id, document_id, id, position, heading, text, words, pieces)
SELECT $1::bigint, $2::bigint, $3::integer + x.place - 1, x.place, x.heading, x.text, x.words, x.pieces
FROM unnest($4::text[], $5::text[], $6::integer[], $7::integer[]) WITH ORDINALITY AS x(heading, text, words, pieces, place)

-- All passages of an organisation behind number $2, some at a time: to make the index anew.
-- name: passages_after
SELECT p.id, p.heading, p.text, p.words, p.pieces, d.title, d.language
FROM passages p JOIN documents d ON d.org_id = p.org_id AND d.id = p.document_id
WHERE p.org_id = $1::bigint AND p.id > $2::integer ORDER BY p.id LIMIT 500

-- name: passages_measure
UPDATE passages p SET words = x.words, pieces = x.pieces FROM unnest($2::integer[], $3::integer[], $4::integer[]) AS x(id, words, pieces)
WHERE p.org_id = $1::bigint AND p.id = x.id

-- $5 are the entries of all, one after another; those of a row begin at byte $4.
-- name: passage_terms_add
INSERT INTO passage_terms AS t (org_id, term, block, n, entries)
SELECT $1::bigint, x.term, x.block, x.n, substring($6::bytea FROM x.at + 1 FOR 3 * x.n)
FROM unnest($2::integer[], $3::integer[], $4::integer[], $5::integer[]) AS x(term, block, n, at)
ON CONFLICT (org_id, term, block) DO UPDATE SET n = t.n + excluded.n, entries = t.entries || excluded.entries

-- name: passage_terms_of
SELECT t.term, t.block, t.entries FROM unnest($2::integer[], $3::integer[]) AS x(term, block)
JOIN passage_terms t ON t.org_id = $1::bigint AND t.term = x.term AND t.block = x.block

-- name: passage_terms_replace
UPDATE passage_terms t SET n = x.n, entries = substring($6::bytea FROM x.at + 1 FOR 3 * x.n)
FROM unnest($2::integer[], $3::integer[], $4::integer[], $5::integer[]) AS x(term, block, n, at)
WHERE t.org_id = $1::bigint AND t.term = x.term AND t.block = x.block AND x.n > 0

-- name: passage_terms_drop
DELETE FROM passage_terms t USING unnest($2::integer[], $3::integer[], $4::integer[]) AS x(term, block, n)
WHERE t.org_id = $1::bigint AND t.term = x.term AND t.block = x.block AND x.n = 0

-- name: passage_terms_forget
DELETE FROM passage_terms WHERE org_id = $1::bigint

-- What a question asks.
-- name: knowledge_of
SELECT passages, words, pieces, next_passage, languages FROM deskbell_knowledge($1::bigint)

-- name: knowledge_entries
SELECT term, passages, block, entries FROM deskbell_knowledge_entries($1::bigint, $2::integer[], $3::integer, $4::integer, $5::integer)

-- name: knowledge_few
-- args: org bigint, max_passages integer
-- row: passage_id integer, document_id bigint, title text, named boolean, url text?, language text, heading text, body text
SELECT passage_id, document_id, title, named, url, language, heading, body FROM deskbell_knowledge_few(:org, :max_passages)

-- name: knowledge_passages
SELECT passage_id, document_id, score, title, named, url, language, heading, body
FROM deskbell_knowledge_passages($1::bigint, $2::integer[], $3::double precision[], $4::integer, $5::integer)
