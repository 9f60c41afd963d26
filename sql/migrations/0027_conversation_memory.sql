-- What the bot keeps of a conversation from one message to the next: the customer's language, what was asked last, what it offered (src/answer/memory.h).

ALTER TABLE conversations ADD COLUMN memory jsonb NOT NULL DEFAULT '{}';
