-- Embeddings of passages: work is claimed by organisation under a lease, so that two senders never pay for the same; done outside of any transaction; stored only
-- by who holds the lease. What is missing are the passages behind last_passage: numbers are given in order, under the lock of the organisation's knowledge, so that
-- nothing can appear before it.

-- Claims up to `most` organisations that have passages without vectors, or whose vectors have not been tried since their passages changed. `installed` is the
-- installation's model as embedding_states.model has it; '': none.
CREATE OR REPLACE FUNCTION deskbell_claim_embeddings(who text, installed text, most integer, lease_s integer)
RETURNS TABLE (org_id bigint, settings jsonb, revision bigint, tried boolean)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	WITH wanted AS (
		SELECT k.org_id, k.revision, k.passages, o.settings,
			CASE WHEN coalesce(o.settings->>'embeddings_base_url', '') = '' THEN installed
				ELSE (o.settings->>'embeddings_base_url') || ' ' || coalesce(o.settings->>'embeddings_model', '') END AS model
		FROM knowledge_indexes k JOIN organizations o ON o.id = k.org_id WHERE k.passages > 0
	), due AS (
		SELECT w.* FROM wanted w LEFT JOIN embedding_states s ON s.org_id = w.org_id
		WHERE w.model <> '' AND (s.org_id IS NULL OR (s.lease_until IS NULL OR s.lease_until < now())
			AND (s.model <> w.model OR s.revision <> w.revision AND s.due_at <= now()))
		ORDER BY s.due_at NULLS FIRST, w.org_id LIMIT most
	), claimed AS (
		INSERT INTO embedding_states AS s (org_id, model, leased_by, lease_until)
		SELECT d.org_id, d.model, who, now() + lease_s * interval '1 second' FROM due d
		ON CONFLICT (org_id) DO UPDATE SET leased_by = excluded.leased_by, lease_until = excluded.lease_until, model = excluded.model,
			dims = CASE WHEN s.model = excluded.model THEN s.dims ELSE 0 END,
			last_passage = CASE WHEN s.model = excluded.model THEN s.last_passage ELSE -1 END,
			revision = CASE WHEN s.model = excluded.model THEN s.revision ELSE -1 END,
			failures = CASE WHEN s.model = excluded.model THEN s.failures ELSE 0 END,
			tried_passages = CASE WHEN s.model = excluded.model THEN s.tried_passages END,
			helps = s.helps AND s.model = excluded.model
		WHERE s.lease_until IS NULL OR s.lease_until < now()
		RETURNING s.org_id, s.last_passage, s.tried_passages, s.tried_last
	)
	SELECT c.org_id, d.settings, d.revision, coalesce(c.tried_passages = d.passages AND c.tried_last = c.last_passage, false)
	FROM claimed c JOIN due d ON d.org_id = c.org_id;
END $$;

-- The next passages without a vector, with what is said above them.
CREATE OR REPLACE FUNCTION deskbell_embedding_batch(a_org bigint, most integer)
RETURNS TABLE (passage_id integer, title text, heading text, body text)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	SELECT p.id, d.title, p.heading, p.text
	FROM (SELECT x.* FROM passages x WHERE x.org_id = a_org AND x.id > (SELECT s.last_passage FROM embedding_states s WHERE s.org_id = a_org)
		ORDER BY x.id LIMIT most) p
	JOIN documents d ON d.org_id = a_org AND d.id = p.document_id
	ORDER BY p.id;
END $$;

-- Stores a batch, the ids ascending, and gives the lease back. False when the lease was lost meanwhile. Vectors of another length than those before mean that another
-- model answers by the same name: then all go, and it begins again a minute later.
CREATE OR REPLACE FUNCTION deskbell_store_vectors(a_org bigint, who text, a_dims integer, a_ids integer[], a_vectors bytea[]) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	s embedding_states;
	same boolean;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO s FROM embedding_states WHERE org_id = a_org AND leased_by = who AND lease_until > now() FOR UPDATE;
	IF s.org_id IS NULL THEN
		RETURN false;
	END IF;
	same := s.dims IN (0, a_dims);
	IF s.dims <> a_dims THEN
		DELETE FROM passage_vectors WHERE org_id = a_org;
	END IF;
	IF same THEN
		INSERT INTO passage_vectors (org_id, passage_id, vector)
		SELECT a_org, x.id, x.vector FROM (
			SELECT p.id, v.vector FROM unnest(a_ids, a_vectors) AS v(id, vector) JOIN passages p ON p.org_id = a_org AND p.id = v.id FOR KEY SHARE OF p) x
		ON CONFLICT (org_id, passage_id) DO UPDATE SET vector = excluded.vector;
	END IF;
	UPDATE embedding_states SET dims = CASE WHEN same THEN a_dims ELSE 0 END, last_passage = CASE WHEN same THEN a_ids[cardinality(a_ids)] ELSE -1 END,
		due_at = CASE WHEN same THEN now() ELSE now() + interval '1 minute' END, failures = 0, reason = NULL, lease_until = NULL,
		revision = CASE WHEN same THEN revision ELSE -1 END, helps = helps AND same, tried_passages = CASE WHEN same THEN tried_passages END
	WHERE org_id = a_org;
	RETURN true;
END $$;

-- What a trial is made of: up to `most` headings (or titles), spread over all documents, and the passages that stand under each.
CREATE OR REPLACE FUNCTION deskbell_embedding_probes(a_org bigint, most integer) RETURNS TABLE (title text, heading text, passages text)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	SELECT d.title, p.heading, p.ids FROM (
		SELECT x.document_id, x.heading, string_agg(x.id::text, ' ' ORDER BY x.id) AS ids, min(x.id) AS first
		FROM passages x WHERE x.org_id = a_org GROUP BY x.document_id, x.heading ORDER BY md5(min(x.id)::text) LIMIT most) p
	JOIN documents d ON d.org_id = a_org AND d.id = p.document_id
	ORDER BY p.first;
END $$;

-- Everything up to this revision is done; `a_helps` is NULL when nothing had to be tried.
CREATE OR REPLACE FUNCTION deskbell_embeddings_done(a_org bigint, who text, a_revision bigint, a_helps boolean, a_low double precision, a_high double precision)
RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE embedding_states s SET revision = a_revision, lease_until = NULL, failures = 0, reason = NULL, due_at = now(),
		helps = coalesce(a_helps, s.helps), low = CASE WHEN a_helps IS NULL THEN s.low ELSE a_low END, high = CASE WHEN a_helps IS NULL THEN s.high ELSE a_high END,
		tried_last = s.last_passage, tried_passages = (SELECT k.passages FROM knowledge_indexes k WHERE k.org_id = a_org)
	WHERE s.org_id = a_org AND s.leased_by = who AND s.lease_until > now();
END $$;

-- Not now: `pause_s` from now, or, when NULL, later and later while it goes on failing. The reason is kept.
CREATE OR REPLACE FUNCTION deskbell_postpone_embeddings(a_org bigint, who text, pause_s integer, a_reason text) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE embedding_states s SET lease_until = NULL, reason = a_reason, failures = s.failures + (pause_s IS NULL)::integer,
		due_at = now() + coalesce(pause_s, least(5 * 2 ^ least(s.failures, 10), 3600)) * interval '1 second'
	WHERE s.org_id = a_org AND s.leased_by = who;
END $$;

-- What a question may use. No row: there are no vectors.
CREATE OR REPLACE FUNCTION deskbell_vectors(a_org bigint)
RETURNS TABLE (model text, dims integer, last_passage integer, passages integer, tried boolean, helps boolean, low real, high real)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY
	SELECT s.model, s.dims, s.last_passage, k.passages, s.tried_passages IS NOT NULL, s.helps, s.low, s.high
	FROM embedding_states s JOIN knowledge_indexes k ON k.org_id = s.org_id WHERE s.org_id = a_org AND s.dims > 0 AND k.passages > 0;
END $$;

-- Vectors behind number `a_after`, in order; or, where `a_ids` is given, those of these passages.
CREATE OR REPLACE FUNCTION deskbell_load_vectors(a_org bigint, a_after integer, most integer, a_ids integer[])
RETURNS TABLE (passage_id integer, vector bytea)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF a_ids IS NULL THEN
		RETURN QUERY SELECT v.passage_id, v.vector FROM passage_vectors v WHERE v.org_id = a_org AND v.passage_id > a_after ORDER BY v.passage_id LIMIT most;
	ELSE
		RETURN QUERY SELECT v.passage_id, v.vector FROM unnest(a_ids) AS a(id) CROSS JOIN LATERAL (
			SELECT x.passage_id, x.vector FROM passage_vectors x WHERE x.org_id = a_org AND x.passage_id = a.id OFFSET 0) v ORDER BY v.passage_id LIMIT most;
	END IF;
END $$;
