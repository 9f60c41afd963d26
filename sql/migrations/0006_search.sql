-- Search of the inbox: which words stand in which conversation, and what has not been indexed yet.
--
-- Words are plain rows and not a tsvector: row-level security keeps its operators out of index conditions, and lets
-- comparisons of text pass.

-- Words as they are compared: folded, at most 40 characters. Compared as bytes, so that a prefix is a range.
CREATE TABLE search_words (
	org_id bigint NOT NULL,
	word text COLLATE "C" NOT NULL CHECK (word <> '' AND length(word) <= 40),
	conversation_id bigint NOT NULL,
	of_contact boolean NOT NULL,         -- stands in name, number or tags; false: in a message
	PRIMARY KEY (org_id, word, conversation_id, of_contact),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
-- Whether a conversation holds a word, and which words go with it.
CREATE INDEX search_words_conversation ON search_words (org_id, conversation_id, word);

-- What a sender has to index. Written by triggers in the transaction that makes it so: neither a late commit nor a new
-- way to store a message is missed, as it would be by a reader that remembers how far it has come. Only ever appended
-- to and deleted from, without a key of its own meaning, so that storing a message never waits for indexing. Rows may
-- name what is gone by now.
CREATE TABLE search_queue (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	kind text NOT NULL CHECK (kind IN ('message', 'contact', 'again')), -- again: all messages of a conversation
	subject bigint NOT NULL,            -- the message for 'message', else the conversation
	PRIMARY KEY (org_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What is to be indexed again: everything below these ids, taken into the queue piece by piece, the newest first, while
-- nothing else waits in it.
CREATE TABLE search_backlog (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	messages_below bigint NOT NULL,
	conversations_below bigint NOT NULL
) WITH (fillfactor = 50);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['search_words', 'search_queue', 'search_backlog']) t;

-- A message costs one of these calls for its whole group; the others have conditions that cost nothing when messages
-- arrive. What is put into the queue is due (deskbell_index, sql/functions/search.sql).
CREATE FUNCTION search_new_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) SELECT org_id, 'message', id FROM fresh WHERE body <> '';
	IF FOUND THEN
		PERFORM deskbell_due(q.org_id, 'search', now()) FROM (SELECT DISTINCT org_id FROM fresh ORDER BY org_id) q;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER search_insert AFTER INSERT ON messages REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION search_new_messages();

-- A message that has moved (two contacts are one) is indexed where it is now; its words went with the conversation that
-- is gone. A text that was changed: its old words can only be told from those of other messages by reading all of them
-- again.
CREATE FUNCTION search_changed_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.conversation_id <> OLD.conversation_id THEN
		PERFORM deskbell_index(NEW.org_id, 'message', NEW.id);
	END IF;
	IF NEW.body IS DISTINCT FROM OLD.body THEN
		PERFORM deskbell_index(NEW.org_id, 'again', NEW.conversation_id);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER search_update AFTER UPDATE OF body, conversation_id ON messages
	FOR EACH ROW EXECUTE FUNCTION search_changed_message();

-- Messages that go with their conversation leave nothing to do.
CREATE FUNCTION search_gone_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_index(g.org_id, 'again', g.conversation_id)
		FROM (SELECT DISTINCT org_id, conversation_id FROM gone WHERE body <> '') g
		WHERE EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = g.org_id AND v.id = g.conversation_id);
	RETURN NULL;
END $$;
CREATE TRIGGER search_delete AFTER DELETE ON messages REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION search_gone_messages();

CREATE FUNCTION search_changed_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_index(NEW.org_id, 'contact', NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER search_insert AFTER INSERT ON conversations
	FOR EACH ROW EXECUTE FUNCTION search_changed_conversation();
CREATE TRIGGER search_update AFTER UPDATE OF contact_id, contact_phone ON conversations
	FOR EACH ROW EXECUTE FUNCTION search_changed_conversation();

CREATE FUNCTION search_changed_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_index(v.org_id, 'contact', v.id) FROM conversations v
		WHERE v.org_id = NEW.org_id AND v.contact_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER search_update AFTER UPDATE OF name, username ON contacts FOR EACH ROW
	WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.username IS DISTINCT FROM OLD.username)
	EXECUTE FUNCTION search_changed_contact();

-- What a conversation is listed by changes with every message: that concerns no search.
CREATE FUNCTION search_changed_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM deskbell_index(coalesce(NEW.org_id, OLD.org_id), 'contact', coalesce(NEW.conversation_id, OLD.conversation_id));
	RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER INSERT OR DELETE OR UPDATE OF tag, conversation_id ON conversation_tags
	FOR EACH ROW EXECUTE FUNCTION search_changed_tag();
