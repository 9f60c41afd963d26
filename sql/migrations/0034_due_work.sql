-- When each organization has work that is due: how a sender finds organizations. What it then claims is of one organization a call.

SET LOCAL deskbell.scope = 'system';

-- One row an organization and kind, moved by the functions that make work due (deskbell_due, sql/functions/due.sql).
CREATE TABLE due_work (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	kind text NOT NULL CHECK (kind IN ('answer', 'lead', 'delivery', 'sweep', 'search')),
	due_at timestamptz NOT NULL,        -- infinity: there is none
	PRIMARY KEY (org_id, kind)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX due_work_due ON due_work (due_at, org_id);
SELECT guard_tenant_rows('due_work');
INSERT INTO due_work (org_id, kind, due_at) SELECT o.id, k, now() FROM organizations o, unnest(ARRAY['answer', 'lead', 'delivery', 'sweep', 'search']) k;

-- A delivery that is queued is due, whichever function or statement queues it; and when a channel's pause ends early, what waits there. Part of the schema, as all functions of triggers.
CREATE FUNCTION outbox_queued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_due(q.org_id, 'delivery', q.due_at), deskbell_due(q.org_id, 'sweep', now() + interval '30 seconds') FROM (
		SELECT org_id, min(next_attempt_at) AS due_at FROM fresh WHERE state = 'queued' GROUP BY org_id ORDER BY org_id) q;
	RETURN NULL;
END $$;
CREATE TRIGGER outbox_queued AFTER INSERT ON outbox REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION outbox_queued();

CREATE FUNCTION channel_resumed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_due(NEW.org_id, 'delivery', now());
	RETURN NULL;
END $$;
CREATE TRIGGER channel_resumed AFTER UPDATE OF paused_until ON channels FOR EACH ROW WHEN (NEW.paused_until < OLD.paused_until)
	EXECUTE FUNCTION channel_resumed();

-- The words of a text are due with it.
CREATE FUNCTION search_queued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_due(q.org_id, 'search', now()) FROM (SELECT DISTINCT org_id FROM fresh ORDER BY org_id) q;
	RETURN NULL;
END $$;
CREATE TRIGGER search_queued AFTER INSERT ON search_queue REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION search_queued();

-- Claims look at one organization's rows.
DROP INDEX answer_jobs_due, lead_jobs_due, outbox_leased, parked_statuses_age;
CREATE INDEX answer_jobs_due ON answer_jobs (org_id, due_at);
CREATE INDEX lead_jobs_due ON lead_jobs (org_id, due_at);
CREATE INDEX outbox_leased ON outbox (org_id, lease_until) WHERE state IN ('sending', 'unknown');
CREATE INDEX parked_statuses_age ON parked_statuses (org_id, parked_at);
ALTER TABLE search_queue DROP CONSTRAINT search_queue_pkey, ADD PRIMARY KEY (org_id, id);
