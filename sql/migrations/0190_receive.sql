-- What storing a message costs is mostly the start of its statements, and a CHECK of a table is read, planned and made
-- ready again by each statement that writes a row: three of them were half of the insert. A domain's CHECK is kept ready
-- by the session. So the vocabularies of the tables that a delivery writes are domains.
CREATE DOMAIN message_direction AS text;
CREATE DOMAIN message_sender AS text;
CREATE DOMAIN message_failure AS jsonb;
CREATE DOMAIN conversation_agent AS text;
CREATE DOMAIN reason_code AS text;
CREATE DOMAIN search_subject AS text;

-- A type without a CHECK is taken without writing the table again: the CHECK comes after it.
ALTER TABLE messages DROP CONSTRAINT messages_direction_check, DROP CONSTRAINT messages_sender_check,
	DROP CONSTRAINT messages_error_code,
	ALTER direction TYPE message_direction, ALTER sender TYPE message_sender, ALTER error TYPE message_failure;
ALTER TABLE conversations DROP CONSTRAINT conversations_agent_check, DROP CONSTRAINT conversations_attention_code,
	ALTER agent TYPE conversation_agent, ALTER attention_reason TYPE reason_code;
ALTER TABLE search_queue DROP CONSTRAINT search_queue_kind_check, ALTER kind TYPE search_subject;

ALTER DOMAIN message_direction ADD CHECK (VALUE IN ('inbound', 'outbound'));
ALTER DOMAIN message_sender ADD CHECK (VALUE IN ('contact', 'bot', 'operator', 'system'));
ALTER DOMAIN message_failure ADD CHECK (is_failure(VALUE));
ALTER DOMAIN conversation_agent ADD CHECK (VALUE IN ('bot', 'operator'));
ALTER DOMAIN reason_code ADD CHECK (VALUE ~ '^[a-z0-9_]+$');
ALTER DOMAIN search_subject ADD CHECK (VALUE IN ('message', 'contact', 'again'));

-- What deskbell_receive knows of the writer of a message before it stores it.
CREATE TYPE receive_known AS (
	conversation bigint,
	phone text,               -- as the conversation has it
	is_renamed boolean,       -- the message brings another name
	is_blocked boolean        -- the contact is, by the organisation
);

-- What the new messages of a conversation change in it, all of them together.
CREATE TYPE receive_move AS (
	org_id bigint,
	conversation bigint,
	inbound_at timestamptz,   -- provider time of the contact's last message
	unread integer,
	is_said boolean,          -- a message, not only an event: events neither reopen nor move the conversation
	is_spoken boolean,        -- by the contact, to the organisation
	is_unreadable boolean,    -- for the bot: a picture, a voice message, an order
	takes_over boolean,
	held boolean,
	attention text,
	phone text,               -- another than the conversation has
	to_answer bigint[]
);

DROP FUNCTION IF EXISTS deskbell_store(bigint, receive_item[], integer); -- it takes what is known
DROP FUNCTION IF EXISTS deskbell_hush(receive_item[], boolean[]);        -- a part of deskbell_moves
