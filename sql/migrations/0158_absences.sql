-- Users who are away: what waits for them waits for all.
CREATE TABLE absences (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id bigint NOT NULL,
	since timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, user_id)
);
SELECT guard_tenant_rows('absences');
-- When a user had a conversation open last.
CREATE INDEX conversation_viewers_user ON conversation_viewers (org_id, user_id, seen_at);
