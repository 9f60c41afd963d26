-- Skills, in the transaction of their organisation.

-- Also the lock under which an organisation's skills are changed: two imports at once wait for each other.
-- name: organization_skills_changed
UPDATE organizations SET skills_revision = skills_revision + 1 WHERE id = $1::bigint RETURNING skills_revision

-- One element of $2 is {"title","triggers","response","enabled","requires_human_handover"}, checked by the caller. Returns how many are new and how many
-- replaced one of the same title.
-- name: skills_save
WITH saved AS (
	INSERT INTO skills (org_id, title, response, enabled, requires_human_handover)
	SELECT $1::bigint, title, response, enabled, requires_human_handover
	FROM jsonb_to_recordset($2::jsonb) AS x(title text, response text, enabled boolean, requires_human_handover boolean)
	ON CONFLICT (org_id, lower(title)) DO UPDATE SET title = excluded.title, response = excluded.response, enabled = excluded.enabled,
		requires_human_handover = excluded.requires_human_handover, updated_at = now()
	RETURNING xmax = 0 AS is_new)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM saved

-- name: skills_drop_triggers
DELETE FROM skill_triggers t USING skills s, jsonb_to_recordset($2::jsonb) AS x(title text)
WHERE t.org_id = $1::bigint AND s.org_id = t.org_id AND s.id = t.skill_id AND lower(s.title) = lower(x.title)

-- name: skills_save_triggers
INSERT INTO skill_triggers (org_id, skill_id, position, phrase)
SELECT s.org_id, s.id, p.n, p.phrase
FROM jsonb_to_recordset($2::jsonb) AS x(title text, triggers jsonb)
JOIN skills s ON s.org_id = $1::bigint AND lower(s.title) = lower(x.title)
CROSS JOIN LATERAL jsonb_array_elements_text(x.triggers) WITH ORDINALITY AS p(phrase, n)

-- name: skills_forget_phrases
SELECT deskbell_forget_phrases($1::bigint)

-- name: skill_list
SELECT s.id, s.title, s.enabled, s.requires_human_handover, coalesce(t.n, 0), (extract(epoch FROM s.updated_at) * 1000)::bigint, s.response,
	coalesce(t.phrases, '[]')
FROM skills s LEFT JOIN LATERAL (
	SELECT count(*) AS n, json_agg(phrase ORDER BY position) AS phrases FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id) t ON true
WHERE s.org_id = $1::bigint ORDER BY s.id

-- How much text an export of the skills holds.
-- name: skill_bytes
-- args: org bigint
-- row: bytes bigint
SELECT ((SELECT coalesce(sum(octet_length(title) + octet_length(response) + 100), 0) FROM skills WHERE org_id = :org)
	+ (SELECT coalesce(sum(octet_length(phrase) + 10), 0) FROM skill_triggers WHERE org_id = :org))::bigint AS bytes

-- The version is the time of the last change in microseconds, as text.
-- name: skill_get
SELECT s.title, s.response, s.enabled, s.requires_human_handover, (extract(epoch FROM s.updated_at) * 1000000)::bigint::text,
	(SELECT coalesce(json_agg(t.phrase ORDER BY t.position), '[]') FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id)
FROM skills s WHERE s.org_id = $1::bigint AND s.id = $2::bigint

-- name: skill_of_title
SELECT id FROM skills WHERE org_id = $1::bigint AND lower(title) = lower($2::text)

-- name: skill_add
INSERT INTO skills (org_id, title, response, enabled, requires_human_handover)
SELECT $1::bigint, $2::text, $3::text, $4::boolean, $5::boolean WHERE $6::bigint = 0 RETURNING id

-- name: skill_change
UPDATE skills SET title = $2::text, response = $3::text, enabled = $4::boolean, requires_human_handover = $5::boolean, updated_at = clock_timestamp()
WHERE org_id = $1::bigint AND id = $6::bigint RETURNING id

-- name: skill_set_enabled
UPDATE skills SET enabled = $3::boolean, updated_at = clock_timestamp() WHERE org_id = $1::bigint AND id = $2::bigint

-- name: skill_delete
DELETE FROM skills WHERE org_id = $1::bigint AND id = $2::bigint

-- One page of the list, the newest first, from the one behind number $2 on (0: from the newest): its first triggers, and how many there are.
-- name: skill_page
SELECT s.id, s.title, s.enabled, s.requires_human_handover,
	(SELECT count(*) FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id),
	(SELECT string_agg(left(t.phrase, 100), ' · ' ORDER BY t.position) FROM skill_triggers t
		WHERE t.org_id = s.org_id AND t.skill_id = s.id AND t.position <= 5)
FROM skills s WHERE s.org_id = $1::bigint AND ($2::bigint = 0 OR s.id < $2::bigint) ORDER BY s.id DESC LIMIT $3::integer

-- Whether there are at most $2 triggers, counting no further.
-- name: skill_triggers_are_few
SELECT count(*) <= $2::integer FROM (SELECT 1 FROM skill_triggers WHERE org_id = $1::bigint LIMIT $2::integer + 1) t
