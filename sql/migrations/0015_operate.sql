-- For who runs an installation: purging finds a contact's conversations; monitors count what has come and gone lately without looking at the rest.

CREATE INDEX conversations_contact ON conversations (org_id, contact_id);
CREATE INDEX messages_recent ON messages (created_at);
CREATE INDEX decisions_recent ON decisions (created_at);
-- What waits, the oldest first.
CREATE INDEX outbox_waiting ON outbox (created_at, state) WHERE state IN ('queued', 'sending', 'unknown');
