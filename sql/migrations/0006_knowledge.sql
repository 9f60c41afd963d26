-- Documents, the passages they are cut into, and the index by which a question finds them.
--
-- The index is one row for a term and a block of 1024 passages. A passage has a number within its organisation that is never given again, so a new one
-- is appended to the last block of its terms, and no row grows with the size of the organisation. An entry holds what BM25 needs to know of a passage and a term
-- (how often, and how long the passage is) and nothing that depends on other passages: adding one changes no other. See src/answer/retrieval/postings.c.

CREATE TABLE documents (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	title text NOT NULL CHECK (title <> ''),
	-- A column, because row-level security keeps the function out of index conditions.
	title_key text NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
	source text NOT NULL CHECK (source IN ('file', 'paste', 'url', 'jsonl')),
	url text,
	language text NOT NULL,                  -- by which its words are stemmed; '': not at all
	text text NOT NULL,
	state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'failed')),
	reason text,                             -- why it has failed, in words
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, title_key)
);
CREATE INDEX documents_language ON documents (org_id, language);

CREATE TABLE passages (
	org_id bigint NOT NULL,
	id integer NOT NULL,                     -- within the organisation, from knowledge_indexes.next_passage
	document_id bigint NOT NULL,
	position integer NOT NULL,
	heading text NOT NULL,
	text text NOT NULL,
	words integer NOT NULL,                  -- how many terms of each kind are indexed
	pieces integer NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, document_id, position),
	FOREIGN KEY (org_id, document_id) REFERENCES documents ON DELETE CASCADE
);

CREATE TABLE passage_terms (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	term integer NOT NULL,                   -- a hash; negative: a piece of four characters, else a stem in its language
	block integer NOT NULL,                  -- passages from 1024 * block on
	n integer NOT NULL,                      -- entries
	entries bytea NOT NULL,                  -- three bytes each, in order of passages
	PRIMARY KEY (org_id, term, block)
) WITH (fillfactor = 80);
-- They are hardly compressible and small enough to stay in the row.
ALTER TABLE passage_terms ALTER COLUMN entries SET STORAGE EXTERNAL;

-- One row an organisation: what is true of all its passages. Also the lock under which its knowledge is changed.
CREATE TABLE knowledge_indexes (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	revision bigint NOT NULL DEFAULT 1,      -- grows with every change
	next_passage integer NOT NULL DEFAULT 0,
	passages integer NOT NULL DEFAULT 0,
	words bigint NOT NULL DEFAULT 0,         -- sums over all passages
	pieces bigint NOT NULL DEFAULT 0,
	fingerprint bigint                       -- of the program that made the terms; another one makes the index anew
);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['documents', 'passages', 'passage_terms', 'knowledge_indexes']) t;
