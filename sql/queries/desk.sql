-- What the desk's own pages ask: who is there, sessions, people. The functions stand in sql/functions/session.sql and sign-in.sql; they are called outside a
-- transaction. The rest runs within the organisation's.

-- name: session_find
SELECT session_id, user_id, email, name, language, time_zone, org_id, role, org_name, bot_mode, orgs, snapshot FROM deskbell_session_find($1::bytea, $2::integer)

-- name: token_find
SELECT token_id, token_name, org_id, role, org_name, bot_mode FROM deskbell_token_find($1::bytea)

-- name: session_start
SELECT deskbell_session_start($1::bigint, $2::bigint, $3::bytea, $4::bytea, $5::text, $6::text, $7::integer)

-- name: session_end
SELECT deskbell_session_end($1::bytea)

-- name: session_list
SELECT id, address, agent, created_ms, seen_ms, current FROM deskbell_session_list($1::bytea, $2::integer)

-- name: session_revoke
SELECT deskbell_session_revoke($1::bytea, $2::bigint)

-- name: session_choose
SELECT deskbell_session_choose($1::bytea, $2::bigint)

-- name: account_save
SELECT deskbell_account_save($1::bytea, $2::text, $3::text, $4::text)

-- name: password_change
SELECT deskbell_password_change($1::bytea, $2::text, $3::bytea)

-- name: sign_in_begin
SELECT wait_s, attempt, user_id, password_hash FROM deskbell_sign_in_begin($1::text, $2::text)

-- name: sign_in_good
SELECT deskbell_sign_in_good($1::bigint, $2::bigint)

-- name: setup_is_open
SELECT deskbell_setup_is_open($1::bytea)

-- name: setup
SELECT person, org FROM deskbell_setup($1::bytea, $2::text, $3::text, $4::text, $5::text)

-- name: invitation_find
SELECT org_name, email, role, has_account, invited_by FROM deskbell_invitation_find($1::bytea)

-- name: invitation_accept
SELECT person, org FROM deskbell_invitation_accept($1::bytea, $2::bigint, $3::text, $4::text)

-- name: time_zone_is_known
SELECT EXISTS (SELECT 1 FROM pg_timezone_names WHERE name = $1::text)

-- What the menu of every page shows: conversations that need somebody, and unread messages, each right below 100 and "100 or more" from there on, so that a page never
-- counts a million; and the newest unread message with who wrote it.
-- name: desk_counts
WITH waiting AS MATERIALIZED (
	SELECT id, contact_id, contact_phone, unread, last_message_at FROM conversations WHERE org_id = $1::bigint AND is_open AND unread > 0 ORDER BY last_message_at DESC LIMIT 100)
SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations WHERE org_id = $1 AND needs_attention AND is_open LIMIT 100) c),
	(SELECT least(coalesce(sum(unread), 0), 100)::bigint FROM waiting), n.message, n.name
FROM (VALUES (1)) one LEFT JOIN LATERAL (
	SELECT (SELECT m.id FROM messages m WHERE m.org_id = $1 AND m.conversation_id = w.id AND m.direction = 'inbound' ORDER BY m.id DESC LIMIT 1) AS message,
		coalesce(nullif(c.name, ''), w.contact_phone, '') AS name
	FROM waiting w JOIN contacts c ON c.org_id = $1 AND c.id = w.contact_id ORDER BY w.last_message_at DESC, w.id DESC LIMIT 1) n ON true

-- name: people_list
SELECT u.id, u.email, u.name, m.role, (extract(epoch FROM m.created_at) * 1000)::bigint
FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = $1::bigint ORDER BY lower(u.email)

-- name: member_set
SELECT deskbell_member_set($1::bigint, $2::bigint, $3::text)

-- name: invitation_list
SELECT id, email, role, (extract(epoch FROM expires_at) * 1000)::bigint, expires_at < now() FROM invitations
WHERE org_id = $1::bigint AND accepted_at IS NULL ORDER BY lower(email)

-- An address has one open invitation: a new one takes the place of the old, whose link then leads nowhere.
-- name: invitation_add
INSERT INTO invitations (org_id, token_hash, email, role, invited_by, expires_at)
VALUES ($1::bigint, $2::bytea, $3::text, $4::text, $5::bigint, now() + interval '7 days')
ON CONFLICT (org_id, lower(email)) WHERE accepted_at IS NULL
DO UPDATE SET token_hash = excluded.token_hash, role = excluded.role, invited_by = excluded.invited_by, created_at = now(), expires_at = excluded.expires_at
RETURNING id, (extract(epoch FROM expires_at) * 1000)::bigint

-- name: invitation_remove
DELETE FROM invitations WHERE org_id = $1::bigint AND id = $2::bigint AND accepted_at IS NULL RETURNING email

-- name: is_member
SELECT EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = $1::bigint AND lower(u.email) = lower($2::text))

-- name: setup_code_add
INSERT INTO setup_codes (code_hash, expires_at) VALUES ($1::bytea, now() + interval '30 minutes')

-- name: token_add
INSERT INTO api_tokens (org_id, token_hash, name, role) VALUES ($1::bigint, $2::bytea, $3::text, $4::text) RETURNING id

-- name: token_list
SELECT id, name, role, (extract(epoch FROM created_at) * 1000)::bigint, (extract(epoch FROM used_at) * 1000)::bigint FROM api_tokens
WHERE org_id = $1::bigint AND revoked_at IS NULL ORDER BY id

-- name: token_revoke
UPDATE api_tokens SET revoked_at = now() WHERE org_id = $1::bigint AND id = $2::bigint AND revoked_at IS NULL RETURNING name
