-- Calls of the language model, one row an organisation, day (UTC) and purpose: the budget of the day, and what it cost.

CREATE TABLE llm_usage (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	day date NOT NULL,
	purpose text NOT NULL CHECK (purpose <> ''),  -- answer, lead, embedding
	calls integer NOT NULL DEFAULT 0,             -- counted before they are made
	failures integer NOT NULL DEFAULT 0,
	prompt_tokens bigint NOT NULL DEFAULT 0,
	completion_tokens bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (org_id, day, purpose)
);

ALTER TABLE llm_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE llm_usage FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON llm_usage USING (
	org_id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint)
	OR (SELECT current_setting('deskbell.scope', true)) = 'system');
