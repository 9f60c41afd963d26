-- Signing in, the first set-up, invitations. Run with the owner's rights, as those of session.sql.
--
-- An attempt is a row that belongs to the browser that holds its token: begun with an address, tried once with a
-- password, and when that was right, used once for a session or for what else wants the proof. No caller names a user:
-- the attempt knows whose it is. No hash of a password leaves the database; see password_verifier (0002_directory.sql).
--
-- How guessing is slowed down. An attempt is written down before the password is looked at, so many at once count one
-- after the other, and one that dies counts. Delays are worked out from wrong attempts of the last day; an attempt that
-- comes too early is refused unseen and counts for nothing, so hammering does not make a user wait longer.
--   1. The pair of account and address: five attempts are free, then the pause doubles from 1 s to 15 min. The right
-- password ends the count.
--   2. The address, over all accounts: twenty within an hour are free. Not for an address from which this person has
-- signed in within 90 days.
--   3. The account, over all addresses: never refuses by itself, or an attacker could lock the owner out. While it is
-- under attack (fifty wrong ones from
--      elsewhere within an hour), an address that is not known has one free attempt instead of five: who knows the
-- password needs no more, and who guesses needs
--      a new address for every guess or two.

CREATE OR REPLACE FUNCTION deskbell_sign_in_account(email text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256(convert_to(lower(btrim(email)), 'UTF8')) $$;

-- The network that counts as one place: IPv4 as it is, IPv6 by its /64, which is what a customer of a provider has.
CREATE OR REPLACE FUNCTION deskbell_sign_in_place(address text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN CASE WHEN family(address::inet) = 6 THEN network(set_masklen(address::inet, 64))::text
		ELSE host(address::inet) END;
EXCEPTION WHEN OTHERS THEN
	RETURN 'unknown';
END $$;

-- When the next attempt may be made after `wrong` ones, the last of them at `latest`.
CREATE OR REPLACE FUNCTION deskbell_sign_in_wait(wrong bigint, free integer, latest timestamptz) RETURNS integer
	LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN wrong < free THEN 0
	ELSE greatest(0, ceil(extract(epoch
		FROM latest - now()) + least(900, power(2, least(wrong - free, 20)))))::integer END $$;

-- Either how long to wait, or the attempt is begun: `setting` says how its password is hashed (NULL: there is no such
-- account, or it is switched off; work as long all the same).
CREATE OR REPLACE FUNCTION deskbell_sign_in_begin(email text, from_address text, attempt_hash bytea, OUT wait_s integer,
	OUT setting text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	who bytea := deskbell_sign_in_account(email);
	place text := deskbell_sign_in_place(from_address);
	last_good timestamptz;
	pair record;
	spray record;
	elsewhere bigint;
	person bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	PERFORM pg_advisory_xact_lock(hashtextextended('sign-in place ' || place, 0));
	PERFORM pg_advisory_xact_lock(hashtextextended('sign-in account ' || encode(who, 'hex'), 0));
	DELETE FROM sign_in_attempts a WHERE a.account = who
		AND (a.at < now() - interval '90 days' OR (NOT a.good AND a.at < now() - interval '1 day'));
	IF random() < 0.01 THEN -- addresses that are not tried again
		DELETE FROM sign_in_attempts a WHERE a.at < now() - interval '90 days'
			OR (NOT a.good AND a.at < now() - interval '1 day');
	END IF;
	SELECT max(at) INTO last_good FROM sign_in_attempts a WHERE a.account = who AND a.address = place AND a.good;
	SELECT count(*) AS n, max(at) AS latest INTO pair FROM sign_in_attempts a
	WHERE a.account = who AND a.address = place AND NOT a.good AND a.at > greatest(now() - interval '1 day', last_good);
	SELECT count(*) INTO elsewhere FROM sign_in_attempts a
	WHERE a.account = who AND a.address <> place AND NOT a.good AND a.at > now() - interval '1 hour';
	wait_s := deskbell_sign_in_wait(pair.n, CASE WHEN last_good IS NULL AND elsewhere >= 50 THEN 1
		ELSE 5 END, pair.latest);
	IF last_good IS NULL THEN
		SELECT count(*) AS n, max(at) AS latest INTO spray FROM sign_in_attempts a
		WHERE a.address = place AND a.account <> who AND NOT a.good AND a.at > now() - interval '1 hour';
		wait_s := greatest(wait_s, deskbell_sign_in_wait(spray.n, 20, spray.latest));
	END IF;
	IF wait_s = 0 THEN
		SELECT u.id, split_part(u.password_hash, '#', 1) INTO person, setting FROM users u
		WHERE lower(u.email) = lower(btrim(deskbell_sign_in_begin.email)) AND u.disabled_at IS NULL;
		INSERT INTO sign_in_attempts (account, address, user_id, token_hash) VALUES (who, place, person, attempt_hash);
	END IF;
END $$;

-- A wrong password, for the audit logs. An attacker cannot fill them: of one account five entries an hour, then one for
-- the 20th attempt, the 100th and so on; of addresses without an account a hundred rows an hour, and in no
-- organisation's log.
CREATE OR REPLACE FUNCTION deskbell_sign_in_wrong(a sign_in_attempts) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	this_hour timestamptz := date_trunc('hour', now());
	n bigint;
BEGIN
	IF a.user_id IS NOT NULL THEN
		SELECT count(*) INTO n FROM sign_in_attempts x WHERE x.account = a.account AND NOT x.good
			AND x.at > now() - interval '1 hour';
		IF n <= 5 OR n IN (20, 100, 1000, 10000) THEN
			PERFORM deskbell_audit_user(a.user_id, 'sign-in', 'sign_in.wrong',
				jsonb_build_object('user', a.user_id, 'address', a.address, 'within_an_hour', n));
		END IF;
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT 1 FROM sign_in_unknown u WHERE u.hour = this_hour AND u.address = a.address)
		AND (SELECT count(*) FROM sign_in_unknown u WHERE u.hour = this_hour) >= 100 THEN
		a.address := 'elsewhere';
	END IF;
	INSERT INTO sign_in_unknown AS u (hour, address, n) VALUES (this_hour, a.address, 1) ON CONFLICT (hour, address) DO
		UPDATE SET n = u.n + 1;
	IF random() < 0.01 THEN
		DELETE FROM sign_in_unknown u WHERE u.hour < now() - interval '90 days';
	END IF;
END $$;

-- Tries the attempt, once and within two minutes: `proof` is SHA-256 of the hash of what was typed. Whose account it is
-- when that is right, else NULL; `second`: a second factor is to be given for a session.
CREATE OR REPLACE FUNCTION deskbell_sign_in_prove(attempt_hash bytea, proof bytea, OUT person bigint,
	OUT second boolean)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	a sign_in_attempts;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE sign_in_attempts SET tried_at = now() WHERE token_hash = attempt_hash AND tried_at IS NULL
		AND at > now() - interval '2 minutes' RETURNING * INTO a;
	IF a.id IS NULL THEN RETURN; END IF;
	IF NOT EXISTS (SELECT 1 FROM users u WHERE u.id = a.user_id
		AND split_part(u.password_hash, '#', 2) = encode(sha256(proof), 'hex')) THEN
		PERFORM deskbell_sign_in_wrong(a);
		RETURN;
	END IF;
	UPDATE sign_in_attempts SET good = true, proven_at = now() WHERE id = a.id;
	person := a.user_id;
	second := deskbell_has_second(person);
END $$;

-- Whose attempt it is, when it was proven within ten minutes and not used.
CREATE OR REPLACE FUNCTION deskbell_proven_by(attempt_hash bytea) RETURNS bigint
LANGUAGE sql STABLE SET jit = off AS
$$ SELECT a.user_id FROM sign_in_attempts a WHERE a.token_hash = attempt_hash
	AND a.proven_at > now() - interval '10 minutes' AND a.used_at IS NULL $$;

-- The same, and uses it up; NULLs when it is not good (any more). Of two who come with one attempt the second waits,
-- and gets nothing.
CREATE OR REPLACE FUNCTION deskbell_use_attempt(attempt_hash bytea) RETURNS sign_in_attempts
LANGUAGE sql SET jit = off AS $$
	UPDATE sign_in_attempts a SET used_at = now() WHERE a.token_hash = attempt_hash
		AND a.proven_at > now() - interval '10 minutes' AND a.used_at IS NULL RETURNING a
$$;

-- Another secret than the password has proven who it is: an attempt for one session. Called by functions that have seen
-- that secret.
CREATE OR REPLACE FUNCTION deskbell_prove_otherwise(attempt_hash bytea, person bigint, org bigint, from_address text)
	RETURNS void
LANGUAGE sql SET jit = off AS $$
	INSERT INTO sign_in_attempts (account, address, good, user_id, looks_at, token_hash, tried_at, proven_at)
	SELECT deskbell_sign_in_account(u.email), deskbell_sign_in_place(from_address), true, u.id, org, attempt_hash, now(),
		now() FROM users u WHERE u.id = person
$$;

CREATE OR REPLACE FUNCTION deskbell_setup_is_open(hash bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET jit = off AS
$$ SELECT EXISTS (SELECT 1 FROM setup_codes WHERE code_hash = hash AND used_at IS NULL AND expires_at > now()) $$;

-- Uses the code up: the organisation and its owner, and an attempt that is proven by the code. NULL when the code is
-- not good (any more); a unique key says that the address has an account.
CREATE OR REPLACE FUNCTION deskbell_setup(hash bytea, org_name text, org_language text, org_settings jsonb,
	owner_email text, owner_hash text,
	owner_zone text, attempt_hash bytea, from_address text, OUT person bigint, OUT org bigint)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE setup_codes SET used_at = now() WHERE code_hash = hash AND used_at IS NULL AND expires_at > now();
	IF NOT FOUND THEN RETURN; END IF;
	INSERT INTO organizations (name, language, settings, first_steps) VALUES (org_name, org_language, org_settings, '{}')
		RETURNING id INTO org;
	INSERT INTO users (email, password_hash, time_zone) VALUES (owner_email, password_kept(owner_hash), owner_zone)
		RETURNING id INTO person;
	INSERT INTO memberships (org_id, user_id, role) VALUES (org, person, 'owner');
	PERFORM deskbell_member_named(org, person);
	PERFORM deskbell_audit(org, 'user:' || person, 'setup', jsonb_build_object('email', owner_email));
	PERFORM deskbell_prove_otherwise(attempt_hash, person, org, from_address);
END $$;

CREATE OR REPLACE FUNCTION deskbell_invitation_find(hash bytea)
	RETURNS TABLE (org_name text, email text, role text, has_account boolean, invited_by text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT o.name, i.email, i.role, EXISTS (SELECT 1 FROM users u WHERE lower(u.email) = lower(i.email)),
		coalesce(nullif(b.name, ''), b.email)
	FROM invitations i JOIN organizations o ON o.id = i.org_id LEFT JOIN users b ON b.id = i.invited_by
	 WHERE (i.token_hash = hash OR i.mail_hash = hash) AND i.accepted_at IS NULL AND i.expires_at > now();
END $$;

-- Uses the invitation up. `new_password_hash` is for a person without an account, whom the invitation proves; one who
-- has one must have proven it by `attempt_hash`. Either way that attempt is good for one session then. A role that the
-- person has already is raised, never lowered. NULL when the invitation is not good (any more).
CREATE OR REPLACE FUNCTION deskbell_invitation_accept(hash bytea, attempt_hash bytea, new_password_hash text,
	new_name text, from_address text, OUT person bigint, OUT org bigint)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	i invitations;
	rank text[] := ARRAY['operator', 'admin', 'owner'];
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	UPDATE invitations x SET accepted_at = now() WHERE (x.token_hash = hash OR x.mail_hash = hash)
		AND x.accepted_at IS NULL AND x.expires_at > now() RETURNING * INTO i;
	IF i.id IS NULL THEN RETURN; END IF;
	SELECT u.id INTO person FROM users u WHERE lower(u.email) = lower(i.email);
	IF person IS NULL AND new_password_hash IS NOT NULL THEN
		INSERT INTO users (email, password_hash, name) VALUES (i.email, password_kept(new_password_hash), new_name)
			RETURNING id INTO person;
		PERFORM deskbell_prove_otherwise(attempt_hash, person, i.org_id, from_address);
	ELSIF person IS NULL OR person IS DISTINCT FROM deskbell_proven_by(attempt_hash) THEN
		RAISE EXCEPTION 'the invitation is for somebody else' USING ERRCODE = 'check_violation';
	END IF;
	UPDATE sign_in_attempts a SET looks_at = i.org_id WHERE a.token_hash = attempt_hash;
	INSERT INTO memberships AS m (org_id, user_id, role) VALUES (i.org_id, person, i.role)
		ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role
			WHERE array_position(rank, m.role) < array_position(rank, excluded.role);
	PERFORM deskbell_member_named(i.org_id, person);
	PERFORM deskbell_audit(i.org_id, 'user:' || person, 'invitation.accept',
		jsonb_build_object('invitation', i.id, 'role', i.role));
	org := i.org_id;
END $$;

-- Whose page it is for a visitor who has not signed in: of the organization of an invitation or of a link for a new
-- password; without a token of the only one that there is.
CREATE OR REPLACE FUNCTION deskbell_visited(hash bytea) RETURNS TABLE (org_name text, logo text)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT o.name, translate(encode(o.logo, 'base64'), E'\n', '') FROM organizations o
		WHERE CASE WHEN hash IS NULL THEN NOT EXISTS (SELECT 1 FROM organizations x WHERE x.id <> o.id)
			ELSE o.id IN (SELECT i.org_id FROM invitations i WHERE i.token_hash = hash OR i.mail_hash = hash
				UNION ALL SELECT r.org FROM deskbell_live_reset(hash) r) END;
END $$;
