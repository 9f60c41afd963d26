-- What a question asks of the knowledge index: what there is, the entries of its terms, and the passages that it found.
-- Each is one round trip of microseconds; the sums between them are made by the program, ten times faster than a plan
-- would. Rows are looked up one by one (LATERAL ... OFFSET 0), because after an import, before the tables are analysed,
-- a plan would walk through all of an organisation's.

-- No row when there are no passages. `languages` are those of the documents, at most 16, separated by spaces.
CREATE OR REPLACE FUNCTION deskbell_knowledge(a_org bigint)
RETURNS TABLE (passages integer, words bigint, ngrams bigint, next_passage integer, languages text)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	WITH RECURSIVE walk AS (
		(SELECT d.language FROM documents d WHERE d.org_id = a_org ORDER BY d.language LIMIT 1)
		UNION ALL
		SELECT (SELECT d.language FROM documents d WHERE d.org_id = a_org AND d.language > s.language ORDER BY d.language
			LIMIT 1)
		FROM walk s WHERE s.language IS NOT NULL
	)
	SELECT k.passages, k.words, k.ngrams, k.next_passage,
		(SELECT coalesce(string_agg(l.language, ' '), '')
			FROM (SELECT s.language FROM walk s WHERE s.language IS NOT NULL LIMIT 16) l)
	FROM knowledge_indexes k WHERE k.org_id = a_org AND k.passages > 0;
END $$;

-- The entries of the terms, with how many passages have each. Of the rest only that number comes back: n-grams that
-- more than `common` passages have, which tell little, and the most common ones beyond `most_words` and `most_ngrams`,
-- so that a long question costs no more than a short one.
CREATE OR REPLACE FUNCTION deskbell_knowledge_entries(a_org bigint, a_terms integer[], common integer,
	most_words integer, most_ngrams integer)
RETURNS TABLE (term integer, passages bigint, block integer, entries bytea)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	WITH found AS (
		SELECT t.term, t.block, t.entries, sum(t.n) OVER (PARTITION BY t.term) AS passages
		FROM unnest(a_terms) AS a(term) CROSS JOIN LATERAL (
			SELECT x.term, x.block, x.entries, x.n FROM passage_terms x WHERE x.org_id = a_org AND x.term = a.term OFFSET 0) t
	), ranked AS (
		SELECT f.*, dense_rank() OVER (PARTITION BY f.term < 0 ORDER BY f.passages, f.term) AS place FROM found f
	)
	SELECT r.term, r.passages, r.block,
		CASE WHEN r.term >= 0 AND r.place <= most_words OR r.term < 0 AND r.place <= most_ngrams AND r.passages <= common
			THEN r.entries END
	FROM ranked r;
END $$;

-- All passages of an organisation that has so few that a question may look at each; none of one that has more.
CREATE OR REPLACE FUNCTION deskbell_knowledge_few(a_org bigint, most integer)
RETURNS TABLE (passage_id integer, document_id bigint, title text, named boolean, url text, language text, heading text,
	body text)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	IF (SELECT k.passages FROM knowledge_indexes k WHERE k.org_id = a_org) > most THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT p.id, p.document_id, d.title, d.source <> 'file', d.url, d.language, p.heading, p.text
	FROM passages p JOIN documents d ON d.org_id = p.org_id AND d.id = p.document_id WHERE p.org_id = a_org
		ORDER BY p.document_id, p.position;
END $$;

-- The passages of these numbers, best first, at most so many of one document. `named`: the title is no file's name.
CREATE OR REPLACE FUNCTION deskbell_knowledge_passages(a_org bigint, a_ids integer[], a_scores double precision[],
	most_of_document integer, most integer)
RETURNS TABLE (passage_id integer, document_id bigint, score double precision, title text, named boolean, url text,
	language text, heading text, body text)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	WITH found AS (
		SELECT p.id, p.document_id, a.score,
			row_number() OVER (PARTITION BY p.document_id ORDER BY a.score DESC, p.id) AS place
		FROM unnest(a_ids, a_scores) AS a(id, score) CROSS JOIN LATERAL (
			SELECT x.id, x.document_id FROM passages x WHERE x.org_id = a_org AND x.id = a.id OFFSET 0) p
	), best AS (
		SELECT f.id, f.document_id, f.score FROM found f WHERE f.place <= most_of_document ORDER BY f.score DESC, f.id
			LIMIT most
	)
	SELECT b.id, b.document_id, b.score, d.title, d.source <> 'file', d.url, d.language, p.heading, p.text
	FROM best b
	CROSS JOIN LATERAL (SELECT x.heading, x.text FROM passages x WHERE x.org_id = a_org AND x.id = b.id OFFSET 0) p
	CROSS JOIN LATERAL (SELECT x.title, x.source, x.url, x.language FROM documents x WHERE x.org_id = a_org
		AND x.id = b.document_id OFFSET 0) d
	ORDER BY b.score DESC, b.id;
END $$;
