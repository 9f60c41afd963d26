-- Contacts that an admin made one, with what it takes to separate them again.
CREATE TABLE contact_merges (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	contact_id bigint NOT NULL,      -- who has everything now
	name text,                       -- of the other one
	username text,
	detail jsonb NOT NULL,           -- {identities: [{channel, kind, value}], conversations: [{id, kept, channel, platform, phone, messages}]}
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);
CREATE INDEX contact_merges_contact ON contact_merges (org_id, contact_id);
SELECT guard_tenant_rows('contact_merges');
