-- The second factor of an account: TOTP (RFC 6238) in steps of 30 seconds. The secret is sealed, so the program
-- compares codes; that a step is one of the three around now and is taken once, and how often it may be tried, is seen
-- to here. Recovery codes are compared here.
--
-- Wrong codes: five are free, then the pause doubles from 1 s to 15 min, whatever address they come from. Only a person
-- who knows the password gets so far, so no other can lock the owner out; at four tries an hour, three of a million
-- codes being right, a guess takes years.

CREATE OR REPLACE FUNCTION deskbell_totp_now() RETURNS bigint LANGUAGE sql STABLE SET jit = off AS $$
	SELECT floor(extract(epoch FROM now()) / 30)::bigint $$;

-- One try, counted before it is looked at: either how long to wait, or the sealed secret. No row values: the attempt is
-- not proven, or there is no second factor.
CREATE OR REPLACE FUNCTION deskbell_second_challenge(attempt_hash bytea, OUT person bigint, OUT wait_s integer,
	OUT secret text, OUT step bigint)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE f second_factors;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO f FROM second_factors x WHERE x.user_id = deskbell_proven_by(attempt_hash) AND x.confirmed_at IS NOT NULL
		FOR UPDATE;
	IF f.user_id IS NULL THEN RETURN; END IF;
	person := f.user_id;
	wait_s := deskbell_sign_in_wait(f.tries, 5, f.tried_at);
	IF wait_s = 0 THEN
		UPDATE second_factors SET tries = tries + 1, tried_at = now() WHERE user_id = person;
		secret := f.secret;
		step := deskbell_totp_now();
	END IF;
END $$;

-- The attempt has its second factor now.
CREATE OR REPLACE FUNCTION deskbell_second_good(attempt_hash bytea, who bigint) RETURNS void
LANGUAGE sql SET jit = off AS $$
	UPDATE second_factors SET tries = 0 WHERE user_id = who;
	UPDATE sign_in_attempts SET second_at = now() WHERE token_hash = attempt_hash;
$$;

CREATE OR REPLACE FUNCTION deskbell_second_wrong(who bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE n integer := (SELECT f.tries FROM second_factors f WHERE f.user_id = who);
BEGIN
	IF n <= 5 OR n IN (20, 100, 1000, 10000) THEN
		PERFORM deskbell_audit_user(who, 'sign-in', 'second_factor.wrong', jsonb_build_object('user', who, 'in_a_row', n));
	END IF;
END $$;

-- The code was that of this step; 0: of none. False when it was none, or one that was taken before.
CREATE OR REPLACE FUNCTION deskbell_second_pass(attempt_hash bytea, a_step bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	who := deskbell_proven_by(attempt_hash);
	UPDATE second_factors SET last_step = a_step WHERE user_id = who AND confirmed_at IS NOT NULL AND last_step < a_step
		AND abs(a_step - deskbell_totp_now()) <= 1;
	IF FOUND THEN
		PERFORM deskbell_second_good(attempt_hash, who);
		RETURN true;
	END IF;
	PERFORM deskbell_second_wrong(who);
	RETURN false;
END $$;

-- A recovery code in place of a step's, once.
CREATE OR REPLACE FUNCTION deskbell_recovery_use(attempt_hash bytea, a_code_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	who := deskbell_proven_by(attempt_hash);
	UPDATE recovery_codes SET used_at = now() WHERE user_id = who AND code_hash = a_code_hash AND used_at IS NULL;
	IF FOUND THEN
		PERFORM deskbell_second_good(attempt_hash, who);
		PERFORM deskbell_audit_user(who, 'user:' || who, 'second_factor.recovery', jsonb_build_object('left',
			(SELECT count(*) FROM recovery_codes c WHERE c.user_id = who AND c.used_at IS NULL)));
		RETURN true;
	END IF;
	PERFORM deskbell_second_wrong(who);
	RETURN false;
END $$;

-- What the owner of a session has: the sealed secret only while it is to be confirmed.
CREATE OR REPLACE FUNCTION deskbell_second_state(hash bytea, OUT secret text, OUT confirmed_ms bigint,
	OUT codes_left integer, OUT step bigint)
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE f second_factors;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	SELECT * INTO f FROM second_factors x WHERE x.user_id = (deskbell_live_session(hash)).user_id;
	secret := CASE WHEN f.confirmed_at IS NULL THEN f.secret END;
	confirmed_ms := (extract(epoch FROM f.confirmed_at) * 1000)::bigint;
	codes_left := (SELECT count(*) FROM recovery_codes c WHERE c.user_id = f.user_id AND c.used_at IS NULL);
	step := deskbell_totp_now();
END $$;

-- Whose session it is, when `attempt_hash` has proven the same user's password, which is used up; else NULL.
CREATE OR REPLACE FUNCTION deskbell_proven_session(hash bytea, attempt_hash bytea) RETURNS bigint
LANGUAGE sql SET jit = off AS
$$ SELECT a.user_id FROM deskbell_use_attempt(attempt_hash) a
	WHERE a.user_id = (deskbell_live_session(hash)).user_id $$;

-- A secret to be confirmed; false without the password, or where there is a second factor already.
CREATE OR REPLACE FUNCTION deskbell_second_set(hash bytea, attempt_hash bytea, new_secret text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	who := deskbell_proven_session(hash, attempt_hash);
	IF who IS NULL THEN RETURN false; END IF;
	INSERT INTO second_factors AS f (user_id, secret) VALUES (who, new_secret) ON CONFLICT (user_id) DO UPDATE
		SET secret = excluded.secret, created_at = now()
		WHERE f.confirmed_at IS NULL;
	RETURN FOUND;
END $$;

-- A code of step `a_step` was given: the second factor counts from now on. All other sessions of the account end, as
-- they did without it.
CREATE OR REPLACE FUNCTION deskbell_second_confirm(hash bytea, a_step bigint, code_hashes bytea[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE s sessions;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	s := deskbell_live_session(hash);
	UPDATE second_factors SET confirmed_at = now(), last_step = a_step WHERE user_id = s.user_id AND confirmed_at IS NULL
		AND abs(a_step - deskbell_totp_now()) <= 1;
	IF NOT FOUND THEN RETURN false; END IF;
	INSERT INTO recovery_codes (user_id, code_hash) SELECT s.user_id, c FROM unnest(code_hashes) c;
	PERFORM deskbell_end_sessions(ARRAY(SELECT x.id FROM sessions x WHERE x.user_id = s.user_id AND x.id <> s.id));
	PERFORM deskbell_audit_user(s.user_id, 'user:' || s.user_id, 'second_factor.set', NULL);
	RETURN true;
END $$;

-- New recovery codes in place of the old ones.
CREATE OR REPLACE FUNCTION deskbell_recovery_renew(hash bytea, attempt_hash bytea, code_hashes bytea[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	who := deskbell_proven_session(hash, attempt_hash);
	IF who IS NULL OR NOT deskbell_has_second(who) THEN RETURN false; END IF;
	DELETE FROM recovery_codes WHERE user_id = who;
	INSERT INTO recovery_codes (user_id, code_hash) SELECT who, c FROM unnest(code_hashes) c;
	PERFORM deskbell_audit_user(who, 'user:' || who, 'second_factor.codes', NULL);
	RETURN true;
END $$;

CREATE OR REPLACE FUNCTION deskbell_second_remove(hash bytea, attempt_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	who := deskbell_proven_session(hash, attempt_hash);
	DELETE FROM second_factors WHERE user_id = who;
	IF NOT FOUND THEN RETURN false; END IF;
	PERFORM deskbell_audit_user(who, 'user:' || who, 'second_factor.remove', NULL);
	RETURN true;
END $$;

-- For an owner and for deskbellctl, in the system scope: the account is without a second factor, and its sessions end.
-- False when it had none.
CREATE OR REPLACE FUNCTION deskbell_second_forget(who bigint, a_actor text) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	DELETE FROM second_factors WHERE user_id = who;
	IF NOT FOUND THEN RETURN false; END IF;
	PERFORM deskbell_end_sessions_of(who);
	PERFORM deskbell_audit_user(who, a_actor, 'second_factor.reset', jsonb_build_object('user', who));
	RETURN true;
END $$;

-- For deskbellctl: whether the account of an address has a second factor; with `a_reset` it has none afterwards. NULL
-- when there is no such account.
CREATE OR REPLACE FUNCTION deskbell_user_second_factor(a_email text, a_reset boolean) RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
DECLARE person bigint := deskbell_user_id(a_email);
BEGIN
	IF person IS NULL THEN RETURN NULL; END IF;
	RETURN CASE WHEN a_reset THEN deskbell_second_forget(person, 'deskbellctl') ELSE deskbell_has_second(person) END;
END $$;
