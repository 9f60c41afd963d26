-- Answers: skills and the model trained from them, messages that wait for an answer, what was decided, what the
-- language model cost.

CREATE TABLE skills (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	title text NOT NULL CHECK (title <> ''),
	response text NOT NULL CHECK (response <> ''),
	enabled boolean NOT NULL DEFAULT true,
	requires_human_handover boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX skills_title ON skills (org_id, lower(title));

CREATE TABLE skill_triggers (
	org_id bigint NOT NULL,
	skill_id bigint NOT NULL,
	position integer NOT NULL,
	phrase text NOT NULL CHECK (phrase <> ''),
	PRIMARY KEY (org_id, skill_id, position),
	FOREIGN KEY (org_id, skill_id) REFERENCES skills ON DELETE CASCADE
);

-- What was trained from an organisation's skills.
CREATE TABLE skill_models (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	revision bigint NOT NULL,           -- organizations.skills_revision of the skills from which it was trained
	model bytea NOT NULL,               -- knows its phrases by a digest; see src/answer/skills/skill-model.c
	trained_at timestamptz NOT NULL DEFAULT now(),
	took_ms integer NOT NULL
);
-- Weights are spread evenly over all values: compressing them again costs time and gains little.
ALTER TABLE skill_models ALTER COLUMN model SET STORAGE EXTERNAL;

CREATE TABLE answer_jobs (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	-- What it is to answer. (A high-water mark lost a message whose id was drawn before, and that was stored after, one
	-- that had been answered.)
	messages bigint[] NOT NULL DEFAULT '{}',
	first_due_at timestamptz NOT NULL,  -- bounds how long a burst can put the answer off
	due_at timestamptz NOT NULL,
	lease_until timestamptz,
	leased_by text,
	attempts integer NOT NULL DEFAULT 0,
	PRIMARY KEY (org_id, conversation_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX answer_jobs_due ON answer_jobs (org_id, due_at);

CREATE TABLE decisions (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	message_id bigint,                  -- the contact's last message that it is about
	outcome text NOT NULL CHECK (outcome IN ('replied', 'draft', 'silent', 'superseded', 'failed')),
	stage text,                         -- skill, knowledge, fallback; NULL when a guard decided
	reason text NOT NULL,
	detail jsonb,
	draft text,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX decisions_conversation ON decisions (org_id, conversation_id, id);
-- What was decided while a page of messages was written.
CREATE INDEX decisions_at ON decisions (org_id, conversation_id, created_at, id);
-- What the bot did not answer for sure is found without walking through all decisions.
CREATE INDEX decisions_unanswered ON decisions (org_id, id) WHERE stage IN ('fallback', 'clarify');
-- For monitors, as messages_recent.
CREATE INDEX decisions_recent ON decisions (created_at);

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

-- Circuit breakers of model endpoints: one that did not answer in time, several times in a row, is not asked for a
-- growing time (src/answer/llm/breaker.h).
CREATE TABLE circuit_breakers (
	org_id bigint NOT NULL,              -- whose endpoint; 0: the installation's
	kind text NOT NULL CHECK (kind IN ('chat', 'embeddings')),
	endpoint text NOT NULL,              -- address and model: another one begins without failures
	failures integer NOT NULL DEFAULT 1, -- timeouts in a row
	since timestamptz NOT NULL DEFAULT now(), -- the first of them
	pause_s integer NOT NULL DEFAULT 0,
	open_until timestamptz,              -- NULL: closed, the endpoint is asked
	PRIMARY KEY (org_id, kind)
);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['skills', 'skill_triggers', 'skill_models', 'answer_jobs', 'decisions',
	'llm_usage', 'circuit_breakers']) t;
