-- A group of WhatsApp is a conversation of its own: the identity of its contact is the group's id.
ALTER TABLE contact_identities DROP CONSTRAINT contact_identities_kind_check,
	ADD CONSTRAINT contact_identities_kind_check CHECK (kind IN ('wa_id', 'bsuid', 'parent_bsuid', 'wa_group', 'telegram'));
