-- Messages that an operator sends later: in a state that no claim looks at, until the sweep at their time queues them.

ALTER TABLE outbox DROP CONSTRAINT outbox_state_check, ADD COLUMN send_at timestamptz,
	ADD COLUMN waited_since timestamptz; -- of the conversation, when a reply was written that is sent later
ALTER TABLE outbox ADD CONSTRAINT outbox_state_check
	CHECK (state IN ('later', 'queued', 'sending', 'accepted', 'unknown', 'failed', 'cancelled')) NOT VALID;
CREATE INDEX outbox_later ON outbox (org_id, send_at) WHERE state = 'later';

-- Canned replies in folders.
ALTER TABLE canned_replies ADD COLUMN folder text NOT NULL DEFAULT '';
