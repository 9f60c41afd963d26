-- The pictures, voice notes and documents of messages: what the platform says of each, and what became of fetching it.
-- The files themselves lie outside of the database, by organisation and SHA-256 (src/files/file-store.h).

CREATE TABLE attachments (
	org_id bigint NOT NULL,
	message_id bigint NOT NULL,
	position integer NOT NULL,          -- within the message, from 1
	conversation_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'voice', 'document', 'sticker')),
	provider_file_id text NOT NULL,     -- by which the platform hands it out
	mime_type text,                     -- as the sender's program says, like the name: shown, never believed
	file_name text,
	declared_bytes bigint,
	declared_sha256 bytea,
	duration_s integer,
	width integer,
	height integer,
	state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'stored', 'lost')),
	reason text,                        -- the code of the last failed attempt
	attempts integer NOT NULL DEFAULT 0,
	due_at timestamptz NOT NULL DEFAULT now(),
	lease_until timestamptz,
	leased_by text,
	sha256 bytea,                       -- of what is stored
	bytes bigint,
	media_type text,                    -- as its first bytes say
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, message_id, position),
	FOREIGN KEY (org_id, message_id) REFERENCES messages ON DELETE CASCADE
);
CREATE INDEX attachments_due ON attachments (org_id, due_at) WHERE state = 'waiting';
CREATE INDEX attachments_content ON attachments (org_id, sha256) WHERE state = 'stored';
CREATE INDEX attachments_conversation ON attachments (org_id, conversation_id, message_id);

-- Every file that is in the store. One that no attachment names any more is removed.
CREATE TABLE files (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	sha256 bytea NOT NULL,
	bytes bigint NOT NULL,
	stored_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, sha256)
);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['attachments', 'files']) t;
