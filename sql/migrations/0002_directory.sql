-- The directory: organisations, users, which user belongs to which organisation, and the senders that are alive.

CREATE TABLE organizations (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (name <> ''),
	language text NOT NULL DEFAULT 'en',
	bot_mode text NOT NULL DEFAULT 'off' CHECK (bot_mode IN ('active', 'shadow', 'off')),
	-- What was chosen, by name; what is absent has its default. See src/domain/settings.h.
	settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
	skills_revision bigint NOT NULL DEFAULT 0, -- grows with every change of a skill; senders cache by it
	needs_second_factor boolean NOT NULL DEFAULT false,
	-- What it asks of its members' sessions; NULL: what the installation does.
	session_idle_min integer CHECK (session_idle_min BETWEEN 5 AND 43200),
	session_max_h integer CHECK (session_max_h BETWEEN 1 AND 8760),
	created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organizations USING (
	id = nullif(current_setting('deskbell.org', true), '')::bigint
	OR current_setting('deskbell.scope', true) = 'system');

-- An account belongs to no organisation.
CREATE TABLE users (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL CHECK (email LIKE '%_@_%'),
	password_hash text NOT NULL,        -- what can check a password, see password_verifier
	password_changed_at timestamptz NOT NULL DEFAULT now(),
	name text NOT NULL DEFAULT '',
	language text,                      -- NULL: as the browser asks
	time_zone text NOT NULL DEFAULT 'UTC',
	disabled_at timestamptz,            -- NULL: may sign in
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
SELECT guard_system_rows('users');

-- password_hash holds no yescrypt hash but what can check one: the setting with its salt, then '#' and SHA-256 of
-- SHA-256 of the hash. A program works out the hash from the password and the setting, and shows its SHA-256 as proof.
-- So no hash leaves the database, and what stands in the database is no proof (RFC 5802 calls it StoredKey).
CREATE FUNCTION password_verifier(hash text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT substring(hash FROM '^(.*\$)[^$]*$') || '#' || encode(sha256(sha256(convert_to(hash, 'UTF8'))), 'hex') $$;

CREATE FUNCTION password_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.password_hash := password_verifier(NEW.password_hash);
	RETURN NEW;
END $$;
CREATE TRIGGER password_stored BEFORE INSERT OR UPDATE OF password_hash ON users FOR EACH ROW
	WHEN (NEW.password_hash LIKE '$y$%' AND position('#' IN NEW.password_hash) = 0)
	EXECUTE FUNCTION password_stored();

CREATE TABLE memberships (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator')),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

-- The names of an organisation's users, also of those who have left: what its pages show beside messages and in the
-- audit log. Filled by the triggers below.
CREATE TABLE member_names (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id bigint NOT NULL,            -- without a foreign key: the name outlives the account
	email text NOT NULL,
	name text NOT NULL,
	left_at timestamptz,
	PRIMARY KEY (org_id, user_id)
);
CREATE INDEX member_names_user ON member_names (user_id);

SELECT guard_tenant_rows(t) FROM unnest(ARRAY['memberships', 'member_names']) t;

-- Memberships and users are written by the owner of the tables and by its functions only; the names of one user may
-- stand in several organisations, so the triggers open the system scope and end it again.
CREATE FUNCTION member_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('deskbell.scope', true), '');
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF TG_OP = 'INSERT' THEN
		INSERT INTO member_names (org_id, user_id, email, name)
			SELECT NEW.org_id, u.id, u.email, u.name FROM users u WHERE u.id = NEW.user_id
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
	WHEN (NEW.email IS DISTINCT FROM OLD.email OR NEW.name IS DISTINCT FROM OLD.name)
	EXECUTE FUNCTION member_renamed();

-- Senders that are alive. They serve all tenants, so no org_id.
CREATE TABLE heartbeats (
	shard text NOT NULL,
	host text NOT NULL,
	pid integer NOT NULL,
	mode text NOT NULL,
	version text NOT NULL,
	started_at timestamptz NOT NULL DEFAULT now(),
	beat_at timestamptz NOT NULL DEFAULT now(),
	-- The longest turn of its loop within the last minute or two: above 50 ms it keeps other organisations waiting.
	loop_max_ms integer NOT NULL DEFAULT 0,
	PRIMARY KEY (shard, host, pid)
) WITH (fillfactor = 50);
