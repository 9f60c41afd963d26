-- Access that ends: accounts that are switched off, API tokens with a maker, a scope and an end, links by which a forgotten password is replaced.

SET LOCAL deskbell.scope = 'system';

ALTER TABLE users
	ADD COLUMN disabled_at timestamptz; -- NULL: may sign in

ALTER TABLE api_tokens
	ADD COLUMN made_by bigint REFERENCES users ON DELETE CASCADE, -- NULL: deskbellctl
	ADD COLUMN scope text NOT NULL DEFAULT 'write' CHECK (scope IN ('read', 'write')),
	ADD COLUMN expires_at timestamptz;  -- NULL: never
CREATE INDEX api_tokens_maker ON api_tokens (made_by) WHERE made_by IS NOT NULL;

-- A link with which a user chooses a new password, once. Only a SHA-256 of its secret is kept.
CREATE TABLE password_resets (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE, -- whose owner made it
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	token_hash bytea NOT NULL UNIQUE,
	made_by bigint REFERENCES users ON DELETE SET NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (org_id, user_id)       -- a new link takes the place of the previous one
);
CREATE INDEX password_resets_user ON password_resets (user_id);
SELECT guard_tenant_rows('password_resets');
