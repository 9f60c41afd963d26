-- Every list of the inbox - view, platform, tag, any of them together - is a range of one index, in its order: a page costs the same whether it is the first or the
-- thousandth, of a thousand conversations or of a million.
--
-- The platform stands before the time: an organisation has one channel of each, so a list of all of them is put together from one range a channel.

SET LOCAL deskbell.scope = 'system';

DROP INDEX conversations_list, conversations_attention, conversations_assigned;
CREATE INDEX conversations_list ON conversations (org_id, is_open, platform, last_message_at, id);
CREATE INDEX conversations_attention ON conversations (org_id, platform, last_message_at, id) WHERE needs_attention AND is_open;
CREATE INDEX conversations_assigned ON conversations (org_id, assignee_id, platform, last_message_at, id) WHERE is_open; -- NULL: nobody's
-- conversations_person begins with the same columns.
DROP INDEX conversations_contact;

-- A tag carries what its conversation is listed by. Kept true by the two triggers below and by nothing else.
ALTER TABLE conversations ADD COLUMN may_have_tags boolean NOT NULL DEFAULT false; -- false: none; spares most messages a look
ALTER TABLE conversation_tags ADD COLUMN platform text, ADD COLUMN is_open boolean, ADD COLUMN needs_attention boolean, ADD COLUMN assignee_id bigint,
	ADD COLUMN last_message_at timestamptz;
DROP TRIGGER search_change ON conversation_tags;
SET LOCAL enable_nestloop = off; -- whatever the statistics say: there may be none
UPDATE conversation_tags t SET platform = v.platform, is_open = v.is_open, needs_attention = v.needs_attention, assignee_id = v.assignee_id, last_message_at = v.last_message_at
	FROM conversations v WHERE v.org_id = t.org_id AND v.id = t.conversation_id;
UPDATE conversations v SET may_have_tags = true FROM (SELECT DISTINCT org_id, conversation_id FROM conversation_tags) t WHERE v.org_id = t.org_id AND v.id = t.conversation_id;
SET LOCAL enable_nestloop = on;
ALTER TABLE conversation_tags ALTER COLUMN platform SET NOT NULL, ALTER COLUMN is_open SET NOT NULL, ALTER COLUMN needs_attention SET NOT NULL,
	ALTER COLUMN last_message_at SET NOT NULL;
-- What a conversation is listed by changes with every message: that is no news for the search.
CREATE TRIGGER search_change AFTER INSERT OR DELETE OR UPDATE OF tag, conversation_id ON conversation_tags FOR EACH ROW EXECUTE FUNCTION search_changed_tag();

DROP INDEX conversation_tags_tag;
CREATE INDEX conversation_tags_list ON conversation_tags (org_id, tag, is_open, platform, last_message_at, conversation_id);
CREATE INDEX conversation_tags_attention ON conversation_tags (org_id, tag, platform, last_message_at, conversation_id) WHERE needs_attention AND is_open;
CREATE INDEX conversation_tags_assigned ON conversation_tags (org_id, tag, assignee_id, platform, last_message_at, conversation_id) WHERE is_open;

-- The conversation is locked by being written: whoever changes it at this moment is waited for, and whoever comes later finds the tag.
CREATE FUNCTION inbox_new_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversations v SET may_have_tags = true WHERE v.org_id = NEW.org_id AND v.id = NEW.conversation_id
		RETURNING v.platform, v.is_open, v.needs_attention, v.assignee_id, v.last_message_at
		INTO NEW.platform, NEW.is_open, NEW.needs_attention, NEW.assignee_id, NEW.last_message_at;
	RETURN NEW;
END $$;
CREATE TRIGGER inbox_insert BEFORE INSERT ON conversation_tags FOR EACH ROW EXECUTE FUNCTION inbox_new_tag();
CREATE TRIGGER inbox_move BEFORE UPDATE OF conversation_id ON conversation_tags FOR EACH ROW EXECUTE FUNCTION inbox_new_tag();

CREATE FUNCTION inbox_listed_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversation_tags t SET platform = NEW.platform, is_open = NEW.is_open, needs_attention = NEW.needs_attention, assignee_id = NEW.assignee_id,
			last_message_at = NEW.last_message_at
		WHERE t.org_id = NEW.org_id AND t.conversation_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER inbox_update AFTER UPDATE ON conversations FOR EACH ROW
	WHEN (NEW.may_have_tags AND (NEW.platform, NEW.is_open, NEW.needs_attention, NEW.assignee_id, NEW.last_message_at)
		IS DISTINCT FROM (OLD.platform, OLD.is_open, OLD.needs_attention, OLD.assignee_id, OLD.last_message_at))
	EXECUTE FUNCTION inbox_listed_otherwise();
