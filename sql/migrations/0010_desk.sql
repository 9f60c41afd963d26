-- Who sits at the desk: sessions, invitations, API tokens, first set-up, attempts to sign in. Of every secret only a SHA-256 is kept: each is 128 or 256
-- random bits, which nobody can find by trying. Passwords, which can be guessed, are yescrypt.

ALTER TABLE users
	ADD COLUMN name text NOT NULL DEFAULT '',
	ADD COLUMN language text,           -- NULL: as the browser asks
	ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
	ADD COLUMN password_changed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX memberships_user ON memberships (user_id);

-- A person's, not an organisation's; org_id is the one that is looked at, NULL when the person belongs to none.
CREATE TABLE sessions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	org_id bigint REFERENCES organizations ON DELETE SET NULL,
	token_hash bytea NOT NULL UNIQUE,
	address text,
	agent text,                         -- the browser, as it says
	created_at timestamptz NOT NULL DEFAULT now(),
	seen_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX sessions_user ON sessions (user_id, seen_at);

CREATE TABLE invitations (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	token_hash bytea NOT NULL UNIQUE,
	email text NOT NULL CHECK (email LIKE '%_@_%'),
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator')),
	invited_by bigint REFERENCES users ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	accepted_at timestamptz,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX invitations_open ON invitations (org_id, lower(email)) WHERE accepted_at IS NULL;

CREATE TABLE api_tokens (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	token_hash bytea NOT NULL UNIQUE,
	name text NOT NULL CHECK (name <> ''),
	role text NOT NULL CHECK (role IN ('admin', 'operator')),
	created_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz,
	revoked_at timestamptz,
	PRIMARY KEY (org_id, id)
);

-- One-time codes for the first organisation and its owner; printed by deskbellctl.
CREATE TABLE setup_codes (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code_hash bytea NOT NULL UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz
);

-- What was typed as an address may be a password by mistake, so only its digest is kept.
CREATE TABLE sign_in_attempts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account bytea NOT NULL,             -- SHA-256 of the address in lower case
	address text NOT NULL,              -- of the network; IPv6 by its /64
	good boolean NOT NULL DEFAULT false, -- set when the password was right; an attempt that never ended counts as a wrong one
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_attempts_account ON sign_in_attempts (account, at);
CREATE INDEX sign_in_attempts_address ON sign_in_attempts (address, at);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['sessions', 'invitations', 'api_tokens']) t;
