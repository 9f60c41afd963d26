-- E-mails that wait to be sent, and links by which the owner of an address replaces a forgotten password. No row holds a link: its secret is made when the e-mail is sent.

CREATE TABLE mail_queue (
	org_id bigint NOT NULL,              -- 0: the e-mail is of an account, not of an organisation
	id bigint GENERATED ALWAYS AS IDENTITY,
	kind text NOT NULL CHECK (kind IN ('reset', 'invitation')),
	subject_id bigint NOT NULL,          -- the user, or the invitation; 0: no account has the address, and nothing is sent
	email text NOT NULL,
	language text NOT NULL,              -- of the texts
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,     -- with its link
	due_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,
	failed_at timestamptz,               -- it will not be sent, for `reason`
	reason text,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX mail_queue_due ON mail_queue (due_at) WHERE failed_at IS NULL;
CREATE INDEX mail_queue_subject ON mail_queue (org_id, subject_id);
SELECT guard_tenant_rows('mail_queue');

-- A second link of an invitation: the one in the e-mail.
ALTER TABLE invitations ADD COLUMN mail_hash bytea UNIQUE;

-- The link of an account, asked for at the sign-in page and sent to its address. Only a SHA-256 of its secret is kept.
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
ALTER TABLE account_resets ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_resets FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON account_resets USING (current_setting('deskbell.scope', true) = 'system');
ALTER TABLE reset_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE reset_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON reset_requests USING (current_setting('deskbell.scope', true) = 'system');
