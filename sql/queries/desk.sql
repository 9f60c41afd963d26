-- What the desk's own pages ask: who is there, sessions, people. The functions stand in sql/functions/session.sql and
-- sign-in.sql; they are called outside a transaction. The rest runs within the organisation's.

-- name: session_find
-- args: hash bytea, idle_s integer
-- row: session_id bigint, user_id bigint, email text, name text, language text, time_zone text, org_id bigint?,
--   role text?, org_name text?, bot_mode text?, orgs jsonb, snapshot text, second_missing boolean
SELECT session_id, user_id, email, name, language, time_zone, org_id, role, org_name, bot_mode, orgs, snapshot,
	second_missing FROM deskbell_session_find(:hash, :idle_s)

-- name: token_find
-- args: hash bytea
-- row: token_id bigint, token_name text, org_id bigint, role text, org_name text, bot_mode text, scope text
SELECT token_id, token_name, org_id, role, org_name, bot_mode, scope FROM deskbell_token_find(:hash)

-- Out of a proven attempt. A NULL user: the attempt was not good (any more).
-- name: session_start
-- args: attempt_hash bytea, hash bytea, old_hash bytea?, address text, browser text, idle_s integer, max_s integer
-- row: user_id bigint?, org_id bigint?
SELECT person AS user_id, org AS org_id FROM deskbell_session_start(:attempt_hash, :hash, :old_hash, :address,
	:browser, :idle_s, :max_s)

-- name: session_end
-- args: hash bytea
SELECT deskbell_session_end(:hash)

-- name: session_list
-- args: hash bytea, idle_s integer
-- row: id bigint, address text, agent text, created_ms bigint, seen_ms bigint, current boolean
SELECT id, address, agent, created_ms, seen_ms, current FROM deskbell_session_list(:hash, :idle_s)

-- name: session_revoke
-- args: hash bytea, id bigint?
-- row: revoked integer?
SELECT deskbell_session_revoke(:hash, :id) AS revoked

-- name: session_choose
-- args: hash bytea, org_id bigint
-- row: done boolean
SELECT deskbell_session_choose(:hash, :org_id) AS done

-- name: account_save
-- args: hash bytea, name text, language text, time_zone text
SELECT deskbell_account_save(:hash, :name, :language, :time_zone)

-- name: password_change
-- args: hash bytea, attempt_hash bytea, new_password_hash text, new_hash bytea
-- row: done boolean
SELECT deskbell_password_change(:hash, :attempt_hash, :new_password_hash, :new_hash) AS done

-- name: sign_in_begin
-- args: email text, address text, attempt_hash bytea
-- row: wait_s integer, setting text?
SELECT wait_s, setting FROM deskbell_sign_in_begin(:email, :address, :attempt_hash)

-- name: sign_in_prove
-- args: attempt_hash bytea, proof bytea
-- row: user_id bigint?, second boolean?
SELECT person AS user_id, second FROM deskbell_sign_in_prove(:attempt_hash, :proof)

-- name: second_challenge
-- args: attempt_hash bytea
-- row: user_id bigint?, wait_s integer?, secret text?, step bigint?
SELECT person AS user_id, wait_s, secret, step FROM deskbell_second_challenge(:attempt_hash)

-- name: second_pass
-- args: attempt_hash bytea, step bigint
-- row: done boolean
SELECT deskbell_second_pass(:attempt_hash, :step) AS done

-- name: recovery_use
-- args: attempt_hash bytea, code_hash bytea
-- row: done boolean
SELECT deskbell_recovery_use(:attempt_hash, :code_hash) AS done

-- name: second_state
-- args: hash bytea
-- row: secret text?, confirmed_ms bigint?, codes_left integer, step bigint
SELECT secret, confirmed_ms, codes_left, step FROM deskbell_second_state(:hash)

-- name: second_set
-- args: hash bytea, attempt_hash bytea, secret text
-- row: done boolean
SELECT deskbell_second_set(:hash, :attempt_hash, :secret) AS done

-- name: second_confirm
-- args: hash bytea, step bigint, code_hashes bytea[]
-- row: done boolean
SELECT deskbell_second_confirm(:hash, :step, :code_hashes) AS done

-- name: recovery_renew
-- args: hash bytea, attempt_hash bytea, code_hashes bytea[]
-- row: done boolean
SELECT deskbell_recovery_renew(:hash, :attempt_hash, :code_hashes) AS done

-- name: second_remove
-- args: hash bytea, attempt_hash bytea
-- row: done boolean
SELECT deskbell_second_remove(:hash, :attempt_hash) AS done

-- name: second_reset
-- args: user_id bigint
-- row: outcome text?
SELECT deskbell_second_reset(:user_id) AS outcome

-- name: security_load
-- args: org_id bigint
-- row: needs_second_factor boolean, session_idle_min integer?, session_max_h integer?
SELECT needs_second_factor, session_idle_min, session_max_h FROM organizations WHERE id = :org_id

-- name: security_save
-- args: needs_second_factor boolean, session_idle_min integer?, session_max_h integer?
-- row: outcome text?
SELECT deskbell_security_save(:needs_second_factor, :session_idle_min, :session_max_h) AS outcome

-- name: setup_is_open
-- args: hash bytea?
-- row: is_open boolean
SELECT deskbell_setup_is_open(:hash) AS is_open

-- name: setup
-- args: code_hash bytea, name text, language text, settings jsonb, email text, password_hash text, time_zone text,
--   attempt_hash bytea, address text
-- row: user_id bigint?, org_id bigint?
SELECT person AS user_id, org AS org_id
FROM deskbell_setup(:code_hash, :name, :language, :settings, :email, :password_hash, :time_zone, :attempt_hash,
	:address)

-- How far a new organisation is with its first steps; no row where they are not shown (any more).
-- name: first_steps
-- args: org_id bigint
-- row: marks jsonb, bot_mode text, platform text?, is_connected boolean, is_verified boolean, has_message boolean,
--   skills bigint, people bigint
SELECT o.first_steps AS marks, o.bot_mode,
	(SELECT c.platform FROM channels c WHERE c.org_id = :org_id AND c.disconnected_at IS NULL
		ORDER BY c.status = 'verified', c.id LIMIT 1) AS platform,
	EXISTS (SELECT 1 FROM channels c WHERE c.org_id = :org_id AND c.disconnected_at IS NULL) AS is_connected,
	EXISTS (SELECT 1 FROM channels c WHERE c.org_id = :org_id AND c.disconnected_at IS NULL
		AND c.status = 'verified') AS is_verified,
	EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = :org_id) AS has_message,
	(SELECT count(*) FROM (SELECT 1 FROM skills s WHERE s.org_id = :org_id AND s.enabled LIMIT 3) s) AS skills,
	(SELECT count(*) FROM (SELECT 1 FROM memberships m WHERE m.org_id = :org_id LIMIT 2) m)
		+ (SELECT count(*) FROM (SELECT 1 FROM invitations i WHERE i.org_id = :org_id LIMIT 1) i) AS people
FROM organizations o WHERE o.id = :org_id AND o.first_steps IS NOT NULL

-- name: first_steps_mark
-- args: org_id bigint, step text
UPDATE organizations SET first_steps = first_steps || jsonb_build_object(:step, true)
WHERE id = :org_id AND first_steps IS NOT NULL AND NOT first_steps ? :step

-- name: first_steps_dismiss
-- args: org_id bigint
UPDATE organizations SET first_steps = NULL WHERE id = :org_id

-- name: visited
-- args: hash bytea?
-- row: org_name text, logo text?
SELECT org_name, logo FROM deskbell_visited(:hash)

-- name: invitation_find
-- args: hash bytea
-- row: org_name text, email text, role text, has_account boolean, invited_by text
SELECT org_name, email, role, has_account, invited_by FROM deskbell_invitation_find(:hash)

-- name: invitation_accept
-- args: hash bytea, attempt_hash bytea, new_password_hash text?, new_name text, address text
-- row: user_id bigint?, org_id bigint?
SELECT person AS user_id, org AS org_id
FROM deskbell_invitation_accept(:hash, :attempt_hash, :new_password_hash, :new_name, :address)

-- What the menu of every page shows: how many conversations wait for a person and how many are this user's, each right
-- below 100 and "100 or more" from there on; the newest message in those that wait with who wrote it. What was snoozed
-- until now comes back by it.
-- name: desk_counts
-- args: org_id bigint, user_id bigint
-- row: waiting bigint, mine bigint, newest bigint?, newest_from text?, woken integer
SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations WHERE org_id = :org_id AND waiting_since IS NOT NULL
	AND is_open
		LIMIT 100) c) AS waiting,
	(SELECT count(*) FROM (SELECT 1 FROM conversations WHERE org_id = :org_id AND assignee_id = :user_id AND is_open
		LIMIT 100) c) AS mine, n.message AS newest, n.name AS newest_from, deskbell_wake_snoozed(:org_id) AS woken
FROM (VALUES (1)) one LEFT JOIN LATERAL (
	SELECT l.message, coalesce(nullif(c.name, ''), l.contact_phone, '') AS name
	FROM (SELECT m.id AS message, w.contact_id, w.contact_phone
		FROM (SELECT v.id, v.contact_id, v.contact_phone FROM conversations v
			WHERE v.org_id = :org_id AND v.waiting_since IS NOT NULL AND v.is_open ORDER BY v.waiting_since DESC LIMIT 100) w
		CROSS JOIN LATERAL (SELECT m.id FROM messages m WHERE m.org_id = :org_id AND m.conversation_id = w.id
			AND m.direction = 'inbound' ORDER BY m.id DESC LIMIT 1) m
		ORDER BY m.id DESC LIMIT 1) l
	JOIN contacts c ON c.org_id = :org_id AND c.id = l.contact_id) n ON true

-- What stands in the way of every reply: no sender works off what is due, or a channel does not send (the first of
-- them).
-- name: desk_bars
-- args: org_id bigint
-- row: is_stuck boolean, platform text?, since_ms bigint?, reason jsonb?
SELECT NOT EXISTS (SELECT 1 FROM deskbell_senders() WHERE age_s < 60) AND (
		EXISTS (SELECT 1 FROM channels h CROSS JOIN LATERAL (SELECT o.next_attempt_at FROM outbox o
				WHERE o.org_id = h.org_id AND o.channel_id = h.id AND o.state = 'queued'
				ORDER BY o.next_attempt_at, o.message_id LIMIT 1) q
			WHERE h.org_id = :org_id AND h.paused_until <= now() AND q.next_attempt_at < now() - interval '1 minute')
		OR EXISTS (SELECT 1 FROM answer_jobs j WHERE j.org_id = :org_id AND j.due_at < now() - interval '1 minute'))
	AS is_stuck, c.platform, (extract(epoch FROM c.updated_at) * 1000)::bigint AS since_ms, c.status_reason AS reason
FROM (VALUES (1)) one LEFT JOIN LATERAL (SELECT h.* FROM channels h WHERE h.org_id = :org_id
	AND h.disconnected_at IS NULL AND (h.pauses > 0 OR h.status = 'error') ORDER BY h.id LIMIT 1) c ON true

-- Who waits longest.
-- name: desk_longest
-- args: org_id bigint
-- row: id bigint, waiting_ms bigint
SELECT v.id, (extract(epoch FROM v.waiting_since) * 1000)::bigint AS waiting_ms FROM conversations v
WHERE v.org_id = :org_id AND v.waiting_since IS NOT NULL AND v.is_open ORDER BY v.waiting_since, v.id LIMIT 1

-- name: people_list
-- args: org_id bigint
-- row: user_id bigint, email text, name text, role text, since_ms bigint, is_away boolean
SELECT u.user_id, u.email, u.name, m.role, (extract(epoch FROM m.created_at) * 1000)::bigint AS since_ms,
	EXISTS (SELECT 1 FROM absences x WHERE x.org_id = m.org_id AND x.user_id = m.user_id) AS is_away
FROM memberships m JOIN member_names u ON u.org_id = m.org_id AND u.user_id = m.user_id WHERE m.org_id = :org_id
ORDER BY lower(u.email)

-- The role before, 'absent' or 'last-owner'; NULL: no owner asks.
-- name: member_set
-- args: user_id bigint, role text?
-- row: outcome text?
SELECT deskbell_member_set(:user_id, :role) AS outcome

-- name: invitation_list
-- args: org_id bigint
-- row: id bigint, email text, role text, expires_ms bigint, is_expired boolean, mail_reason jsonb?
SELECT i.id, i.email, i.role, (extract(epoch FROM i.expires_at) * 1000)::bigint AS expires_ms,
	i.expires_at < now() AS is_expired, q.reason AS mail_reason
FROM invitations i LEFT JOIN mail_queue q ON q.org_id = i.org_id AND q.kind = 'invitation' AND q.subject_id = i.id
WHERE i.org_id = :org_id AND i.accepted_at IS NULL ORDER BY lower(i.email)

-- NULL: no owner asks; -1: the address is a member's.
-- name: invitation_add
-- args: hash bytea, email text, role text, mail_language text?
-- row: until_ms bigint?
SELECT CASE WHEN isfinite(until) THEN (extract(epoch FROM until) * 1000)::bigint
	WHEN until IS NOT NULL THEN -1 END AS until_ms
FROM deskbell_invitation_add(:hash, :email, :role, :mail_language) until

-- The address; NULL when there is none such.
-- name: invitation_remove
-- args: id bigint
-- row: email text?
SELECT deskbell_invitation_remove(:id) AS email

-- NULL: no owner asks, or there is no such member; -1: the owner's own account; -2: the account belongs to another
-- organisation as well.
-- name: reset_add
-- args: hash bytea, user_id bigint
-- row: until_ms bigint?
SELECT CASE until WHEN 'infinity' THEN -1 WHEN '-infinity' THEN -2
	ELSE (extract(epoch FROM until) * 1000)::bigint END AS until_ms FROM deskbell_reset_add(:hash, :user_id) until

-- name: member_email
-- args: org_id bigint, user_id bigint
-- row: email text
SELECT email FROM member_names WHERE org_id = :org_id AND user_id = :user_id

-- name: reset_find
-- args: hash bytea
-- row: email text, org_name text?
SELECT email, org_name FROM deskbell_reset_find(:hash)

-- Tells nothing, whether the address has an account or not.
-- name: reset_request
-- args: email text, from_address text, language text
SELECT deskbell_reset_request(:email, :from_address, :language)

-- name: reset_use
-- args: hash bytea, new_password_hash text
-- row: done boolean
SELECT deskbell_reset_use(:hash, :new_password_hash) AS done

-- name: setup_code_add
-- args: code_hash bytea
INSERT INTO setup_codes (code_hash, expires_at) VALUES (:code_hash, now() + interval '30 minutes')

-- name: token_add
-- args: org_id bigint, hash bytea, name text, role text, scope text, days integer?
-- row: id bigint
INSERT INTO api_tokens (org_id, token_hash, name, role, scope, expires_at)
VALUES (:org_id, :hash, :name, :role, :scope, now() + :days * interval '1 day') RETURNING id

-- name: token_list
-- args: org_id bigint
-- row: id bigint, name text, role text, scope text, maker text, created_at bigint, used_at bigint?, expires_at bigint?
SELECT t.id, t.name, t.role, t.scope, coalesce(n.email, 'deskbellctl') AS maker,
	(extract(epoch FROM t.created_at) * 1000)::bigint AS created_at,
	(extract(epoch FROM t.used_at) * 1000)::bigint AS used_at,
	(extract(epoch FROM t.expires_at) * 1000)::bigint AS expires_at
FROM api_tokens t LEFT JOIN member_names n ON n.org_id = t.org_id AND n.user_id = t.made_by
WHERE t.org_id = :org_id AND t.revoked_at IS NULL ORDER BY t.id

-- name: token_revoke
-- args: org_id bigint, id bigint
-- row: name text
UPDATE api_tokens SET revoked_at = now() WHERE org_id = :org_id AND id = :id AND revoked_at IS NULL RETURNING name
