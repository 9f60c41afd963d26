-- Retention: how far the sender has come with each organisation that keeps something no longer than a time, and the clock by which rows are old.

CREATE TABLE retention_jobs (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	due_at timestamptz NOT NULL DEFAULT now(),
	step integer NOT NULL DEFAULT 1,     -- which table, see deskbell_retention_step
	behind bigint NOT NULL DEFAULT 0,    -- the last id that was passed
	gone bigint NOT NULL DEFAULT 0       -- rows, in this round
) WITH (fillfactor = 50);
CREATE INDEX retention_jobs_due ON retention_jobs (due_at);

SELECT guard_tenant_rows('retention_jobs');

-- One row. Goes on only as fast as senders have seen time pass: a server's clock that jumps makes nothing old.
CREATE TABLE retention_clock (
	trusted timestamptz NOT NULL DEFAULT now(),
	seen timestamptz NOT NULL DEFAULT now()  -- the database's time at the last look
);
CREATE UNIQUE INDEX retention_clock_one ON retention_clock ((true));
INSERT INTO retention_clock DEFAULT VALUES;
