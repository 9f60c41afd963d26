-- No table has a trigger any more: what follows from a change is written by the function that makes it, in statements of its
-- own. A trigger costs every statement on its table, is seen by no reader of the function, and keeps the table from being
-- distributed by organization.

-- Tags carry what their conversation is listed by (deskbell_list_tags), and what begins to wait calls the team
-- (deskbell_moved, sql/functions/listed.sql).
DROP TRIGGER inbox_insert ON conversation_tags;
DROP TRIGGER inbox_move ON conversation_tags;
DROP TRIGGER inbox_update ON conversations;
DROP TRIGGER conversation_rings_new ON conversations;
DROP TRIGGER conversation_rings ON conversations;
DROP TRIGGER lead_rings_new ON leads;
DROP TRIGGER lead_rings ON leads;
DROP TRIGGER channel_rings ON channels;
DROP FUNCTION inbox_new_tag();
DROP FUNCTION inbox_listed_otherwise();
DROP FUNCTION conversation_rings();
DROP FUNCTION lead_rings();
DROP FUNCTION channel_rings();

-- Names of members, their sessions and browsers (deskbell_member_named, deskbell_membership_end, deskbell_end_sessions,
-- sql/functions/membership.sql).
DROP TRIGGER member_named ON memberships;
DROP TRIGGER member_renamed ON users;
DROP TRIGGER session_ends_push ON sessions;
DROP FUNCTION member_named();
DROP FUNCTION member_renamed();
DROP FUNCTION session_ends_push();

-- What is stored of a password: what can check it. A hash that is stored already stays.
DROP TRIGGER password_stored ON users;
DROP FUNCTION password_stored();
CREATE FUNCTION password_kept(hash text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN hash LIKE '$y$%' AND position('#' IN hash) = 0 THEN password_verifier(hash) ELSE hash END $$;
ALTER TABLE users ADD CONSTRAINT users_password_kept CHECK (password_hash NOT LIKE '$y$%' OR position('#' IN password_hash) > 0);

-- The audit log is only added to, by its policies: a row can be read and added, and is changed or removed by nothing but
-- the statement that opens the door for itself (deskbell_purge_rows), and with its organisation.
DROP TRIGGER audit_log_stays ON audit_log;
DROP TRIGGER audit_log_is_kept ON audit_log;
DROP FUNCTION audit_log_stays();
DROP FUNCTION audit_log_is_kept();
CREATE POLICY changed ON audit_log AS RESTRICTIVE FOR UPDATE
	USING (current_setting('deskbell.purge', true) = 'audit_log');
CREATE POLICY removed ON audit_log AS RESTRICTIVE FOR DELETE
	USING (current_setting('deskbell.purge', true) = 'audit_log');
DO $$ BEGIN
	EXECUTE format('REVOKE TRUNCATE ON audit_log FROM %I', current_user);
END $$;
