-- What platforms say that messages cost. A message has what its first status with a price said: {category, type}, and counted once it was delivered. The sums stay when messages are erased.

ALTER TABLE messages ADD COLUMN pricing jsonb;
ALTER TABLE parked_statuses ADD COLUMN pricing jsonb;
ALTER TYPE receive_item ADD ATTRIBUTE pricing jsonb; -- of a status
CREATE TABLE message_costs (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	month date NOT NULL,     -- its first day, in the time zone of the organisation
	category text NOT NULL,  -- the platform's words
	type text NOT NULL,
	prefix text NOT NULL,    -- of the recipient: four digits of the number, else the country of the id; the market follows from it
	delivered bigint NOT NULL,
	PRIMARY KEY (org_id, channel_id, month, category, type, prefix),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
SELECT guard_tenant_rows('message_costs');
