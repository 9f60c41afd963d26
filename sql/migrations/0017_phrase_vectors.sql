-- Vectors of triggers and titles ("phrases"), beside those of passages: one state for each kind, the same jobs and trials.

SELECT set_config('deskbell.scope', 'system', true);

ALTER TABLE embedding_states
	ADD COLUMN kind text NOT NULL DEFAULT 'passages' CHECK (kind IN ('passages', 'phrases')),
	ADD COLUMN tried text; -- what the trial was made of, as deskbell_embedding_subject has it; NULL: not tried yet
UPDATE embedding_states SET tried = tried_passages || ' ' || tried_last;
ALTER TABLE embedding_states
	ALTER COLUMN kind DROP DEFAULT,
	DROP COLUMN tried_passages,
	DROP COLUMN tried_last,
	DROP CONSTRAINT embedding_states_pkey,
	ADD PRIMARY KEY (org_id, kind);
COMMENT ON COLUMN embedding_states.revision IS 'of knowledge_indexes, or the skills_revision of organizations: up to this one everything is done';

-- By the text's SHA-256: a phrase that moves, or stands in two skills, has one vector, and an edit costs only what is new.
CREATE TABLE phrase_vectors (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	digest bytea NOT NULL,
	vector bytea NOT NULL, -- as in passage_vectors
	PRIMARY KEY (org_id, digest)
);
ALTER TABLE phrase_vectors ALTER COLUMN vector SET STORAGE EXTERNAL;

SELECT guard_tenant_rows('phrase_vectors');
