-- Leads: what is known about what a contact wants, one row a conversation; and the jobs that find it out.

-- What was found and what users said lie next to each other: a fact can be found again without touching what was set
-- manually, and a manual value can be taken back. deskbell_lead_facts() shows both as one.
CREATE TABLE leads (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	-- service, date, date_iso, location, budget, intent, name, phone, email, non_business
	facts jsonb NOT NULL DEFAULT '{}',
	manual jsonb NOT NULL DEFAULT '{}', -- the same fields; null: known to be nothing
	manual_rev bigint NOT NULL DEFAULT 0, -- grows with every manual edit
	score integer NOT NULL DEFAULT 0 CHECK (score BETWEEN 0 AND 10),
	class text NOT NULL DEFAULT 'cold' CHECK (class IN ('hot', 'warm', 'cold')),
	summary text NOT NULL DEFAULT '',
	source text NOT NULL DEFAULT 'rules' CHECK (source IN ('rules', 'llm')),
	up_to bigint NOT NULL DEFAULT 0,    -- the last message that was looked at
	hot_at timestamptz,                 -- when it became hot for the first time: it is reported once
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, conversation_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 80);
-- One for each order in which leads are listed; the last columns are the key by which pages go on.
CREATE INDEX leads_recent ON leads (org_id, updated_at DESC, conversation_id DESC);
CREATE INDEX leads_score ON leads (org_id, score DESC, updated_at DESC, conversation_id DESC);
CREATE INDEX leads_class ON leads (org_id, class, score DESC, updated_at DESC, conversation_id DESC);

CREATE TABLE lead_jobs (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	-- Up to which message it looks. What came after a user took over is not looked at; what the bot itself answered is,
	-- also when its answer called that user.
	up_to bigint NOT NULL DEFAULT 9223372036854775807,
	due_at timestamptz NOT NULL,
	lease_until timestamptz,
	leased_by text,
	attempts integer NOT NULL DEFAULT 0,
	PRIMARY KEY (org_id, conversation_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX lead_jobs_due ON lead_jobs (org_id, due_at);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['leads', 'lead_jobs']) t;
