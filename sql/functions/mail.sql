-- E-mails that wait to be sent (src/outbox/notify/mail-program.c). What is written is decided when it is sent: a row
-- names the kind, the address and whose link it is.

-- The owner of an address wants a new password. Tells nothing: an address without an account takes the same steps.
-- Three requests an hour for one account, ten from one network and three hundred in all are taken; what is beyond is
-- left out.
CREATE OR REPLACE FUNCTION deskbell_reset_request(a_email text, a_from_address text, a_language text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE
	who bytea := deskbell_sign_in_account(a_email);
	place text := deskbell_sign_in_place(a_from_address);
	n record;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	PERFORM pg_advisory_xact_lock(hashtextextended('reset requests', 0));
	DELETE FROM reset_requests r WHERE r.at < now() - interval '1 hour';
	SELECT count(*) FILTER (WHERE r.account = who) AS of_account, count(*)
		FILTER (WHERE r.address = place) AS of_place, count(*) AS of_all INTO n FROM reset_requests r;
	IF n.of_account >= 3 OR n.of_place >= 10 OR n.of_all >= 300 THEN RETURN; END IF;
	INSERT INTO reset_requests (account, address) VALUES (who, place);
	INSERT INTO mail_queue (org_id, kind, subject_id, email, language, expires_at)
		SELECT 0, 'reset', coalesce(max(u.id), 0), coalesce(max(u.email), ''), a_language, now() + interval '1 hour'
			FROM users u
		WHERE lower(u.email) = lower(btrim(a_email)) AND u.disabled_at IS NULL
			AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id);
END $$;

-- Whether an e-mail is due.
CREATE OR REPLACE FUNCTION deskbell_mail_due() RETURNS boolean
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN EXISTS (SELECT 1 FROM mail_queue q WHERE q.due_at <= now() AND q.failed_at IS NULL);
END $$;

-- Takes the e-mail that has been due longest, under a lease: a program that dies sends it again when the lease is over.
-- The link's secret has this digest from now on; what was sent before leads nowhere. What is not needed any more goes:
-- expired, an account that is off, an invitation that was accepted or withdrawn. No row: nothing is due.
CREATE OR REPLACE FUNCTION deskbell_mail_take(a_hash bytea, a_lease_s integer)
RETURNS TABLE (org_id bigint, id bigint, kind text, email text, language text, org_name text, by_name text, items jsonb)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
DECLARE
	q mail_queue;
	told jsonb;
	last bigint;
	quiet timestamptz;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	LOOP
		SELECT * INTO q FROM mail_queue m WHERE m.due_at <= now() AND m.failed_at IS NULL ORDER BY m.due_at LIMIT 1 FOR
			UPDATE SKIP LOCKED;
		IF q.id IS NULL THEN RETURN; END IF;
		IF q.expires_at > now() AND q.kind = 'reset'
			AND EXISTS (SELECT 1 FROM users u WHERE u.id = q.subject_id AND u.disabled_at IS NULL) THEN
			INSERT INTO account_resets AS r (user_id, token_hash, expires_at) VALUES (q.subject_id, a_hash, q.expires_at)
				ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at;
			EXIT;
		ELSIF q.expires_at > now() AND q.kind = 'invitation' THEN
			UPDATE invitations i SET mail_hash = a_hash WHERE i.org_id = q.org_id AND i.id = q.subject_id
				AND i.accepted_at IS NULL AND i.email = q.email;
			EXIT WHEN FOUND;
		ELSIF q.expires_at > now() AND q.kind = 'ring' THEN
			SELECT deskbell_quiet_until(c) INTO quiet FROM ring_choices c WHERE c.org_id = q.org_id
				AND c.user_id = q.subject_id;
			IF quiet IS NOT NULL THEN -- they have begun since it was queued
				UPDATE mail_queue m SET due_at = quiet, expires_at = quiet + interval '1 day' WHERE m.org_id = q.org_id
					AND m.id = q.id;
				UPDATE push_queue p SET expires_at = quiet + interval '1 day' WHERE p.org_id = q.org_id
					AND p.user_id = q.subject_id AND p.subscription_id IS NULL;
				CONTINUE;
			END IF;
			SELECT r.items, r.up_to INTO told, last FROM deskbell_ring_mail(q.org_id, q.subject_id) r;
			UPDATE mail_queue m SET up_to = last WHERE m.org_id = q.org_id AND m.id = q.id;
			EXIT WHEN told IS NOT NULL;
			DELETE FROM push_queue p WHERE p.org_id = q.org_id AND p.user_id = q.subject_id AND p.subscription_id IS NULL
				AND p.id <= last;
		END IF;
		DELETE FROM mail_queue m WHERE m.org_id = q.org_id AND m.id = q.id;
	END LOOP;
	UPDATE mail_queue m SET attempts = m.attempts + 1, due_at = now() + a_lease_s * interval '1 second'
		WHERE m.org_id = q.org_id AND m.id = q.id;
	RETURN QUERY SELECT q.org_id, q.id, q.kind, q.email, q.language, o.name, coalesce(nullif(b.name, ''), b.email),
			CASE q.kind WHEN 'ring' THEN told END
		FROM (SELECT 1) one LEFT JOIN organizations o ON o.id = q.org_id
		LEFT JOIN invitations i ON i.org_id = q.org_id AND q.kind = 'invitation' AND i.id = q.subject_id
		LEFT JOIN users b ON b.id = i.invited_by;
END $$;

-- What became of it: sent (the row goes), or tried again after a pause that grows from one minute to half an hour, or
-- given up. `a_reason` is NULL when it was sent.
CREATE OR REPLACE FUNCTION deskbell_mail_settle(a_org bigint, a_id bigint, a_reason jsonb, a_give_up boolean)
	RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	IF a_reason IS NULL THEN
		DELETE FROM push_queue p USING mail_queue m WHERE m.org_id = a_org AND m.id = a_id AND m.kind = 'ring'
			AND p.org_id = a_org AND p.user_id = m.subject_id
			AND p.subscription_id IS NULL AND p.id <= m.up_to;
		DELETE FROM mail_queue m WHERE m.org_id = a_org AND m.id = a_id;
		RETURN;
	END IF;
	UPDATE mail_queue m SET reason = a_reason,
		due_at = now() + least(30, power(2, least(m.attempts, 10) - 1)) * interval '1 minute',
		failed_at = CASE WHEN a_give_up THEN now() END WHERE m.org_id = a_org AND m.id = a_id;
	DELETE FROM mail_queue m WHERE m.failed_at IS NOT NULL AND (m.expires_at < now() OR m.org_id = 0);
END $$;
