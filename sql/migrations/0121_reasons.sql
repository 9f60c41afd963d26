-- Reasons with parameters: {"code": ..., "args": {...}} of the table in src/core/text/reasons-*.h, never a sentence.
CREATE FUNCTION is_reason(reason jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT reason IS NULL OR coalesce(reason->>'code', '') ~ '^[a-z0-9_]+$' $$;

ALTER TABLE embedding_states ALTER COLUMN reason TYPE jsonb
	USING CASE WHEN reason IS NOT NULL THEN '{"code": "not_explained"}'::jsonb END,
	ADD CONSTRAINT embedding_states_reason_code CHECK (is_reason(reason));
ALTER TABLE documents ALTER COLUMN reason TYPE jsonb
	USING CASE WHEN reason IS NOT NULL THEN '{"code": "not_explained"}'::jsonb END,
	ADD CONSTRAINT documents_reason_code CHECK (is_reason(reason));
ALTER TABLE mail_queue ALTER COLUMN reason TYPE jsonb
	USING CASE WHEN reason IS NOT NULL THEN '{"code": "not_explained"}'::jsonb END,
	ADD CONSTRAINT mail_queue_reason_code CHECK (is_reason(reason));
