-- Rotation of keys, the doctor, what is shown to monitors: across organisations, in the system scope.

-- Rows that may hold sealed values, in order of their keys, from behind (`after_owner`, `after_id`) on.
-- name: sealed_channels
-- args: after_owner bigint, after_id bigint
-- row: owner_id bigint, id bigint, platform text?, digest text?, config jsonb
SELECT org_id AS owner_id, id, platform, encode(verify_digest, 'hex') AS digest, config FROM channels
WHERE (org_id, id) > (:after_owner, :after_id) ORDER BY org_id, id LIMIT 100

-- name: sealed_settings
-- args: after_owner bigint, after_id bigint
-- row: owner_id bigint, id integer, platform text?, digest text?, config jsonb
-- like: sealed_channels
SELECT o.id AS owner_id, 0 AS id, NULL AS platform, NULL AS digest, o.settings AS config FROM organizations o
WHERE o.id > :after_owner AND o.settings <> '{}' AND :after_id = 0 ORDER BY o.id LIMIT 100

-- name: sealed_users
-- args: after_owner bigint, after_id bigint
-- row: owner_id bigint, id integer, platform text?, digest text?, config jsonb
-- like: sealed_channels
SELECT user_id AS owner_id, 0 AS id, NULL AS platform, NULL AS digest,
	jsonb_build_object('second_factor', secret) AS config FROM second_factors
	WHERE user_id > :after_owner AND :after_id = 0
ORDER BY user_id LIMIT 100

-- name: sealed_push_key
-- args: after_owner bigint, after_id bigint
-- row: owner_id bigint, id integer, platform text?, digest text?, config jsonb
-- like: sealed_channels
SELECT 1::bigint AS owner_id, 0 AS id, NULL AS platform, NULL AS digest,
	jsonb_build_object('private_key', private_key) AS config FROM push_keys
WHERE :after_owner < 1 AND :after_id = 0

-- Only what still is as it was read: an edit that came between is not lost.
-- name: channel_reseal
-- args: org_id bigint, id bigint, old jsonb, new jsonb, digest bytea?
-- row: id bigint
WITH changed AS (
	UPDATE channels SET config = config || :new, verify_digest = CASE WHEN verify_digest IS NULL THEN NULL
		ELSE coalesce(:digest, verify_digest) END
	WHERE org_id = :org_id AND id = :id AND config @> :old RETURNING org_id, id, verify_digest),
address AS (
	UPDATE channel_addresses a SET verify_digest = c.verify_digest FROM changed c
	WHERE a.org_id = c.org_id AND a.channel_id = c.id)
SELECT id FROM changed

-- name: organization_reseal
-- args: org_id bigint, old jsonb, new jsonb
-- row: id bigint
UPDATE organizations SET settings = settings || :new WHERE id = :org_id AND settings @> :old RETURNING id

-- name: user_reseal
-- args: user_id bigint, old jsonb, new jsonb
-- row: id bigint
-- like: organization_reseal
UPDATE second_factors SET secret = :new->>'second_factor' WHERE user_id = :user_id AND secret = :old->>'second_factor'
RETURNING user_id AS id

-- name: push_key_reseal
-- args: old jsonb, new jsonb
-- row: id bigint
UPDATE push_keys SET private_key = :new->>'private_key' WHERE private_key = :old->>'private_key'
	RETURNING 1::bigint AS id

-- The ids of all keys under which something is sealed.
-- name: sealed_keys
-- row: id text, n bigint
SELECT split_part(v.value, '.', 2) AS id, count(*) AS n FROM (
	SELECT e.value FROM channels c CROSS JOIN LATERAL jsonb_each_text(c.config) e
	UNION ALL SELECT e.value FROM organizations o CROSS JOIN LATERAL jsonb_each_text(o.settings) e
	UNION ALL SELECT f.secret FROM second_factors f UNION ALL SELECT p.private_key FROM push_keys p) v
WHERE v.value ~ '^s1\.[0-9a-f]{8}\.' GROUP BY 1 ORDER BY 1

-- name: sealed_lock
-- args:
SELECT deskbell_lock_sealed()

-- name: metrics
-- args: by_organization boolean
-- row: family text, a text?, b text?, c text?, organization bigint?, value double precision
SELECT family, a, b, c, organization, value FROM deskbell_metrics(:by_organization)
