-- Filters of the inbox that a user has saved: each user's own.
CREATE TABLE saved_filters (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	user_id bigint NOT NULL,
	name text NOT NULL CHECK (name <> '' AND char_length(name) <= 40),
	query text NOT NULL CHECK (query LIKE '?%' AND octet_length(query) <= 2000), -- as the address of the inbox has it
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX saved_filters_name ON saved_filters (org_id, user_id, lower(name));
SELECT guard_tenant_rows('saved_filters');
