-- What is to be sent, and when each organisation has work of a kind that is due.

CREATE TABLE outbox (
	org_id bigint NOT NULL,
	message_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	state text NOT NULL DEFAULT 'queued'
		CHECK (state IN ('queued', 'sending', 'accepted', 'unknown', 'failed', 'cancelled')),
	tag text NOT NULL,                  -- travels with the message and comes back with its statuses
	attempts integer NOT NULL DEFAULT 0,
	resends integer NOT NULL DEFAULT 0, -- times it was sent again after an unknown outcome
	next_attempt_at timestamptz NOT NULL DEFAULT now(),
	lease_until timestamptz,
	leased_by text,
	error_class text,
	error_code text,
	error_words text,
	error_details jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	settled_at timestamptz,
	PRIMARY KEY (org_id, message_id),
	UNIQUE (org_id, channel_id, tag),
	FOREIGN KEY (org_id, message_id) REFERENCES messages ON DELETE CASCADE
) WITH (fillfactor = 70);
-- The claim walks from a channel to what is due of it.
CREATE INDEX outbox_due ON outbox (org_id, channel_id, next_attempt_at, message_id) WHERE state = 'queued';
CREATE INDEX outbox_open ON outbox (org_id, conversation_id, message_id) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX outbox_leased ON outbox (org_id, lease_until) WHERE state IN ('sending', 'unknown');
-- For the page of the queue: few rows among many that went out.
CREATE INDEX outbox_failed ON outbox (org_id, message_id) WHERE state = 'failed';
-- What waits, the oldest first: for monitors.
CREATE INDEX outbox_waiting ON outbox (created_at, state) WHERE state IN ('queued', 'sending', 'unknown');

-- When each organisation has work that is due: how a sender finds organisations. What it then claims is of one
-- organisation a call. One row an organisation and kind, moved by the functions that make work due (deskbell_due,
-- sql/functions/due.sql).
CREATE TABLE due_work (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	kind text NOT NULL CHECK (kind IN ('answer', 'lead', 'delivery', 'sweep', 'search', 'file')),
	due_at timestamptz NOT NULL,        -- infinity: there is none
	PRIMARY KEY (org_id, kind)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX due_work_due ON due_work (due_at, org_id);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['outbox', 'due_work']) t;
