-- What a model reads in a file, where an endpoint for that is set: a transcript of a voice note, a description of a picture. The text is in the message (body, metadata), so that
-- whatever has the message has it, too; here is only the work. See sql/functions/readings.sql.

ALTER TABLE attachments
	ADD COLUMN reading text CHECK (reading IN ('waiting', 'done', 'failed')), -- NULL: none is wanted
	ADD COLUMN reading_reason text,      -- the code of the last failed attempt
	ADD COLUMN reading_attempts integer NOT NULL DEFAULT 0,
	ADD COLUMN reading_due_at timestamptz,
	ADD COLUMN reading_lease_until timestamptz,
	ADD COLUMN played_at timestamptz;    -- when an operator first played it
CREATE INDEX attachments_readings ON attachments (org_id, reading_due_at) WHERE reading = 'waiting';

ALTER TABLE due_work DROP CONSTRAINT due_work_kind_check,
	ADD CONSTRAINT due_work_kind_check CHECK (kind IN ('answer', 'lead', 'delivery', 'sweep', 'search', 'file', 'push', 'reading'));
ALTER TABLE circuit_breakers DROP CONSTRAINT circuit_breakers_kind_check,
	ADD CONSTRAINT circuit_breakers_kind_check CHECK (kind IN ('chat', 'embeddings', 'transcription', 'vision'));
