-- Identity flows from proof: a password, a session's token or an API token is shown to a function of the owner, and what that function records is all that the
-- desk's own role (sql/functions/desk-role.sql) can act on. A role that was taken over can use the tokens that it sees, and nothing else.

SET LOCAL deskbell.scope = 'system';

-- The scope of a tenant's transaction is signed by deskbell_enter (sql/functions/scope.sql) under these keys, which no other role reads.
CREATE TABLE scope_keys (
	inner_key bytea NOT NULL,
	outer_key bytea NOT NULL
);
INSERT INTO scope_keys SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
-- These two are part of the schema and not of sql/functions, because policies call them: replacing them would lock the tables.

-- The pass of this text for this connection and this transaction: HMAC-SHA-256 in hexadecimal digits, then the text. now() is when the transaction began, in microseconds. Runs with
-- its caller's rights: who cannot read the keys gets an error.
CREATE FUNCTION scope_sealed(a_text text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
DECLARE k scope_keys;
BEGIN
	SELECT * INTO k FROM scope_keys;
	RETURN encode(sha256(k.outer_key || sha256(k.inner_key || int4send(pg_backend_pid()) || timestamptz_send(now()) || convert_to(a_text, 'UTF8'))), 'hex') || a_text;
END $$;

-- The organisation of the pass in deskbell.pass, NULL without a good one. It takes some five microseconds, so policies ask in a subselect, once a statement: compared directly it is
-- asked again with every row of an outer table, which made a page of the inbox three times slower.
CREATE FUNCTION proven_org() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $$
DECLARE pass text := current_setting('deskbell.pass', true);
BEGIN
	IF pass IS NULL OR pass = '' OR pass <> scope_sealed(substr(pass, 65)) THEN
		RETURN NULL;
	END IF;
	RETURN split_part(substr(pass, 65), ' ', 1)::bigint;
END $$;

DO $$ BEGIN EXECUTE format('ALTER FUNCTION proven_org() SET search_path = %I, pg_temp', current_schema()); END $$;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organizations USING (
	id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint)
	OR (SELECT current_setting('deskbell.scope', true)) = 'system');

-- A user belongs to no organisation: only functions in the system scope see this table.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON users USING (current_setting('deskbell.scope', true) = 'system');

-- The names of an organisation's users, also of those who have left: what its pages show beside messages and in the audit log. Filled by the triggers below.
CREATE TABLE member_names (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id bigint NOT NULL,            -- without a foreign key: the name outlives the account
	email text NOT NULL,
	name text NOT NULL,
	left_at timestamptz,
	PRIMARY KEY (org_id, user_id)
);
CREATE INDEX member_names_user ON member_names (user_id);
SELECT guard_tenant_rows('member_names');
INSERT INTO member_names (org_id, user_id, email, name) SELECT m.org_id, u.id, u.email, u.name FROM memberships m JOIN users u ON u.id = m.user_id;
-- Users who left before there was this table, as far as their messages and acts name them.
INSERT INTO member_names (org_id, user_id, email, name, left_at)
	SELECT DISTINCT x.org_id, u.id, u.email, u.name, now() FROM (
		SELECT org_id, user_id FROM messages WHERE user_id IS NOT NULL
		UNION SELECT org_id, user_id FROM conversation_events WHERE user_id IS NOT NULL
		UNION SELECT org_id, substr(actor, 6)::bigint FROM audit_log WHERE actor ~ '^user:[0-9]{1,18}$') x
	JOIN users u ON u.id = x.user_id
	ON CONFLICT DO NOTHING;

-- Memberships and users are written by the owner of the tables and by its functions only; the names of one user may stand in several organisations, so the triggers open the
-- system scope and end it again.
CREATE FUNCTION member_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF TG_OP = 'INSERT' THEN
		INSERT INTO member_names (org_id, user_id, email, name) SELECT NEW.org_id, u.id, u.email, u.name FROM users u WHERE u.id = NEW.user_id
			ON CONFLICT (org_id, user_id) DO UPDATE SET email = excluded.email, name = excluded.name, left_at = NULL;
	ELSE
		UPDATE member_names SET left_at = now() WHERE org_id = OLD.org_id AND user_id = OLD.user_id;
		DELETE FROM sessions s WHERE s.user_id = OLD.user_id AND (s.org_id IS NOT DISTINCT FROM OLD.org_id
			OR NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = OLD.user_id));
	END IF;
	PERFORM set_config('deskbell.scope', before, true);
	RETURN NULL;
END $$;
CREATE TRIGGER member_named AFTER INSERT OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION member_named();

CREATE FUNCTION member_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE member_names SET email = NEW.email, name = NEW.name WHERE user_id = NEW.id AND left_at IS NULL;
	PERFORM set_config('deskbell.scope', before, true);
	RETURN NULL;
END $$;
CREATE TRIGGER member_renamed AFTER UPDATE OF email, name ON users FOR EACH ROW
	WHEN (NEW.email IS DISTINCT FROM OLD.email OR NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION member_renamed();

-- password_hash holds no yescrypt hash but what can check one: the setting with its salt, then '#' and SHA-256 of SHA-256 of the hash. A program works out the hash
-- from the password and the setting, and shows its SHA-256 as proof. So no hash leaves the database, and what stands in the database is no proof (RFC 5802 calls it StoredKey).
CREATE FUNCTION password_verifier(hash text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT substring(hash FROM '^(.*\$)[^$]*$') || '#' || encode(sha256(sha256(convert_to(hash, 'UTF8'))), 'hex') $$;
CREATE FUNCTION password_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.password_hash := password_verifier(NEW.password_hash);
	RETURN NEW;
END $$;
CREATE TRIGGER password_stored BEFORE INSERT OR UPDATE OF password_hash ON users FOR EACH ROW
	WHEN (NEW.password_hash LIKE '$y$%' AND position('#' IN NEW.password_hash) = 0) EXECUTE FUNCTION password_stored();
UPDATE users SET password_hash = password_hash;

-- An attempt to sign in belongs to whoever holds its token (a browser, by a cookie). It is tried once; when it has been proven, one session comes of it.
ALTER TABLE sign_in_attempts
	ADD COLUMN token_hash bytea UNIQUE,
	ADD COLUMN user_id bigint REFERENCES users ON DELETE CASCADE,
	ADD COLUMN looks_at bigint,         -- the organisation that the session begins in; NULL: the last one
	ADD COLUMN tried_at timestamptz,    -- a password was compared
	ADD COLUMN proven_at timestamptz,   -- ... and was right
	ADD COLUMN used_at timestamptz;     -- a session was made, or a password changed
-- The same attempts in an order in which a user's can be found.
CREATE INDEX sign_in_attempts_user ON sign_in_attempts (user_id) WHERE user_id IS NOT NULL;

-- The audit log is only added to. Entries go when they have grown too old (deskbell_purge_rows opens this door for its own statement), and with their organisation.
CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF coalesce(current_setting('deskbell.purge', true), '') <> 'audit_log'
		AND (TG_OP <> 'DELETE' OR EXISTS (SELECT 1 FROM organizations WHERE id = OLD.org_id)) THEN
		RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END $$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_stays();
CREATE FUNCTION audit_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION audit_log_is_kept();

-- The second factor of an account (TOTP, RFC 6238). What an account has is its own, whatever organisations it belongs to; only functions in the system scope see it.
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
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON second_factors USING (current_setting('deskbell.scope', true) = 'system');
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON recovery_codes USING (current_setting('deskbell.scope', true) = 'system');
ALTER TABLE sign_in_attempts ADD COLUMN second_at timestamptz; -- the second factor was right, too
ALTER TABLE sessions ADD COLUMN idle_s integer NOT NULL DEFAULT 604800;     -- as the installation has it

-- What an organisation asks of its members' sessions; NULL: what the installation does.
ALTER TABLE organizations
	ADD COLUMN needs_second_factor boolean NOT NULL DEFAULT false,
	ADD COLUMN session_idle_min integer CHECK (session_idle_min BETWEEN 5 AND 43200),
	ADD COLUMN session_max_h integer CHECK (session_max_h BETWEEN 1 AND 8760);

-- Attempts for addresses that have no account, of which no organisation's audit log can tell: counted by the hour and network, a hundred rows an hour at most ('elsewhere' holds
-- the rest), for ninety days.
CREATE TABLE sign_in_unknown (
	hour timestamptz NOT NULL,
	address text NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (hour, address)
);
