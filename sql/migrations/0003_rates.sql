-- Rates and pauses of delivery, shared by all senders.
--
-- Both rates are kept as GCRA (the generic cell rate algorithm, ITU-T I.371): one time a bucket, the moment at which it would be full again. A send moves it on by
-- one interval and is allowed while it is not further ahead than the burst.

ALTER TABLE channels
	ADD COLUMN rate_per_s integer NOT NULL DEFAULT 80 CHECK (rate_per_s BETWEEN 1 AND 1000),
	ADD COLUMN rate_full_at timestamptz NOT NULL DEFAULT '-infinity',
	ADD COLUMN paused_until timestamptz NOT NULL DEFAULT '-infinity', -- nothing is claimed before: throttled, or the channel cannot send
	ADD COLUMN pauses integer NOT NULL DEFAULT 0;                     -- in a row, for the growth of the pause

ALTER TABLE conversations
	ADD COLUMN pair_full_at timestamptz NOT NULL DEFAULT '-infinity';

-- The claim walks from a channel to what is due of it.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (org_id, channel_id, next_attempt_at, message_id) WHERE state = 'queued';
