-- What operators do with a conversation; see sql/functions/inbox.sql.

-- name: say
SELECT deskbell_say($1::bigint, $2::bigint, $3::bigint, $4::text, $5::text[], $6::text[], $7::text)

-- name: set_agent
SELECT deskbell_set_agent($1::bigint, $2::bigint, $3::bigint, $4::text)

-- name: assign
SELECT deskbell_assign($1::bigint, $2::bigint, $3::bigint, $4::bigint)

-- name: set_open
SELECT deskbell_set_open($1::bigint, $2::bigint, $3::bigint, $4::boolean)

-- name: view
SELECT deskbell_view($1::bigint, $2::bigint, $3::bigint)

-- $2 as they are folded, the last one perhaps the beginning of a word; at most $3 conversations.
-- name: search
SELECT deskbell_search($1::bigint, $2::text[], $3::integer)

-- Each at most $3.
-- name: inbox_counts
SELECT unread, attention, mine FROM deskbell_inbox_counts($1::bigint, $2::bigint, $3::integer)
