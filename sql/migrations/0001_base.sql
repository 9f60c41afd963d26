-- The tables of the first path: tenants, channels, conversations, messages, answers, outbox.
--
-- Every tenant's row carries org_id, first in its keys, so that the schema can be sharded by tenant and no key of one
-- tenant can be guessed into another. Row-level security is added to all of them by 0002.

CREATE TABLE organizations (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (name <> ''),
	language text NOT NULL DEFAULT 'en',
	bot_mode text NOT NULL DEFAULT 'off' CHECK (bot_mode IN ('active', 'shadow', 'off')),
	fallback_text text,                       -- NULL: the built-in text, which names up to six topics
	skills_revision bigint NOT NULL DEFAULT 0, -- grows with every change of a skill; senders cache by it
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL CHECK (email LIKE '%_@_%'),
	password_hash text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE memberships (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator')),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, user_id)
);

CREATE TABLE channels (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	platform text NOT NULL CHECK (platform IN ('whatsapp', 'telegram')),
	external_id text NOT NULL,          -- phone_number_id, or the bot's id
	account_id text,                    -- WhatsApp business account id
	config jsonb NOT NULL,              -- secrets in it are sealed (s1.KEY.DATA)
	verify_digest bytea,                -- keyed digest of the verify token
	status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'verified', 'error')),
	status_reason text,
	health jsonb,
	health_at timestamptz,
	disconnected_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, platform)
);
CREATE UNIQUE INDEX channels_external ON channels (platform, external_id) WHERE disconnected_at IS NULL;
CREATE INDEX channels_account ON channels (platform, account_id) WHERE disconnected_at IS NULL;
CREATE UNIQUE INDEX channels_verify ON channels (verify_digest) WHERE disconnected_at IS NULL;

CREATE TABLE contacts (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	name text,
	username text,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);

CREATE TABLE contact_identities (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('wa_id', 'bsuid', 'parent_bsuid', 'telegram')),
	value text NOT NULL CHECK (value <> ''),
	contact_id bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, kind, value),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE,
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);
CREATE INDEX contact_identities_contact ON contact_identities (org_id, contact_id);

CREATE TABLE conversations (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	channel_id bigint NOT NULL,
	contact_id bigint NOT NULL,
	platform text NOT NULL,
	contact_phone text,
	agent text NOT NULL DEFAULT 'bot' CHECK (agent IN ('bot', 'operator')),
	assignee_id bigint REFERENCES users ON DELETE SET NULL,
	needs_attention boolean NOT NULL DEFAULT false,
	attention_reason text,
	is_open boolean NOT NULL DEFAULT true,
	last_inbound_at timestamptz,        -- provider time of the customer's last message: the 24-hour window
	last_message_at timestamptz NOT NULL DEFAULT now(),
	version bigint NOT NULL DEFAULT 1,  -- grows with every change of who may answer
	answered_up_to bigint NOT NULL DEFAULT 0, -- the last message the bot has dealt with
	unread integer NOT NULL DEFAULT 0,
	tags text[] NOT NULL DEFAULT '{}',
	note text,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, channel_id, contact_id),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE,
	FOREIGN KEY (org_id, contact_id) REFERENCES contacts ON DELETE CASCADE
) WITH (fillfactor = 80);

CREATE TABLE messages (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
	sender text NOT NULL CHECK (sender IN ('contact', 'bot', 'operator', 'system')),
	kind text NOT NULL,                 -- the platform's own word: text, image, reaction ...
	body text,                          -- what can be read as text, caption included; NULL when there is none
	text_like boolean NOT NULL DEFAULT false,
	provider_id text,
	provider_time timestamptz,
	status text NOT NULL,               -- inbound: received; outbound: see deskbell_status_rank
	status_at timestamptz,
	error jsonb,                        -- class, code, words, next step, details, fbtrace_id
	reply_to text,                      -- provider id of the message that this one quotes
	metadata jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, channel_id, provider_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 90);
CREATE INDEX messages_conversation ON messages (org_id, conversation_id, id);

CREATE TABLE answer_jobs (
	org_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	rev bigint NOT NULL DEFAULT 1,      -- grows with every message that arrives while the job waits or runs
	first_due_at timestamptz NOT NULL,  -- bounds how long a burst can put the answer off
	due_at timestamptz NOT NULL,
	lease_until timestamptz,
	leased_by text,
	attempts integer NOT NULL DEFAULT 0,
	PRIMARY KEY (org_id, conversation_id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX answer_jobs_due ON answer_jobs (due_at);

CREATE TABLE outbox (
	org_id bigint NOT NULL,
	message_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	state text NOT NULL DEFAULT 'queued'
		CHECK (state IN ('queued', 'sending', 'accepted', 'unknown', 'failed', 'cancelled')),
	tag text NOT NULL,                  -- travels with the message and comes back with its statuses
	attempts integer NOT NULL DEFAULT 0,
	resends integer NOT NULL DEFAULT 0, -- times it was sent again after an unknown outcome
	next_attempt_at timestamptz NOT NULL DEFAULT now(),
	lease_until timestamptz,
	leased_by text,
	error_class text,
	error_code text,
	error_words text,
	error_details jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	settled_at timestamptz,
	PRIMARY KEY (org_id, message_id),
	UNIQUE (org_id, channel_id, tag),
	FOREIGN KEY (org_id, message_id) REFERENCES messages ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state = 'queued';
CREATE INDEX outbox_open ON outbox (org_id, conversation_id, message_id) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX outbox_leased ON outbox (lease_until) WHERE state IN ('sending', 'unknown');

CREATE TABLE decisions (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	conversation_id bigint NOT NULL,
	message_id bigint,                  -- the last customer message it is about
	outcome text NOT NULL CHECK (outcome IN ('replied', 'draft', 'silent', 'superseded', 'failed')),
	stage text,                         -- skill, knowledge, fallback; NULL when a guard decided
	reason text NOT NULL,
	detail jsonb,
	draft text,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX decisions_conversation ON decisions (org_id, conversation_id, id);

CREATE TABLE skills (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	title text NOT NULL CHECK (title <> ''),
	response text NOT NULL CHECK (response <> ''),
	enabled boolean NOT NULL DEFAULT true,
	requires_human_handover boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX skills_title ON skills (org_id, lower(title));

CREATE TABLE skill_triggers (
	org_id bigint NOT NULL,
	skill_id bigint NOT NULL,
	position integer NOT NULL,
	phrase text NOT NULL CHECK (phrase <> ''),
	PRIMARY KEY (org_id, skill_id, position),
	FOREIGN KEY (org_id, skill_id) REFERENCES skills ON DELETE CASCADE
);

-- Verifications and refused deliveries, for the settings page. org_id is NULL where nobody can be named: then only the system sees the row.
CREATE TABLE webhook_attempts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	org_id bigint REFERENCES organizations ON DELETE CASCADE,
	channel_id bigint,
	platform text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('verification', 'delivery')),
	accepted boolean NOT NULL,
	reason text NOT NULL,
	remote_address text,
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_attempts_channel ON webhook_attempts (org_id, channel_id, id);

-- Signed items that could not be stored, for replay.
CREATE TABLE quarantine (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	channel_id bigint NOT NULL,
	kind text NOT NULL,                 -- message, status, echo, change, payload
	reason text NOT NULL,
	payload text NOT NULL,
	digest bytea NOT NULL,              -- SHA-256 of kind and payload: the same item delivered again changes nothing
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, channel_id, digest),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);

-- Statuses that came before the message they speak of was known.
CREATE TABLE parked_statuses (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	provider_id text NOT NULL,
	status text NOT NULL,
	tag text,
	status_at timestamptz,
	error jsonb,
	parked_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, channel_id, provider_id, status),
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX parked_statuses_age ON parked_statuses (parked_at);

CREATE TABLE audit_log (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	actor text NOT NULL,                -- user:7, deskbellctl, sender
	action text NOT NULL,
	detail jsonb,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id)
);

-- Senders that are alive. They serve all tenants, so no org_id.
CREATE TABLE heartbeats (
	shard text NOT NULL,
	host text NOT NULL,
	pid integer NOT NULL,
	mode text NOT NULL,
	version text NOT NULL,
	started_at timestamptz NOT NULL DEFAULT now(),
	beat_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (shard, host, pid)
) WITH (fillfactor = 50);

-- One element of what a webhook delivery held, as deskbell_receive takes it.
CREATE TYPE receive_item AS (
	req integer,              -- which request of the group it belongs to
	org bigint,
	channel bigint,
	platform text,
	op text,                  -- message, status, quarantine, verified
	id_kinds text[],          -- who: kinds and values beside each other, the surest first
	id_values text[],
	renamed_from text,        -- earlier value of the first identity
	phone text,
	name text,
	username text,
	pid text,
	at bigint,                -- provider time, Unix seconds
	direction text,
	sender text,
	kind text,
	body text,
	text_like boolean,
	wants_answer boolean,     -- an answer job is due
	opens_window boolean,     -- the customer spoke
	takes_over boolean,       -- a person of the business spoke from elsewhere
	reply_to text,
	metadata jsonb,
	status text,
	tag text,
	error jsonb,
	reason text,
	payload text
);
