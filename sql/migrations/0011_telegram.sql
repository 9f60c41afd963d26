-- Telegram beside WhatsApp: how fast a channel may send is the platform's (struct channel_limits, src/channel/channel.h) and is written here when a channel is made;
-- those that are there already are of WhatsApp, whose numbers are the defaults. A person may block a bot and unblock it.

ALTER TABLE channels
	ADD COLUMN pair_interval_ms integer NOT NULL DEFAULT 6000 CHECK (pair_interval_ms > 0), -- to one person: one in this time,
	ADD COLUMN pair_burst integer NOT NULL DEFAULT 10 CHECK (pair_burst > 0),               -- after so many at once
	ADD COLUMN echo_wait_s integer NOT NULL DEFAULT 90 CHECK (echo_wait_s >= 0), -- how long a status may tell of an unknown outcome; 0: it never does
	ADD COLUMN has_window boolean NOT NULL DEFAULT true;                         -- free text only within 24 h of the customer's last message

ALTER TABLE contacts
	ADD COLUMN is_blocking boolean NOT NULL DEFAULT false, -- has blocked the business
	ADD COLUMN block_changed_at timestamptz;               -- provider time of the latest news of that

ALTER TYPE receive_item ADD ATTRIBUTE blocked boolean;         -- the person blocks (true) or no longer does (false)

COMMENT ON COLUMN channels.account_id IS 'WhatsApp: the business account; Telegram: the opaque end of the callback address';
