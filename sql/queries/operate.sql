-- Rotation of keys, the doctor, what is shown to monitors: across organisations, in the system scope.

-- Rows that may hold sealed values, in order of their keys, from behind ($1, $2) on.
-- name: sealed_channels
SELECT org_id, id, platform, encode(verify_digest, 'hex'), config FROM channels WHERE (org_id, id) > ($1::bigint, $2::bigint) ORDER BY org_id, id LIMIT 100

-- name: sealed_settings
SELECT id, 0, NULL, NULL, settings FROM organizations WHERE id > $1::bigint AND settings <> '{}' AND $2::bigint = 0 ORDER BY id LIMIT 100

-- name: sealed_users
SELECT user_id, 0, NULL, NULL, jsonb_build_object('second_factor', secret) FROM second_factors WHERE user_id > $1::bigint AND $2::bigint = 0
ORDER BY user_id LIMIT 100

-- Only what still is as it was read: an edit that came between is not lost.
-- name: channel_reseal
UPDATE channels SET config = config || $4::jsonb, verify_digest = CASE WHEN verify_digest IS NULL THEN NULL ELSE coalesce($5::bytea, verify_digest) END
WHERE org_id = $1::bigint AND id = $2::bigint AND config @> $3::jsonb RETURNING id

-- name: organization_reseal
UPDATE organizations SET settings = settings || $3::jsonb WHERE id = $1::bigint AND settings @> $2::jsonb RETURNING id

-- name: user_reseal
UPDATE second_factors SET secret = $3::jsonb->>'second_factor' WHERE user_id = $1::bigint AND secret = $2::jsonb->>'second_factor' RETURNING user_id

-- The ids of all keys under which something is sealed.
-- name: sealed_keys
SELECT split_part(v.value, '.', 2), count(*) FROM (
	SELECT e.value FROM channels c CROSS JOIN LATERAL jsonb_each_text(c.config) e
	UNION ALL SELECT e.value FROM organizations o CROSS JOIN LATERAL jsonb_each_text(o.settings) e
	UNION ALL SELECT f.secret FROM second_factors f) v
WHERE v.value ~ '^s1\.[0-9a-f]{8}\.' GROUP BY 1 ORDER BY 1

-- name: sealed_lock
SELECT deskbell_lock_sealed()

-- name: metrics
SELECT family, a, b, c, organization, value FROM deskbell_metrics($1::boolean)
