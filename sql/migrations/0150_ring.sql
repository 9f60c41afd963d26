-- It rings: what a person wants to be called for, on which browsers, and what waits to be told (sql/functions/ring.sql).

-- The installation's own pair of keys, by which push services know it. The private one is sealed.
CREATE TABLE push_keys (
	id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
	public_key bytea NOT NULL CHECK (length(public_key) = 65),
	private_key text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE push_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON push_keys USING (current_setting('deskbell.scope', true) = 'system');

-- What calls a person. Who has no row is not called.
CREATE TABLE ring_choices (
	org_id bigint NOT NULL,
	user_id bigint NOT NULL,
	on_waiting boolean NOT NULL DEFAULT true,    -- a customer waits, and nobody has the conversation
	on_mine boolean NOT NULL DEFAULT true,       -- a customer writes in a conversation of theirs, or they are given one
	on_mentions boolean NOT NULL DEFAULT true,   -- a note names them
	on_leads boolean NOT NULL DEFAULT true,      -- a lead becomes hot
	on_channels boolean NOT NULL DEFAULT true,   -- a channel does not send any more
	quiet_from integer CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes of the day on the person's clock; NULL: no quiet hours
	quiet_to integer CHECK (quiet_to BETWEEN 0 AND 1439),
	mail text NOT NULL DEFAULT 'off' CHECK (mail IN ('off', 'immediate', 'digest')), -- while no browser can be called
	language text,                               -- of the texts and of the clock, as the account has them
	time_zone text NOT NULL DEFAULT 'UTC',
	PRIMARY KEY (org_id, user_id)
);

-- A browser that is called: what it gave us, for the session in which it did. It ends with the session.
CREATE TABLE push_subscriptions (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	user_id bigint NOT NULL,
	session_id bigint NOT NULL,
	endpoint text NOT NULL CHECK (length(endpoint) <= 1000),
	browser_key bytea NOT NULL CHECK (length(browser_key) = 65),
	auth bytea NOT NULL CHECK (length(auth) = 16),
	agent text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	taken_at timestamptz,                        -- when the push service took the last message
	problem text,                                -- why it refused the last one
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, endpoint)
);
CREATE INDEX push_subscriptions_user ON push_subscriptions (org_id, user_id);
CREATE INDEX push_subscriptions_session ON push_subscriptions (session_id);

-- What has happened and calls for somebody, until a sender has worked out whom.
CREATE TABLE rings (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	kind text NOT NULL CHECK (kind IN ('waiting', 'assigned', 'mention', 'lead', 'channel')),
	conversation_id bigint,
	channel_id bigint,
	note_id bigint,
	user_id bigint,                              -- whom it is for, where it is for one person
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE,
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX rings_conversation ON rings (org_id, conversation_id);
CREATE INDEX rings_channel ON rings (org_id, channel_id);

-- What is to be told, and where: on a browser, or, without one, in the next e-mail to that person.
CREATE TABLE push_queue (
	org_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	user_id bigint NOT NULL,
	subscription_id bigint,                      -- NULL: by e-mail
	kind text NOT NULL CHECK (kind IN ('waiting', 'mine', 'assigned', 'mention', 'lead', 'channel', 'summary', 'test')),
	conversation_id bigint,
	channel_id bigint,
	note_id bigint,
	created_at timestamptz NOT NULL DEFAULT now(),
	due_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	attempts integer NOT NULL DEFAULT 0,
	lease_until timestamptz,
	leased_by text,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, subscription_id) REFERENCES push_subscriptions ON DELETE CASCADE,
	FOREIGN KEY (org_id, conversation_id) REFERENCES conversations ON DELETE CASCADE,
	FOREIGN KEY (org_id, channel_id) REFERENCES channels ON DELETE CASCADE
);
CREATE INDEX push_queue_due ON push_queue (org_id, due_at) WHERE subscription_id IS NOT NULL;
CREATE INDEX push_queue_mail ON push_queue (org_id, user_id) WHERE subscription_id IS NULL;
CREATE INDEX push_queue_conversation ON push_queue (org_id, conversation_id);
CREATE INDEX push_queue_channel ON push_queue (org_id, channel_id);
CREATE INDEX push_queue_subscription ON push_queue (org_id, subscription_id);
-- After quiet hours a browser is told once how many wait.
CREATE UNIQUE INDEX push_queue_summary ON push_queue (org_id, subscription_id) WHERE kind = 'summary' AND subscription_id IS NOT NULL;

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['ring_choices', 'push_subscriptions', 'rings', 'push_queue']) t;

ALTER TABLE due_work DROP CONSTRAINT due_work_kind_check,
	ADD CONSTRAINT due_work_kind_check CHECK (kind IN ('answer', 'lead', 'delivery', 'sweep', 'search', 'file', 'push'));
ALTER TABLE mail_queue DROP CONSTRAINT mail_queue_kind_check, ADD CONSTRAINT mail_queue_kind_check CHECK (kind IN ('reset', 'invitation', 'ring')),
	ADD COLUMN up_to bigint;                     -- of push_queue: what the e-mail that was taken tells

-- A browser is notified no longer than its session lasts, however that ends.
CREATE FUNCTION session_ends_push() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM push_subscriptions p WHERE p.session_id = OLD.id;
	RETURN NULL;
END $$;
CREATE TRIGGER session_ends_push AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION session_ends_push();

-- Rings, if anybody in the organisation is called for anything. In the transaction in which it happened.
CREATE FUNCTION ring(a_org bigint, a_kind text, a_conversation bigint, a_channel bigint, a_note bigint, a_user bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM ring_choices c WHERE c.org_id = a_org) THEN
		INSERT INTO rings (org_id, kind, conversation_id, channel_id, note_id, user_id) VALUES (a_org, a_kind, a_conversation, a_channel, a_note, a_user);
		PERFORM deskbell_due(a_org, 'push', now());
	END IF;
END $$;

-- A conversation begins to wait for a person: not again with every message, and never while the bot handles it.
CREATE FUNCTION conversation_rings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM ring(NEW.org_id, 'waiting', NEW.id, NULL, NULL, NULL);
	RETURN NULL;
END $$;
CREATE TRIGGER conversation_rings_new AFTER INSERT ON conversations FOR EACH ROW WHEN (NEW.waiting_since IS NOT NULL AND NEW.is_open) EXECUTE FUNCTION conversation_rings();
CREATE TRIGGER conversation_rings AFTER UPDATE OF waiting_since, is_open ON conversations FOR EACH ROW
	WHEN (NEW.waiting_since IS NOT NULL AND NEW.is_open AND (OLD.waiting_since IS NULL OR NOT OLD.is_open)) EXECUTE FUNCTION conversation_rings();

CREATE FUNCTION lead_rings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM ring(NEW.org_id, 'lead', NEW.conversation_id, NULL, NULL, NULL);
	RETURN NULL;
END $$;
CREATE TRIGGER lead_rings_new AFTER INSERT ON leads FOR EACH ROW WHEN (NEW.hot_at IS NOT NULL) EXECUTE FUNCTION lead_rings();
CREATE TRIGGER lead_rings AFTER UPDATE OF hot_at ON leads FOR EACH ROW WHEN (OLD.hot_at IS NULL AND NEW.hot_at IS NOT NULL) EXECUTE FUNCTION lead_rings();

CREATE FUNCTION channel_rings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM ring(NEW.org_id, 'channel', NULL, NEW.id, NULL, NULL);
	RETURN NULL;
END $$;
CREATE TRIGGER channel_rings AFTER UPDATE OF status ON channels FOR EACH ROW
	WHEN (NEW.status = 'error' AND OLD.status <> 'error' AND NEW.disconnected_at IS NULL) EXECUTE FUNCTION channel_rings();
