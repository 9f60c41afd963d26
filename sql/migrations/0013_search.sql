-- Search of the inbox: which words stand in which conversation, and what has not been looked at yet.
--
-- Words are plain rows and not a tsvector: row-level security keeps its operators out of index conditions, and lets comparisons of text pass.

SET LOCAL deskbell.scope = 'system';

-- Words as they are compared: folded, at most 40 characters. Compared as bytes, so that a prefix is a range.
CREATE TABLE search_words (
	org_id bigint NOT NULL,
	word text COLLATE "C" NOT NULL CHECK (word <> '' AND length(word) <= 40),
	conversation_id bigint NOT NULL,
	of_person boolean NOT NULL,         -- stands in name, number or tags; false: in a message
	PRIMARY KEY (org_id, word, conversation_id, of_person),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
-- Whether a conversation holds a word, and which words go with it.
CREATE INDEX search_words_conversation ON search_words (org_id, conversation_id, word);

-- What a sender has to look at. Written by triggers in the transaction that makes it so: neither a late commit nor a new way to store a message is missed, as it would be
-- by who remembers how far it has read. Only ever appended to and deleted from, without a key of its own meaning, so that who stores a message never waits for who indexes.
-- Rows may name what is gone by now.
CREATE TABLE search_queue (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	kind text NOT NULL CHECK (kind IN ('message', 'person', 'again')), -- again: all messages of a conversation
	subject bigint NOT NULL,            -- the message for 'message', else the conversation
	PRIMARY KEY (id, org_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What was there before there was a search: everything below these ids, taken into the queue piece by piece, the newest first, while nothing else waits in it.
CREATE TABLE search_backlog (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	messages_below bigint NOT NULL,
	conversations_below bigint NOT NULL
) WITH (fillfactor = 50);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['search_words', 'search_queue', 'search_backlog']) t;

-- The triggers' functions are part of the schema and not of sql/functions: replacing them would lock the tables. A message costs one of these calls for its whole group;
-- the others have conditions that cost nothing when messages arrive.
CREATE FUNCTION search_new_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) SELECT org_id, 'message', id FROM fresh WHERE body <> '';
	RETURN NULL;
END $$;
CREATE TRIGGER search_insert AFTER INSERT ON messages REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION search_new_messages();

-- A message that has moved (two contacts are one) is indexed where it is now; its words went with the conversation that is gone. A text that was changed: its old words can only
-- be told from those of other messages by reading all of them again.
CREATE FUNCTION search_changed_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.conversation_id <> OLD.conversation_id THEN
		INSERT INTO search_queue (org_id, kind, subject) VALUES (NEW.org_id, 'message', NEW.id);
	END IF;
	IF NEW.body IS DISTINCT FROM OLD.body THEN
		INSERT INTO search_queue (org_id, kind, subject) VALUES (NEW.org_id, 'again', NEW.conversation_id);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER search_update AFTER UPDATE OF body, conversation_id ON messages FOR EACH ROW EXECUTE FUNCTION search_changed_message();

-- Messages that go with their conversation leave nothing to do.
CREATE FUNCTION search_gone_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject)
		SELECT g.org_id, 'again', g.conversation_id FROM (SELECT DISTINCT org_id, conversation_id FROM gone WHERE body <> '') g
		WHERE EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = g.org_id AND v.id = g.conversation_id);
	RETURN NULL;
END $$;
CREATE TRIGGER search_delete AFTER DELETE ON messages REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION search_gone_messages();

CREATE FUNCTION search_changed_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) VALUES (NEW.org_id, 'person', NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER search_insert AFTER INSERT ON conversations FOR EACH ROW EXECUTE FUNCTION search_changed_conversation();
CREATE TRIGGER search_update AFTER UPDATE OF contact_id, contact_phone ON conversations FOR EACH ROW EXECUTE FUNCTION search_changed_conversation();

CREATE FUNCTION search_changed_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) SELECT v.org_id, 'person', v.id FROM conversations v WHERE v.org_id = NEW.org_id AND v.contact_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER search_update AFTER UPDATE OF name, username ON contacts FOR EACH ROW
	WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.username IS DISTINCT FROM OLD.username) EXECUTE FUNCTION search_changed_contact();
-- The same rule in an order in which the conversations of somebody are found whatever their channel, here and when contacts become one; no index more than before.
ALTER TABLE conversations ADD CONSTRAINT conversations_person UNIQUE (org_id, contact_id, channel_id);
ALTER TABLE conversations DROP CONSTRAINT conversations_org_id_channel_id_contact_id_key;

CREATE FUNCTION search_changed_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) VALUES (coalesce(NEW.org_id, OLD.org_id), 'person', coalesce(NEW.conversation_id, OLD.conversation_id));
	RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER INSERT OR UPDATE OR DELETE ON conversation_tags FOR EACH ROW EXECUTE FUNCTION search_changed_tag();

-- The triggers' locks keep out who stores messages until this transaction ends: what is there now is all that they have missed.
INSERT INTO search_backlog (org_id, messages_below, conversations_below)
	SELECT v.org_id, coalesce((SELECT max(m.id) FROM messages m WHERE m.org_id = v.org_id), 0) + 1, v.newest + 1
	FROM (SELECT org_id, max(id) AS newest FROM conversations GROUP BY org_id) v;
