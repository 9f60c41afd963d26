-- Embeddings of two kinds: passages of documents, and phrases, which are the triggers and titles of skills. Work is
-- claimed by organisation and kind under a lease, so that two senders never pay for the same; done outside of any
-- transaction; stored only by who holds the lease. Missing passages are those behind last_passage: numbers are given in
-- order, under the lock of the organisation's knowledge, so that nothing can appear before it. Missing phrases are
-- those whose digest has no embedding.

-- The triggers and titles of enabled skills.
CREATE OR REPLACE FUNCTION deskbell_phrases(a_org bigint) RETURNS TABLE (skill_id bigint, phrase text, digest bytea)
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT s.id, p.phrase, sha256(convert_to(p.phrase, 'UTF8'))
	FROM skills s CROSS JOIN LATERAL (
		SELECT s.title UNION ALL SELECT t.phrase FROM skill_triggers t WHERE t.org_id = s.org_id
			AND t.skill_id = s.id) p(phrase)
	WHERE s.org_id = a_org AND s.enabled
$$;

-- Removes the embeddings of what is no phrase of any skill any more; called in the transaction that changes skills.
CREATE OR REPLACE FUNCTION deskbell_forget_phrases(a_org bigint) RETURNS void
LANGUAGE sql SET jit = off AS $$
	DELETE FROM training_phrase_embeddings v WHERE v.org_id = a_org AND v.digest NOT IN (
		SELECT sha256(convert_to(s.title, 'UTF8')) FROM skills s WHERE s.org_id = a_org
		UNION ALL SELECT sha256(convert_to(t.phrase, 'UTF8')) FROM skill_triggers t WHERE t.org_id = a_org)
$$;

-- Finds up to `most` organizations and kinds that have something without embeddings, or whose embeddings have not been
-- tried since it changed. `installed` is the installation's model as embedding_states.model has it; '': none.
CREATE OR REPLACE FUNCTION deskbell_claim_embeddings(who text, installed text, most integer, lease_s integer)
RETURNS TABLE (org_id bigint, kind text, settings jsonb, revision bigint)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
DECLARE
	claims jsonb;
	d record;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	-- All of them before the first organization's scope begins.
	claims := (SELECT jsonb_agg(f ORDER BY f.place) FROM (
		WITH subjects AS (
			SELECT k.org_id, 'passages' AS kind, k.revision FROM knowledge_indexes k WHERE k.passages > 0
			UNION ALL
			SELECT o.id, 'phrases', o.skills_revision FROM organizations o
				WHERE EXISTS (SELECT FROM skills x WHERE x.org_id = o.id AND x.enabled)
		), wanted AS (
			SELECT x.*, o.settings,
				CASE WHEN coalesce(o.settings->>'embeddings_base_url', '') = '' THEN installed
					ELSE concat_ws(' ', o.settings->>'embeddings_base_url', coalesce(o.settings->>'embeddings_model', ''),
						nullif(btrim(o.settings->>'embeddings_inputs'), '')) END AS model
			FROM subjects x JOIN organizations o ON o.id = x.org_id
		)
		SELECT w.*, row_number() OVER (ORDER BY s.due_at NULLS FIRST, w.org_id, w.kind) AS place FROM wanted w LEFT
			JOIN embedding_states s ON s.org_id = w.org_id AND s.kind = w.kind
		WHERE w.model <> '' AND (s.org_id IS NULL OR (s.lease_until IS NULL OR s.lease_until < now())
			AND (s.model <> w.model OR s.revision <> w.revision AND s.due_at <= now()))
		ORDER BY place LIMIT most) f);
	FOR d IN SELECT * FROM jsonb_to_recordset(claims) AS x(org_id bigint, kind text, revision bigint, settings jsonb,
		model text) LOOP
		PERFORM set_config('deskbell.org', d.org_id::text, true), set_config('deskbell.scope', '', true);
		INSERT INTO embedding_states AS s (org_id, kind, model, leased_by, lease_until)
		VALUES (d.org_id, d.kind, d.model, who, now() + lease_s * interval '1 second')
		ON CONFLICT (org_id, kind) DO UPDATE
			SET leased_by = excluded.leased_by, lease_until = excluded.lease_until, model = excluded.model,
			dims = CASE WHEN s.model = excluded.model THEN s.dims ELSE 0 END,
			last_passage = CASE WHEN s.model = excluded.model THEN s.last_passage ELSE -1 END,
			revision = CASE WHEN s.model = excluded.model THEN s.revision ELSE -1 END,
			failures = CASE WHEN s.model = excluded.model THEN s.failures ELSE 0 END,
			tried = CASE WHEN s.model = excluded.model THEN s.tried END,
			helps = s.helps AND s.model = excluded.model
		WHERE s.lease_until IS NULL OR s.lease_until < now();
		IF FOUND THEN
			RETURN QUERY SELECT d.org_id, d.kind, d.settings, d.revision;
		END IF;
	END LOOP;
END $$;

-- The next texts without a embedding, each with the key by which its embedding is stored: phrases, or passages with
-- what is said above them. As long as there are no embeddings of the state's model (its dims are 0), those of phrases
-- that are there are of another one.
CREATE OR REPLACE FUNCTION deskbell_embedding_batch(a_org bigint, a_kind text, most integer)
	RETURNS TABLE (key text, body text)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
	s embedding_states;
BEGIN
	PERFORM deskbell_reader(a_org);
	SELECT * INTO s FROM embedding_states x WHERE x.org_id = a_org AND x.kind = a_kind;
	IF a_kind = 'phrases' THEN
		RETURN QUERY
		SELECT encode(p.digest, 'hex'), min(p.phrase) FROM deskbell_phrases(a_org) p
		WHERE s.dims = 0 OR (SELECT true FROM training_phrase_embeddings v WHERE v.org_id = a_org
			AND v.digest = p.digest) IS NULL
		GROUP BY p.digest ORDER BY min(p.skill_id), p.digest LIMIT most;
	ELSE
		RETURN QUERY
		SELECT p.id::text, d.title || E'\n' || CASE WHEN p.heading = '' THEN '' ELSE p.heading || E'\n' END || p.text
		FROM (SELECT x.* FROM passages x WHERE x.org_id = a_org AND x.id > s.last_passage ORDER BY x.id LIMIT most) p
		JOIN documents d ON d.org_id = a_org AND d.id = p.document_id
		ORDER BY p.id;
	END IF;
END $$;

-- Stores a batch, its keys as deskbell_embedding_batch gave them, and gives the lease back. False when the lease was
-- lost meanwhile. Embeddings of another length than those before mean that another model answers by the same name: then
-- all go, and it begins again a minute later.
CREATE OR REPLACE FUNCTION deskbell_store_embeddings(a_org bigint, a_kind text, who text, a_dims integer, a_keys text[],
	a_embeddings bytea[]) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	s embedding_states;
	same boolean;
BEGIN
	PERFORM deskbell_reader(a_org);
	SELECT * INTO s FROM embedding_states WHERE org_id = a_org AND kind = a_kind AND leased_by = who
		AND lease_until > now() FOR UPDATE;
	IF s.org_id IS NULL THEN
		RETURN false;
	END IF;
	same := s.dims IN (0, a_dims);
	IF s.dims <> a_dims AND a_kind = 'phrases' THEN
		DELETE FROM training_phrase_embeddings WHERE org_id = a_org;
	ELSIF s.dims <> a_dims THEN
		DELETE FROM passage_embeddings WHERE org_id = a_org;
	END IF;
	IF same AND a_kind = 'phrases' THEN
		INSERT INTO training_phrase_embeddings (org_id, digest, embedding)
		SELECT a_org, decode(v.key, 'hex'), v.embedding FROM unnest(a_keys, a_embeddings) AS v(key, embedding)
		WHERE decode(v.key, 'hex') IN (SELECT p.digest FROM deskbell_phrases(a_org) p)
		ON CONFLICT (org_id, digest) DO UPDATE SET embedding = excluded.embedding;
	ELSIF same THEN
		INSERT INTO passage_embeddings (org_id, passage_id, embedding)
		SELECT a_org, x.id, x.embedding FROM (
			SELECT p.id, v.embedding FROM unnest(a_keys::integer[], a_embeddings) AS v(id, embedding)
				JOIN passages p ON p.org_id = a_org AND p.id = v.id
			FOR KEY SHARE OF p) x
		ON CONFLICT (org_id, passage_id) DO UPDATE SET embedding = excluded.embedding;
	END IF;
	UPDATE embedding_states SET dims = CASE WHEN same THEN a_dims ELSE 0 END,
		last_passage = CASE WHEN same AND a_kind = 'passages' THEN a_keys[cardinality(a_keys)]::integer ELSE -1 END,
		due_at = CASE WHEN same THEN now()
			ELSE now() + interval '1 minute' END, failures = 0, reason = NULL, lease_until = NULL,
		revision = CASE WHEN same THEN revision ELSE -1 END, helps = helps AND same, tried = CASE WHEN same THEN tried END
	WHERE org_id = a_org AND kind = a_kind;
	RETURN true;
END $$;

-- What a trial would be made of now, and whether it has been made: a response that changes, or a skill that moves, is
-- no reason to try again.
CREATE OR REPLACE FUNCTION deskbell_embedding_subject(a_org bigint, a_kind text)
	RETURNS TABLE (subject text, tried boolean)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
DECLARE
	s embedding_states;
	what text;
BEGIN
	PERFORM deskbell_reader(a_org);
	SELECT * INTO s FROM embedding_states x WHERE x.org_id = a_org AND x.kind = a_kind;
	IF a_kind = 'phrases' THEN
		what := (SELECT md5(string_agg(p.skill_id || ' ' || encode(p.digest, 'hex'), ',' ORDER BY p.skill_id, p.digest))
			FROM deskbell_phrases(a_org) p);
	ELSE
		what := (SELECT k.passages || ' ' || s.last_passage FROM knowledge_indexes k WHERE k.org_id = a_org);
	END IF;
	RETURN QUERY SELECT what, coalesce(s.tried = what, false);
END $$;

-- What a trial is made of: up to `most` headings (or titles), spread over all documents, and the passages that stand
-- under each.
CREATE OR REPLACE FUNCTION deskbell_embedding_probes(a_org bigint, most integer)
	RETURNS TABLE (title text, heading text, passages text)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	SELECT d.title, p.heading, p.ids FROM (
		SELECT x.document_id, x.heading, string_agg(x.id::text, ' ' ORDER BY x.id) AS ids, min(x.id) AS first
		FROM passages x WHERE x.org_id = a_org GROUP BY x.document_id, x.heading ORDER BY md5(min(x.id)::text) LIMIT most) p
	JOIN documents d ON d.org_id = a_org AND d.id = p.document_id
	ORDER BY p.first;
END $$;

-- Everything up to this revision is done; `a_helps` is NULL when nothing had to be tried. A phrase may have gone while
-- its embedding was asked for.
CREATE OR REPLACE FUNCTION deskbell_embeddings_done(a_org bigint, a_kind text, who text, a_revision bigint,
	a_subject text, a_helps boolean, a_low double precision, a_high double precision, a_languages text,
	a_across_low double precision, a_across_high double precision)
RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM deskbell_reader(a_org);
	UPDATE embedding_states s SET revision = a_revision, lease_until = NULL, failures = 0, reason = NULL, due_at = now(),
		tried = a_subject,
		helps = coalesce(a_helps, s.helps), low = CASE WHEN a_helps IS NULL THEN s.low ELSE a_low END, high = CASE
			WHEN a_helps IS NULL THEN s.high ELSE a_high END,
		languages = CASE WHEN a_helps IS NULL THEN s.languages ELSE a_languages END,
		across_low = CASE WHEN a_helps IS NULL THEN s.across_low ELSE a_across_low END,
		across_high = CASE WHEN a_helps IS NULL THEN s.across_high ELSE a_across_high END
	WHERE s.org_id = a_org AND s.kind = a_kind AND s.leased_by = who AND s.lease_until > now();
	IF FOUND AND a_kind = 'phrases' THEN
		PERFORM deskbell_forget_phrases(a_org);
	END IF;
END $$;

-- Not now: `pause_s` from now, or, when NULL, later and later while it goes on failing. The reason is kept.
CREATE OR REPLACE FUNCTION deskbell_postpone_embeddings(a_org bigint, a_kind text, who text, pause_s integer,
	a_reason jsonb) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM deskbell_reader(a_org);
	UPDATE embedding_states s SET lease_until = NULL, reason = a_reason,
		failures = s.failures + (pause_s IS NULL)::integer,
		due_at = now() + coalesce(pause_s, least(5 * 2 ^ least(s.failures, 10), 3600)) * interval '1 second'
	WHERE s.org_id = a_org AND s.kind = a_kind AND s.leased_by = who;
END $$;

-- What a question may use. No row: there are no embeddings.
CREATE OR REPLACE FUNCTION deskbell_embedding_state(a_org bigint, a_kind text)
RETURNS TABLE (model text, dims integer, last_passage integer, passages integer, revision bigint, tried boolean,
	helps boolean, low real, high real, language text, languages text, across_low real, across_high real)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY
	SELECT s.model, s.dims, s.last_passage, coalesce(k.passages, 0), s.revision, s.tried IS NOT NULL, s.helps, s.low,
		s.high, o.language, s.languages, s.across_low, s.across_high
	FROM embedding_states s JOIN organizations o ON o.id = s.org_id LEFT JOIN knowledge_indexes k ON k.org_id = s.org_id
	WHERE s.org_id = a_org AND s.kind = a_kind AND s.dims > 0 AND (a_kind = 'phrases' OR k.passages > 0);
END $$;

-- All embeddings of phrases, by digest.
CREATE OR REPLACE FUNCTION deskbell_load_phrase_embeddings(a_org bigint) RETURNS TABLE (digest text, embedding bytea)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY SELECT encode(v.digest, 'hex'), v.embedding FROM training_phrase_embeddings v WHERE v.org_id = a_org
		ORDER BY v.digest;
END $$;

-- Embeddings behind number `a_after`, in order; or, where `a_ids` is given, those of these passages.
CREATE OR REPLACE FUNCTION deskbell_load_passage_embeddings(a_org bigint, a_after integer, most integer,
	a_ids integer[])
RETURNS TABLE (passage_id integer, embedding bytea)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	IF a_ids IS NULL THEN
		RETURN QUERY SELECT v.passage_id, v.embedding FROM passage_embeddings v WHERE v.org_id = a_org
			AND v.passage_id > a_after ORDER BY v.passage_id LIMIT most;
	ELSE
		RETURN QUERY SELECT v.passage_id, v.embedding FROM unnest(a_ids) AS a(id) CROSS JOIN LATERAL (
			SELECT x.passage_id, x.embedding FROM passage_embeddings x WHERE x.org_id = a_org AND x.passage_id = a.id OFFSET 0) v
				ORDER BY v.passage_id LIMIT most;
	END IF;
END $$;
