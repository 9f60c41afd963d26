-- One state instead of flags: a conversation waits for a person since a time (waiting_since), until a person replies or closes it. What is snoozed is out of the open lists
-- until its time comes or the customer writes; `undo` holds what the last action of an operator replaced.

SET LOCAL deskbell.scope = 'system';

ALTER TABLE conversations ADD COLUMN waiting_since timestamptz, ADD COLUMN snoozed_until timestamptz, ADD COLUMN undo jsonb;
ALTER TABLE conversations ADD CONSTRAINT conversations_snoozed CHECK (snoozed_until IS NULL OR NOT is_open);
ALTER TABLE conversation_tags ADD COLUMN waiting_since timestamptz, ADD COLUMN snoozed_until timestamptz;

DROP TRIGGER inbox_update ON conversations;
UPDATE conversations SET waiting_since = coalesce(last_inbound_at, last_message_at) WHERE needs_attention AND is_open;
SET LOCAL enable_nestloop = off; -- whatever the statistics say: there may be none
UPDATE conversation_tags t SET waiting_since = v.waiting_since FROM conversations v WHERE v.org_id = t.org_id AND v.id = t.conversation_id AND v.waiting_since IS NOT NULL;
SET LOCAL enable_nestloop = on;

DROP INDEX conversations_attention, conversations_unread, conversation_tags_attention;
CREATE INDEX conversations_waiting ON conversations (org_id, platform, waiting_since, id) WHERE waiting_since IS NOT NULL AND is_open;
CREATE INDEX conversations_snoozed ON conversations (org_id, platform, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversation_tags_waiting ON conversation_tags (org_id, tag, platform, waiting_since, conversation_id) WHERE waiting_since IS NOT NULL AND is_open;
CREATE INDEX conversation_tags_snoozed ON conversation_tags (org_id, tag, platform, snoozed_until, conversation_id) WHERE snoozed_until IS NOT NULL;
ALTER TABLE conversation_tags DROP COLUMN needs_attention;

CREATE OR REPLACE FUNCTION inbox_new_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversations v SET may_have_tags = true WHERE v.org_id = NEW.org_id AND v.id = NEW.conversation_id
		RETURNING v.platform, v.is_open, v.waiting_since, v.snoozed_until, v.assignee_id, v.last_message_at
		INTO NEW.platform, NEW.is_open, NEW.waiting_since, NEW.snoozed_until, NEW.assignee_id, NEW.last_message_at;
	RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION inbox_listed_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversation_tags t SET platform = NEW.platform, is_open = NEW.is_open, waiting_since = NEW.waiting_since, snoozed_until = NEW.snoozed_until,
			assignee_id = NEW.assignee_id, last_message_at = NEW.last_message_at
		WHERE t.org_id = NEW.org_id AND t.conversation_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER inbox_update AFTER UPDATE ON conversations FOR EACH ROW
	WHEN (NEW.may_have_tags AND (NEW.platform, NEW.is_open, NEW.waiting_since, NEW.snoozed_until, NEW.assignee_id, NEW.last_message_at)
		IS DISTINCT FROM (OLD.platform, OLD.is_open, OLD.waiting_since, OLD.snoozed_until, OLD.assignee_id, OLD.last_message_at))
	EXECUTE FUNCTION inbox_listed_otherwise();

ALTER TABLE conversation_events DROP CONSTRAINT conversation_events_kind_check,
	ADD CONSTRAINT conversation_events_kind_check CHECK (kind IN ('taken-over', 'returned', 'assigned', 'closed', 'reopened', 'snoozed', 'woken'));

-- What each operator has read of a conversation: up to this message.
CREATE TABLE conversation_reads (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	user_id bigint NOT NULL,
	message_id bigint NOT NULL,
	PRIMARY KEY (org_id, conversation_id, user_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
SELECT guard_tenant_rows('conversation_reads');
