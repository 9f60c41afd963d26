-- A reminder before the time in which a customer may be answered freely is over.

ALTER TABLE rings DROP CONSTRAINT rings_kind_check,
	ADD CONSTRAINT rings_kind_check CHECK (kind IN ('waiting', 'window', 'assigned', 'mention', 'lead', 'channel'));
ALTER TABLE push_queue DROP CONSTRAINT push_queue_kind_check,
	ADD CONSTRAINT push_queue_kind_check CHECK (kind IN ('waiting', 'window', 'mine', 'assigned', 'mention', 'lead', 'channel', 'summary', 'test'));
ALTER TABLE conversations ADD COLUMN reminded_at timestamptz; -- the message of the customer of which a reminder was sent
