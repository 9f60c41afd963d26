-- Access: sessions, invitations, API tokens, first set-up, attempts to sign in, second factors, forgotten passwords.
-- Of every secret only a SHA-256 is kept: each is at least 80 random bits, which nobody can find by trying. Passwords,
-- which can be guessed, are yescrypt.

-- A user's, not an organisation's; org_id is the one that is looked at, NULL when the user belongs to none.
CREATE TABLE sessions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	org_id bigint REFERENCES organizations ON DELETE SET NULL,
	token_hash bytea NOT NULL UNIQUE,
	address text,
	agent text,                         -- the browser, as it says
	created_at timestamptz NOT NULL DEFAULT now(),
	seen_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	idle_s integer NOT NULL DEFAULT 604800 -- as the installation has it
) WITH (fillfactor = 70);
CREATE INDEX sessions_user ON sessions (user_id, seen_at);
CREATE INDEX sessions_organization ON sessions (org_id) WHERE org_id IS NOT NULL;

CREATE TABLE invitations (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	token_hash bytea NOT NULL UNIQUE,
	mail_hash bytea UNIQUE,             -- a second link: the one in the e-mail
	email text NOT NULL CHECK (email LIKE '%_@_%'),
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator')),
	invited_by bigint REFERENCES users ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	accepted_at timestamptz,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX invitations_inviter ON invitations (invited_by) WHERE invited_by IS NOT NULL;
CREATE UNIQUE INDEX invitations_open ON invitations (org_id, lower(email)) WHERE accepted_at IS NULL;

CREATE TABLE api_tokens (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	token_hash bytea NOT NULL UNIQUE,
	name text NOT NULL CHECK (name <> ''),
	role text NOT NULL CHECK (role IN ('admin', 'operator')),
	scope text NOT NULL DEFAULT 'write' CHECK (scope IN ('read', 'write')),
	made_by bigint REFERENCES users ON DELETE CASCADE, -- NULL: deskbellctl
	created_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz,
	expires_at timestamptz,             -- NULL: never
	revoked_at timestamptz,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX api_tokens_maker ON api_tokens (made_by) WHERE made_by IS NOT NULL;

-- One-time codes for the first organisation and its owner; printed by deskbellctl.
CREATE TABLE setup_codes (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code_hash bytea NOT NULL UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz
);

-- An attempt to sign in belongs to whoever holds its token (a browser, by a cookie). It is tried once; when it has been
-- proven, one session comes of it. What was typed as an address may be a password by mistake: only its digest is kept.
CREATE TABLE sign_in_attempts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	token_hash bytea UNIQUE,
	account bytea NOT NULL,             -- SHA-256 of the address in lower case
	address text NOT NULL,              -- of the network; IPv6 by its /64
	user_id bigint REFERENCES users ON DELETE CASCADE,
	looks_at bigint,                    -- the organisation that the session begins in; NULL: the last one
	good boolean NOT NULL DEFAULT false, -- the password was right; an attempt that never ended counts as a wrong one
	at timestamptz NOT NULL DEFAULT now(),
	tried_at timestamptz,               -- a password was compared
	proven_at timestamptz,              -- ... and was right
	second_at timestamptz,              -- the second factor was right, too
	used_at timestamptz                 -- a session was made, or a password changed
);
CREATE INDEX sign_in_attempts_account ON sign_in_attempts (account, at);
CREATE INDEX sign_in_attempts_address ON sign_in_attempts (address, at);
CREATE INDEX sign_in_attempts_user ON sign_in_attempts (user_id) WHERE user_id IS NOT NULL;

-- Attempts for addresses that have no account, of which no organisation's audit log can tell: counted by the hour and
-- network, a hundred rows an hour at most ('elsewhere' holds the rest), for ninety days.
CREATE TABLE sign_in_unknown (
	hour timestamptz NOT NULL,
	address text NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (hour, address)
);

-- The second factor of an account (TOTP, RFC 6238). It is the account's own, whatever organisations it belongs to.
CREATE TABLE second_factors (
	user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
	secret text NOT NULL,               -- sealed: the database alone makes no codes
	confirmed_at timestamptz,           -- NULL: shown, and no code of it was given yet
	last_step bigint NOT NULL DEFAULT 0, -- of the last code that was taken: each is taken once
	tries integer NOT NULL DEFAULT 0,   -- since the last right one
	tried_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE recovery_codes (
	user_id bigint NOT NULL REFERENCES second_factors ON DELETE CASCADE,
	code_hash bytea NOT NULL,           -- SHA-256; a code is 80 random bits
	used_at timestamptz,
	PRIMARY KEY (user_id, code_hash)
);

-- A link with which a user chooses a new password, once; an owner of an organisation made it.
CREATE TABLE password_resets (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE, -- whose owner made it
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	token_hash bytea NOT NULL UNIQUE,
	made_by bigint REFERENCES users ON DELETE SET NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (org_id, user_id)       -- a new link takes the place of the previous one
);
CREATE INDEX password_resets_user ON password_resets (user_id);
CREATE INDEX password_resets_maker ON password_resets (made_by) WHERE made_by IS NOT NULL;

-- The same, asked for at the sign-in page and sent to the account's address.
CREATE TABLE account_resets (
	user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
	token_hash bytea NOT NULL UNIQUE,
	expires_at timestamptz NOT NULL
);

-- Requests for such links, by digests of addresses: what slows them down.
CREATE TABLE reset_requests (
	account bytea NOT NULL,
	address text NOT NULL,
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reset_requests_at ON reset_requests (at);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['sessions', 'invitations', 'api_tokens', 'password_resets']) t;
SELECT guard_system_rows(t) FROM unnest(ARRAY['second_factors', 'recovery_codes', 'account_resets', 'reset_requests']) t;
