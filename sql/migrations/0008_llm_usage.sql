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

SELECT guard_tenant_rows('llm_usage');
