-- Replies of operators that were proposed as skills, and what was said of that: so no proposal comes twice.
CREATE TABLE proposal_verdicts (
	org_id bigint NOT NULL,
	message_id bigint NOT NULL,
	verdict text NOT NULL CHECK (verdict IN ('approved', 'rejected')),
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, message_id),
	FOREIGN KEY (org_id, message_id) REFERENCES messages ON DELETE CASCADE
);
SELECT guard_tenant_rows('proposal_verdicts');
