-- What is left of an erased person for eight days: digests of the ids of their messages. A platform tells statuses of a message, and may deliver it again, for a week: what is
-- known to be erased is not stored again.

CREATE TABLE forgotten (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	digest bytea NOT NULL,              -- SHA-256 of a provider id, or of the tag of a delivery
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, digest),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX forgotten_age ON forgotten (org_id, at);

SELECT guard_tenant_rows('forgotten');
