-- What people do in the inbox: messages by hand, tags, who is looking, canned replies; and the indexes of its lists.

SET LOCAL deskbell.scope = 'system';

ALTER TABLE messages
	ADD COLUMN user_id bigint REFERENCES users ON DELETE SET NULL,  -- who of the operators wrote it
	ADD COLUMN request_key text;                                    -- names one press of "send": the same key never sends twice
CREATE UNIQUE INDEX messages_request ON messages (org_id, conversation_id, request_key) WHERE request_key IS NOT NULL;

-- A table and not an array: row-level security keeps array operators out of index conditions.
CREATE TABLE conversation_tags (
	org_id bigint NOT NULL,
	tag text NOT NULL CHECK (tag <> '' AND length(tag) <= 40),
	conversation_id bigint NOT NULL,
	PRIMARY KEY (org_id, conversation_id, tag),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_tags_tag ON conversation_tags (org_id, tag, conversation_id);
INSERT INTO conversation_tags (org_id, tag, conversation_id) SELECT DISTINCT org_id, left(unnest(tags), 40), id FROM conversations;
ALTER TABLE conversations DROP COLUMN tags;

-- What happened in a conversation besides messages: taken over, returned, assigned, closed. Shown between the messages.
CREATE TABLE conversation_events (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	user_id bigint REFERENCES users ON DELETE SET NULL,
	kind text NOT NULL CHECK (kind IN ('taken-over', 'returned', 'assigned', 'closed', 'reopened')),
	assignee_id bigint REFERENCES users ON DELETE SET NULL,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_events_conversation ON conversation_events (org_id, conversation_id, at, id);

-- Who has a conversation open. Of no value after a crash.
CREATE UNLOGGED TABLE conversation_viewers (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	user_id bigint NOT NULL,
	seen_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, conversation_id, user_id)
);

CREATE TABLE canned_replies (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	shortcut text NOT NULL CHECK (shortcut ~ '^[[:alnum:]_-]{1,30}$'),
	title text NOT NULL CHECK (title <> ''),
	body text NOT NULL CHECK (body <> ''),
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX canned_replies_shortcut ON canned_replies (org_id, lower(shortcut));

-- What was decided while a page of messages was written.
CREATE INDEX decisions_at ON decisions (org_id, conversation_id, created_at, id);

-- The lists of the inbox, newest first; every one is read along an index.
CREATE INDEX conversations_list ON conversations (org_id, is_open, last_message_at, id);
CREATE INDEX conversations_attention ON conversations (org_id, last_message_at, id) WHERE needs_attention AND is_open;
CREATE INDEX conversations_unread ON conversations (org_id, last_message_at) WHERE unread > 0 AND is_open;
CREATE INDEX conversations_assigned ON conversations (org_id, assignee_id, last_message_at, id) WHERE assignee_id IS NOT NULL AND is_open;

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['conversation_tags', 'conversation_events', 'conversation_viewers', 'canned_replies']) t;
