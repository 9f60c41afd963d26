-- Vectors of passages, for organisations that have an embeddings endpoint. No extension: they are compared by the program.

-- How far an organisation is, and what its vectors are good for. One row once there is something to do. All of an organisation's vectors are of one model: when
-- another one is chosen they go, and it begins again.
CREATE TABLE embedding_states (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	model text NOT NULL,                      -- address of the endpoint, a space, its model
	dims integer NOT NULL DEFAULT 0,          -- of each vector; 0: none yet
	last_passage integer NOT NULL DEFAULT -1, -- passages up to this number have theirs; numbers are given in order and never again
	revision bigint NOT NULL DEFAULT -1,      -- of knowledge_indexes: up to this one everything is done
	due_at timestamptz NOT NULL DEFAULT now(),
	failures integer NOT NULL DEFAULT 0,      -- in a row
	reason text,                              -- of the last failure, in words
	leased_by text,
	lease_until timestamptz,
	-- The trial: what the organisation's own headings found.
	tried_passages integer,                   -- how many passages there were, and the last one's number; NULL: not tried yet
	tried_last integer,
	helps boolean NOT NULL DEFAULT false,
	low real NOT NULL DEFAULT 0,              -- likeness of what has nothing to do with each other
	high real NOT NULL DEFAULT 0              -- likeness of a heading to what stands under it
);

CREATE TABLE passage_vectors (
	org_id bigint NOT NULL,
	passage_id integer NOT NULL,
	vector bytea NOT NULL,                    -- a signed byte each, the greatest 127: the direction; a quarter of real[], and read twenty times as fast
	PRIMARY KEY (org_id, passage_id),
	FOREIGN KEY (org_id, passage_id) REFERENCES passages ON DELETE CASCADE
);
-- Numbers like these cannot be compressed.
ALTER TABLE passage_vectors ALTER COLUMN vector SET STORAGE EXTERNAL;

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['embedding_states', 'passage_vectors']) t;
