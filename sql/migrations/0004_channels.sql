-- Channels: the numbers and bots by which contacts write, and what their webhooks could not deliver.

CREATE TABLE channels (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	platform text NOT NULL CHECK (platform IN ('whatsapp', 'telegram')),
	external_id text NOT NULL,          -- phone_number_id, or the bot's id
	account_id text,
	config jsonb NOT NULL,              -- secrets in it are sealed (s1.KEY.DATA)
	verify_digest bytea,                -- keyed digest of the verify token
	-- Which party says that the number is the organisation's: the platform (proved), the operator of this installation
	-- (vouched), or the organisation alone (claimed). A claimed channel takes no delivery of a number that another
	-- organisation has proved, and any number of organisations may claim what one of them proves later.
	ownership text NOT NULL DEFAULT 'vouched' CHECK (ownership IN ('proved', 'vouched', 'claimed')),
	status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'verified', 'error')),
	status_reason text,
	health jsonb,
	health_at timestamptz,
	-- Webhook fields and update kinds that hold no message: name -> {n, last (Unix second), shape}.
	fields jsonb NOT NULL DEFAULT '{}',
	-- How fast it may send is the platform's (struct channel_limits, src/channel/channel.h), written here when the
	-- channel is made; the defaults are WhatsApp's.
	rate_per_s integer NOT NULL DEFAULT 80 CHECK (rate_per_s BETWEEN 1 AND 1000),
	pair_interval_ms integer NOT NULL DEFAULT 6000 CHECK (pair_interval_ms > 0), -- to one contact: one in this time,
	pair_burst integer NOT NULL DEFAULT 10 CHECK (pair_burst > 0),               -- after so many immediately
	-- How long a status may report an unknown outcome; 0: it never does.
	echo_wait_s integer NOT NULL DEFAULT 90 CHECK (echo_wait_s >= 0),
	has_window boolean NOT NULL DEFAULT true, -- free text only within 24 h of the contact's last message
	-- The rate, shared by all senders, is kept as GCRA (generic cell rate algorithm, ITU-T I.371): one time a bucket,
	-- the moment at which it would be full again. A send moves it on by one interval and is allowed while it is not
	-- further ahead than the burst. conversations.pair_full_at is the same for one contact.
	rate_full_at timestamptz NOT NULL DEFAULT '-infinity',
	paused_until timestamptz NOT NULL DEFAULT '-infinity', -- nothing is claimed before: throttled, or it cannot send
	pauses integer NOT NULL DEFAULT 0,                     -- in a row, for the growth of the pause
	disconnected_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, platform)
);
COMMENT ON COLUMN channels.account_id IS
	'WhatsApp: the business account; Telegram: the opaque end of the callback address';

-- The address book, part of the directory: which channel of which organisation has a number, an account or a verify
-- token. The one table by which a delivery finds its organisation. A row for each connected channel, written by the
-- statements that connect, change and disconnect channels (sql/queries/tenant.sql); without a foreign key to channels,
-- which may lie on another server.
CREATE TABLE channel_addresses (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	channel_id bigint NOT NULL,
	platform text NOT NULL,
	external_id text NOT NULL,
	account_id text,
	verify_digest bytea,
	is_claimed boolean NOT NULL,        -- channels.ownership
	PRIMARY KEY (org_id, channel_id)
);
CREATE UNIQUE INDEX channel_addresses_external ON channel_addresses (platform, external_id) WHERE NOT is_claimed;
CREATE INDEX channel_addresses_claimed ON channel_addresses (platform, external_id) WHERE is_claimed;
CREATE INDEX channel_addresses_account ON channel_addresses (platform, account_id);
CREATE UNIQUE INDEX channel_addresses_verify ON channel_addresses (verify_digest);

-- Verifications and refused deliveries, for the settings page.
CREATE TABLE webhook_log (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	channel_id bigint,
	platform text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('verification', 'delivery')),
	accepted boolean NOT NULL,
	reason text NOT NULL,
	remote_address text,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);
CREATE INDEX webhook_log_channel ON webhook_log (org_id, channel_id, id);
-- For monitors.
CREATE INDEX webhook_log_recent ON webhook_log (at);

-- The same where no organisation can be named.
CREATE TABLE unknown_deliveries (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	platform text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('verification', 'delivery')),
	reason text NOT NULL,
	remote_address text,
	at timestamptz NOT NULL DEFAULT now()
);

-- Signed items that could not be stored, for replay.
CREATE TABLE quarantine (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	channel_id bigint NOT NULL,
	kind text NOT NULL,                 -- message, status, echo, change, payload
	reason text NOT NULL,
	payload bytea NOT NULL,             -- what came, byte by byte: it may hold NUL or bytes that are not UTF-8
	digest bytea NOT NULL,              -- SHA-256 of kind and payload: the same item delivered again changes nothing
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, channel_id, digest),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['channels', 'channel_addresses', 'webhook_log', 'quarantine']) t;
SELECT guard_system_rows('unknown_deliveries');
