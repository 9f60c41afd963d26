-- Embeddings are asked across languages, where a trial has shown that the model knows them: all are tried again.

ALTER TABLE embedding_states
	ADD COLUMN languages text NOT NULL DEFAULT '', -- tags, between spaces, of those that it knows next to the organisation's
	ADD COLUMN across_low real NOT NULL DEFAULT 0,  -- how much more alike than the middle of all what has nothing to do with
	ADD COLUMN across_high real NOT NULL DEFAULT 0; -- each other is across languages, and what says the same
UPDATE embedding_states SET tried = NULL, revision = -1;
