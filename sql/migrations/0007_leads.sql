-- Leads: what is known about what a customer wants, one row a conversation; and the jobs that find it out.

-- What was found and what people said by hand lie beside each other: a fact can be found anew without touching what was set by hand, and a hand's value can be
-- taken back. deskbell_lead_facts() shows both as one.
CREATE TABLE leads (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	facts jsonb NOT NULL DEFAULT '{}',      -- service, date, date_iso, location, budget, intent, name, phone, email, non_business
	manual jsonb NOT NULL DEFAULT '{}',     -- the same fields; null: known to be nothing
	manual_rev bigint NOT NULL DEFAULT 0,   -- grows with every edit by hand
	score integer NOT NULL DEFAULT 0 CHECK (score BETWEEN 0 AND 10),
	class text NOT NULL DEFAULT 'cold' CHECK (class IN ('hot', 'warm', 'cold')),
	summary text NOT NULL DEFAULT '',
	source text NOT NULL DEFAULT 'rules' CHECK (source IN ('rules', 'llm')),
	up_to bigint NOT NULL DEFAULT 0,        -- the last message that was looked at
	hot_at timestamptz,                     -- when it became hot for the first time: it is told once
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
	due_at timestamptz NOT NULL,
	lease_until timestamptz,
	leased_by text,
	attempts integer NOT NULL DEFAULT 0,
	PRIMARY KEY (org_id, conversation_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX lead_jobs_due ON lead_jobs (due_at);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['leads', 'lead_jobs']) t;
