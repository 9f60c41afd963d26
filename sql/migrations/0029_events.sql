-- What is no message but an event of the conversation, and why a person should look at a message.
ALTER TYPE receive_item ADD ATTRIBUTE is_event boolean, ADD ATTRIBUTE attention text;
-- Webhook fields and update kinds that hold no message: name -> {n, last (Unix second), shape}.
ALTER TABLE channels ADD COLUMN fields jsonb NOT NULL DEFAULT '{}';
