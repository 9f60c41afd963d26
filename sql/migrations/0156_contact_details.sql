-- What an operator knows of a contact besides what the platform says: the right name, notes, fields of the
-- organization's own, and that it is blocked.

-- A name that an operator has corrected stays; what the platform says is kept next to it meanwhile.
ALTER TABLE contacts
	ADD COLUMN profile_name text CHECK (char_length(profile_name) <= 200), -- NULL: `name` is the platform's
	ADD COLUMN blocked_at timestamptz;                                     -- what it sends is stored, and nothing else happens

-- Notes of the team: a list, so that two who write at the same time both keep what they wrote.
CREATE TABLE notes (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	user_id bigint,                     -- NULL: from the time when a conversation had one note without an author
	body text NOT NULL CHECK (body <> '' AND octet_length(body) <= 32000),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX notes_conversation ON notes (org_id, conversation_id, id);

INSERT INTO notes (org_id, conversation_id, body, created_at)
	SELECT v.org_id, v.id, v.note, v.last_message_at FROM conversations v WHERE v.note <> '';
ALTER TABLE conversations DROP COLUMN note;
-- A mention told the text of that one note.
DELETE FROM rings WHERE kind = 'mention';
DELETE FROM push_queue WHERE kind = 'mention';

-- Fields of the organization's own, and what a contact has in them.
CREATE TABLE contact_fields (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	name text NOT NULL CHECK (name <> '' AND char_length(name) <= 40),
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX contact_fields_name ON contact_fields (org_id, lower(name));

CREATE TABLE contact_values (
	org_id bigint NOT NULL,
	contact_id bigint NOT NULL,
	field_id bigint NOT NULL,
	value text NOT NULL CHECK (value <> '' AND char_length(value) <= 500),
	PRIMARY KEY (org_id, contact_id, field_id),
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
	FOREIGN KEY (org_id, field_id) REFERENCES contact_fields ON DELETE CASCADE
);
CREATE INDEX contact_values_field ON contact_values (org_id, field_id);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['notes', 'contact_fields', 'contact_values']) t;

ALTER TABLE conversation_events DROP CONSTRAINT conversation_events_kind_check, ADD CONSTRAINT conversation_events_kind_check
	CHECK (kind IN ('taken-over', 'returned', 'assigned', 'closed', 'reopened', 'snoozed', 'woken', 'blocked', 'unblocked'));
