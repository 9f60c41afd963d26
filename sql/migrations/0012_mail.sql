-- E-mails that wait to be sent. No row holds a link: its secret is made when the e-mail is sent.

CREATE TABLE mail_queue (
	org_id bigint NOT NULL,             -- 0: the e-mail is of an account, not of an organisation
	id bigint GENERATED ALWAYS AS IDENTITY,
	kind text NOT NULL CHECK (kind IN ('reset', 'invitation')),
	subject_id bigint NOT NULL,         -- the user, or the invitation; 0: no account has the address, and nothing is sent
	email text NOT NULL,
	language text NOT NULL,             -- of the texts
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,    -- with its link
	due_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,
	failed_at timestamptz,              -- it will not be sent, for `reason`
	reason text,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX mail_queue_due ON mail_queue (due_at) WHERE failed_at IS NULL;
CREATE INDEX mail_queue_subject ON mail_queue (org_id, subject_id);

SELECT guard_tenant_rows('mail_queue');
