-- Who answers besides us: Meta's own agent holds the conversation, and the bot is silent in it.
ALTER TABLE conversations ADD COLUMN is_held boolean NOT NULL DEFAULT false;
ALTER TYPE receive_item ADD ATTRIBUTE held boolean, -- by Meta's agent (true), by us (false)
	ADD ATTRIBUTE is_quiet boolean;             -- imported: a conversation that begins with it is closed
