-- Contacts, their conversations and messages, and what a webhook delivery brings of them.
--
-- A tenant's row names a user by the bare id: the directory may lie on another server, and the row outlives the account.
-- What such an id is called stands in member_names, also for those who have left.

CREATE TABLE contacts (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	-- The bound of the intake (src/domain/inbound.h), for whatever else writes them.
	name text CHECK (char_length(name) <= 200),
	username text CHECK (char_length(username) <= 64),
	has_blocked_us boolean NOT NULL DEFAULT false,
	block_changed_at timestamptz,       -- provider time of the latest event of that
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);

CREATE TABLE contact_identities (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	-- wa_group: a group of WhatsApp is a conversation of its own, and the identity of its contact is the group's id.
	kind text NOT NULL CHECK (kind IN ('wa_id', 'bsuid', 'parent_bsuid', 'wa_group', 'telegram')),
	value text NOT NULL CHECK (value <> ''),
	contact_id bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, kind, value),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE,
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);
CREATE INDEX contact_identities_contact ON contact_identities (org_id, contact_id);

-- A conversation waits for a user since a time (waiting_since), until one replies or closes it. What is snoozed is out
-- of the open lists until its time comes or the contact writes.
CREATE TABLE conversations (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	channel_id bigint NOT NULL,
	contact_id bigint NOT NULL,
	platform text NOT NULL,
	contact_phone text,
	agent text NOT NULL DEFAULT 'bot' CHECK (agent IN ('bot', 'operator')),
	assignee_id bigint,                 -- a member: deskbell_member_gone takes the conversations of one who leaves away
	needs_attention boolean NOT NULL DEFAULT false,
	attention_reason text,
	is_open boolean NOT NULL DEFAULT true,
	waiting_since timestamptz,
	snoozed_until timestamptz,
	unread integer NOT NULL DEFAULT 0,
	note text,
	undo jsonb,                         -- what the last action of an operator replaced
	last_inbound_at timestamptz,        -- provider time of the contact's last message: the 24-hour window
	last_message_at timestamptz NOT NULL DEFAULT now(),
	version bigint NOT NULL DEFAULT 1,  -- grows with every change of which agent may answer
	consecutive_fallbacks integer NOT NULL DEFAULT 0,
	noticed_at timestamptz,             -- when the notice about content without text was sent last
	-- What the bot keeps from one message to the next: the contact's language, what was asked last, what it offered
	-- (src/answer/memory.h).
	memory jsonb NOT NULL DEFAULT '{}',
	pair_full_at timestamptz NOT NULL DEFAULT '-infinity', -- see channels.rate_full_at
	may_have_tags boolean NOT NULL DEFAULT false,          -- false: none; spares most messages a look
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	-- In an order in which the conversations of a contact are found whatever their channel, here and when contacts
	-- become one.
	CONSTRAINT conversations_contact UNIQUE (org_id, contact_id, channel_id),
	CONSTRAINT conversations_snoozed CHECK (snoozed_until IS NULL OR NOT is_open),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE,
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE
) WITH (fillfactor = 80);
-- Every list of the inbox - view, platform, tag, any of them together - is a range of one index, in its order: a page
-- costs the same whether it is the first or the thousandth, of a thousand conversations or of a million. The platform
-- stands before the time: an organisation has one channel of each, so a list of all of them is put together from one
-- range a channel.
CREATE INDEX conversations_list ON conversations (org_id, is_open, platform, last_message_at, id);
CREATE INDEX conversations_assigned ON conversations (org_id, assignee_id, platform, last_message_at, id)
	WHERE is_open; -- NULL: assigned to no operator
CREATE INDEX conversations_waiting ON conversations (org_id, platform, waiting_since, id)
	WHERE waiting_since IS NOT NULL AND is_open;
CREATE INDEX conversations_snoozed ON conversations (org_id, platform, snoozed_until, id)
	WHERE snoozed_until IS NOT NULL;
-- Which conversation waits longest, and what came last among those that wait, over all channels: every page asks.
CREATE INDEX conversations_waiting_age ON conversations (org_id, waiting_since, id)
	WHERE waiting_since IS NOT NULL AND is_open;
-- What goes with a channel, and what a member who leaves had.
CREATE INDEX conversations_channel ON conversations (org_id, channel_id);
CREATE INDEX conversations_assignee ON conversations (org_id, assignee_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE messages (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
	sender text NOT NULL CHECK (sender IN ('contact', 'bot', 'operator', 'system')),
	user_id bigint,                     -- which operator wrote it; the name is in member_names
	request_key text,                   -- names one press of "send": the same key never sends twice
	kind text NOT NULL,                 -- the platform's own word: text, image, reaction ...
	body text,                          -- what can be read as text, caption included; NULL when there is none
	text_like boolean NOT NULL DEFAULT false,
	provider_id text,
	provider_time timestamptz,
	status text NOT NULL,               -- inbound: received; outbound: see deskbell_status_rank
	status_at timestamptz,
	error jsonb,                        -- class, code, words, next step, details, fbtrace_id
	reply_to text,                      -- provider id of the message that this one quotes
	metadata jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, channel_id, provider_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 90);
CREATE INDEX messages_conversation ON messages (org_id, conversation_id, id);
CREATE UNIQUE INDEX messages_request ON messages (org_id, conversation_id, request_key) WHERE request_key IS NOT NULL;
-- Which replies the bot gave lately in a conversation: the reply cap.
CREATE INDEX messages_by_bot ON messages (org_id, conversation_id, created_at) WHERE sender = 'bot';
-- Monitors count what has come lately without looking at the rest.
CREATE INDEX messages_recent ON messages (created_at);

-- A table and not an array: row-level security keeps array operators out of index conditions. A tag carries what its
-- conversation is listed by; kept true by the triggers inbox_* and by nothing else.
CREATE TABLE conversation_tags (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	tag text NOT NULL CHECK (tag <> '' AND length(tag) <= 40),
	platform text NOT NULL,
	is_open boolean NOT NULL,
	assignee_id bigint,
	last_message_at timestamptz NOT NULL,
	waiting_since timestamptz,
	snoozed_until timestamptz,
	PRIMARY KEY (org_id, conversation_id, tag),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_tags_list ON conversation_tags
	(org_id, tag, is_open, platform, last_message_at, conversation_id);
CREATE INDEX conversation_tags_assigned ON conversation_tags
	(org_id, tag, assignee_id, platform, last_message_at, conversation_id) WHERE is_open;
CREATE INDEX conversation_tags_waiting ON conversation_tags
	(org_id, tag, platform, waiting_since, conversation_id) WHERE waiting_since IS NOT NULL AND is_open;
CREATE INDEX conversation_tags_snoozed ON conversation_tags
	(org_id, tag, platform, snoozed_until, conversation_id) WHERE snoozed_until IS NOT NULL;

-- The conversation is locked by being written: a transaction that changes it at this moment is waited for, and one that
-- comes later finds the tag.
CREATE FUNCTION inbox_new_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversations v SET may_have_tags = true WHERE v.org_id = NEW.org_id AND v.id = NEW.conversation_id
		RETURNING v.platform, v.is_open, v.waiting_since, v.snoozed_until, v.assignee_id, v.last_message_at
		INTO NEW.platform, NEW.is_open, NEW.waiting_since, NEW.snoozed_until, NEW.assignee_id, NEW.last_message_at;
	RETURN NEW;
END $$;
CREATE TRIGGER inbox_insert BEFORE INSERT ON conversation_tags FOR EACH ROW EXECUTE FUNCTION inbox_new_tag();
CREATE TRIGGER inbox_move BEFORE UPDATE OF conversation_id ON conversation_tags
	FOR EACH ROW EXECUTE FUNCTION inbox_new_tag();

CREATE FUNCTION inbox_listed_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE conversation_tags t SET platform = NEW.platform, is_open = NEW.is_open, waiting_since = NEW.waiting_since,
			snoozed_until = NEW.snoozed_until, assignee_id = NEW.assignee_id, last_message_at = NEW.last_message_at
		WHERE t.org_id = NEW.org_id AND t.conversation_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER inbox_update AFTER UPDATE ON conversations FOR EACH ROW
	WHEN (NEW.may_have_tags AND (NEW.platform, NEW.is_open, NEW.waiting_since, NEW.snoozed_until, NEW.assignee_id,
			NEW.last_message_at)
		IS DISTINCT FROM (OLD.platform, OLD.is_open, OLD.waiting_since, OLD.snoozed_until, OLD.assignee_id,
			OLD.last_message_at))
	EXECUTE FUNCTION inbox_listed_otherwise();

-- What happened in a conversation besides messages. Shown between the messages.
CREATE TABLE conversation_events (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	user_id bigint,
	kind text NOT NULL CHECK (kind IN ('taken-over', 'returned', 'assigned', 'closed', 'reopened', 'snoozed', 'woken')),
	assignee_id bigint,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_events_conversation ON conversation_events (org_id, conversation_id, at, id);

-- What each operator has read of a conversation: up to this message.
CREATE TABLE conversation_reads (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	user_id bigint NOT NULL,
	message_id bigint NOT NULL,
	PRIMARY KEY (org_id, conversation_id, user_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_reads_user ON conversation_reads (org_id, user_id);

-- Which users have a conversation open. Of no value after a crash.
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

-- Statuses that came before the message they speak of was known.
CREATE TABLE parked_statuses (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	provider_id text NOT NULL,
	status text NOT NULL,
	tag text,
	status_at timestamptz,
	error jsonb,
	parked_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, provider_id, status),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX parked_statuses_age ON parked_statuses (org_id, parked_at);

-- What is left of an erased contact for eight days: digests of the ids of their messages. A platform reports statuses
-- of a message, and may deliver it again, for a week: what is known to be erased is not stored again.
CREATE TABLE forgotten (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	digest bytea NOT NULL,              -- SHA-256 of a provider id, or of the tag of a delivery
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, digest),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX forgotten_age ON forgotten (org_id, at);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['contacts', 'contact_identities', 'conversations', 'messages',
	'conversation_tags', 'conversation_events', 'conversation_reads', 'conversation_viewers', 'canned_replies',
	'parked_statuses', 'forgotten']) t;

-- One element of what a webhook delivery held, as deskbell_receive takes it: the call names the organisation.
CREATE TYPE receive_item AS (
	channel bigint,
	platform text,
	op text,                  -- message, status, quarantine, verified
	id_kinds text[],          -- the contact: kinds and values next to each other, the surest first
	id_values text[],
	renamed_from text,        -- earlier value of the first identity
	phone text,
	name text,
	username text,
	provider_id text,
	at bigint,                -- provider time, Unix seconds
	direction text,
	sender text,
	kind text,
	body text,
	text_like boolean,
	wants_answer boolean,     -- an answer job is due
	opens_window boolean,     -- the contact wrote
	takes_over boolean,       -- a user of the business wrote from another program
	reply_to text,
	metadata jsonb,
	status text,
	tag text,
	error jsonb,
	reason text,
	payload bytea,
	blocked boolean,          -- the contact blocks us (true) or no longer does (false)
	is_event boolean,         -- no message but an event of the conversation
	attention text,           -- why an operator should look at the message
	files jsonb               -- of a message: see deskbell_add_attachments
);
