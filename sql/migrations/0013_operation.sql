-- The audit log, and how long an organisation keeps what.

CREATE TABLE audit_log (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	actor text NOT NULL,                -- user:7, token:3, deskbellctl, sender
	action text NOT NULL,
	detail jsonb,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);

-- It is only added to. Entries go when they have grown too old (deskbell_purge_rows opens this door for its own
-- statement), and with their organisation.
CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF coalesce(current_setting('deskbell.purge', true), '') <> 'audit_log'
		AND (TG_OP <> 'DELETE' OR EXISTS (SELECT 1 FROM organizations WHERE id = OLD.org_id)) THEN
		RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END $$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_stays();

CREATE FUNCTION audit_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION audit_log_is_kept();

-- How far the sender has come with each organisation that keeps something no longer than a time.
CREATE TABLE retention_jobs (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	due_at timestamptz NOT NULL DEFAULT now(),
	step integer NOT NULL DEFAULT 1,    -- which table, see deskbell_retention_step
	last_id bigint NOT NULL DEFAULT 0,  -- the last id that was passed
	deleted bigint NOT NULL DEFAULT 0   -- rows, in this round
) WITH (fillfactor = 50);
CREATE INDEX retention_jobs_due ON retention_jobs (due_at);

-- The clock by which rows are old: one row. Goes on only as fast as senders have seen time pass: a server's clock that
-- jumps makes nothing old.
CREATE TABLE retention_clock (
	trusted timestamptz NOT NULL DEFAULT now(),
	seen timestamptz NOT NULL DEFAULT now()  -- the database's time at the last look
);
CREATE UNIQUE INDEX retention_clock_one ON retention_clock ((true));
INSERT INTO retention_clock DEFAULT VALUES;

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['audit_log', 'retention_jobs']) t;
