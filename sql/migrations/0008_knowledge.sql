-- Documents, the passages they are cut into, the index by which a question finds them, and embeddings.
--
-- The index is one row for a term and a block of 1024 passages. A passage has a number within its organisation that is
-- never given again, so a new one is appended to the last block of its terms, and no row grows with the size of the
-- organisation. An entry holds what BM25 needs to know of a passage and a term (how often, and how long the passage is)
-- and nothing that depends on other passages: adding one changes no other. See src/answer/retrieval/postings.c.

CREATE TABLE documents (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	title text NOT NULL CHECK (title <> ''),
	-- A column, because row-level security keeps the function out of index conditions.
	title_key text NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
	source text NOT NULL CHECK (source IN ('file', 'paste', 'url', 'jsonl')),
	url text,
	language text NOT NULL,             -- by which its words are stemmed; '': not at all
	text text NOT NULL,
	state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'failed')),
	reason text,                        -- why it has failed
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, title_key)
);
CREATE INDEX documents_language ON documents (org_id, language);

CREATE TABLE passages (
	org_id bigint NOT NULL,
	id integer NOT NULL,                -- within the organisation, from knowledge_indexes.next_passage
	document_id bigint NOT NULL,
	position integer NOT NULL,
	heading text NOT NULL,
	text text NOT NULL,
	words integer NOT NULL,             -- how many terms of each kind are indexed
	ngrams integer NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, document_id, position),
	FOREIGN KEY (org_id, document_id) REFERENCES documents ON DELETE CASCADE
);

CREATE TABLE passage_terms (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	term integer NOT NULL,              -- a hash; negative: of a 4-gram of characters, else of a stem in its language
	block integer NOT NULL,             -- passages from 1024 * block on
	n integer NOT NULL,                 -- entries
	entries bytea NOT NULL,             -- three bytes each, in order of passages
	PRIMARY KEY (org_id, term, block)
) WITH (fillfactor = 80);
-- They are hardly compressible and small enough to stay in the row.
ALTER TABLE passage_terms ALTER COLUMN entries SET STORAGE EXTERNAL;

-- One row an organisation: what is true of all its passages. Also the lock under which its knowledge is changed.
CREATE TABLE knowledge_indexes (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	revision bigint NOT NULL DEFAULT 1, -- grows with every change
	next_passage integer NOT NULL DEFAULT 0,
	passages integer NOT NULL DEFAULT 0,
	words bigint NOT NULL DEFAULT 0,    -- sums over all passages
	ngrams bigint NOT NULL DEFAULT 0,
	fingerprint bigint                  -- of the program that made the terms; another one makes the index again
);

-- Embeddings, for organisations that have an endpoint. No extension: they are compared by the program. One state for
-- each kind, once there is something to do: how far it is, and what its embeddings are good for. All embeddings of an
-- organisation are of one model: when another one is chosen they go, and it begins again.
CREATE TABLE embedding_states (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	kind text NOT NULL CHECK (kind IN ('passages', 'phrases')),
	model text NOT NULL,                -- address of the endpoint, a space, its model
	dims integer NOT NULL DEFAULT 0,    -- of each embedding; 0: none yet
	last_passage integer NOT NULL DEFAULT -1, -- passages up to this number have theirs; numbers are given in order
	revision bigint NOT NULL DEFAULT -1,
	due_at timestamptz NOT NULL DEFAULT now(),
	failures integer NOT NULL DEFAULT 0, -- in a row
	reason text,                        -- of the last failure
	leased_by text,
	lease_until timestamptz,
	-- The trial: what the organisation's own headings, or training phrases, found.
	tried text,                         -- what it was made of, as deskbell_embedding_subject has it; NULL: not tried yet
	helps boolean NOT NULL DEFAULT false,
	low real NOT NULL DEFAULT 0,        -- similarity of what has nothing to do with each other
	high real NOT NULL DEFAULT 0,       -- similarity of a heading to what stands below it
	PRIMARY KEY (org_id, kind)
);
COMMENT ON COLUMN embedding_states.revision IS
	'of knowledge_indexes, or the skills_revision of organizations: up to this one everything is done';

CREATE TABLE passage_embeddings (
	org_id bigint NOT NULL,
	passage_id integer NOT NULL,
	-- A signed byte each, the greatest 127: the direction; a quarter of real[], and read twenty times as fast.
	embedding bytea NOT NULL,
	PRIMARY KEY (org_id, passage_id),
	FOREIGN KEY (org_id, passage_id) REFERENCES passages ON DELETE CASCADE
);
-- Numbers like these cannot be compressed.
ALTER TABLE passage_embeddings ALTER COLUMN embedding SET STORAGE EXTERNAL;

-- By the text's SHA-256: a phrase that moves, or stands in two skills, has one embedding, and an edit costs only what is
-- new.
CREATE TABLE training_phrase_embeddings (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	digest bytea NOT NULL,
	embedding bytea NOT NULL,           -- as in passage_embeddings
	PRIMARY KEY (org_id, digest)
);
ALTER TABLE training_phrase_embeddings ALTER COLUMN embedding SET STORAGE EXTERNAL;

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['documents', 'passages', 'passage_terms', 'knowledge_indexes',
	'embedding_states', 'passage_embeddings', 'training_phrase_embeddings']) t;
