-- Skills, in the transaction of their organisation.

-- Also the lock under which an organisation's skills are changed: two imports at once wait for each other.
-- name: organization_skills_changed
-- args: org_id bigint
UPDATE organizations SET skills_revision = skills_revision + 1 WHERE id = :org_id RETURNING skills_revision

-- One element of `skills` is {"title","triggers","response","enabled","requires_human_handover"}, checked by the
-- caller. Returns how many are new and how many replaced one of the same title.
-- name: skills_save
-- args: org_id bigint, skills jsonb
-- row: added bigint, replaced bigint
WITH saved AS (
	INSERT INTO skills (org_id, title, response, enabled, requires_human_handover)
	SELECT :org_id, title, response, enabled, requires_human_handover
	FROM jsonb_to_recordset(:skills) AS x(title text, response text, enabled boolean,
		requires_human_handover boolean)
	ON CONFLICT (org_id, lower(title)) DO UPDATE SET title = excluded.title, response = excluded.response,
	enabled = excluded.enabled,
		requires_human_handover = excluded.requires_human_handover, updated_at = now()
	RETURNING xmax = 0 AS is_new)
SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE NOT is_new) AS replaced FROM saved

-- name: skills_drop_triggers
-- args: org_id bigint, skills jsonb
DELETE FROM skill_triggers t USING skills s, jsonb_to_recordset(:skills) AS x(title text)
WHERE t.org_id = :org_id AND s.org_id = t.org_id AND s.id = t.skill_id AND lower(s.title) = lower(x.title)

-- name: skills_save_triggers
-- args: org_id bigint, skills jsonb
-- like: skills_drop_triggers
INSERT INTO skill_triggers (org_id, skill_id, position, phrase)
SELECT s.org_id, s.id, p.n, p.phrase
FROM jsonb_to_recordset(:skills) AS x(title text, triggers jsonb)
JOIN skills s ON s.org_id = :org_id AND lower(s.title) = lower(x.title)
CROSS JOIN LATERAL jsonb_array_elements_text(x.triggers) WITH ORDINALITY AS p(phrase, n)

-- name: skills_forget_phrases
-- args: org_id bigint
SELECT deskbell_forget_phrases(:org_id)

-- name: skill_list
-- args: org_id bigint
-- row: id bigint, title text, enabled boolean, requires_human_handover boolean, trigger_count bigint,
--   updated_at bigint, response text, triggers json
SELECT s.id, s.title, s.enabled, s.requires_human_handover, coalesce(t.n, 0) AS trigger_count,
	(extract(epoch FROM s.updated_at) * 1000)::bigint AS updated_at, s.response,
	coalesce(t.phrases, '[]') AS triggers
FROM skills s LEFT JOIN LATERAL (
	SELECT count(*) AS n, json_agg(phrase ORDER BY position) AS phrases FROM skill_triggers t
	WHERE t.org_id = s.org_id AND t.skill_id = s.id) t ON true
WHERE s.org_id = :org_id ORDER BY s.id

-- How much text an export of the skills holds.
-- name: skill_bytes
-- args: org_id bigint
-- row: bytes bigint
SELECT ((SELECT coalesce(sum(octet_length(title) + octet_length(response) + 100), 0) FROM skills WHERE org_id = :org_id)
	+ (SELECT coalesce(sum(octet_length(phrase) + 10), 0) FROM skill_triggers
		WHERE org_id = :org_id))::bigint AS bytes

-- The version is the time of the last change in microseconds, as text.
-- name: skill_get
-- args: org_id bigint, id bigint
-- row: title text, response text, enabled boolean, requires_human_handover boolean, version text, triggers json
SELECT s.title, s.response, s.enabled, s.requires_human_handover,
	(extract(epoch FROM s.updated_at) * 1000000)::bigint::text AS version,
	(SELECT coalesce(json_agg(t.phrase ORDER BY t.position), '[]') FROM skill_triggers t
		WHERE t.org_id = s.org_id AND t.skill_id = s.id) AS triggers
FROM skills s WHERE s.org_id = :org_id AND s.id = :id

-- name: skill_of_title
-- args: org_id bigint, title text
-- row: id bigint
SELECT id FROM skills WHERE org_id = :org_id AND lower(title) = lower(:title)

-- name: skill_add
-- args: org_id bigint, title text, response text, enabled boolean, requires_human_handover boolean, id bigint
-- row: id bigint
INSERT INTO skills (org_id, title, response, enabled, requires_human_handover)
SELECT :org_id, :title, :response, :enabled, :requires_human_handover WHERE :id = 0 RETURNING id

-- name: skill_change
-- args: org_id bigint, title text, response text, enabled boolean, requires_human_handover boolean, id bigint
-- row: id bigint
-- like: skill_add
UPDATE skills SET title = :title, response = :response, enabled = :enabled,
	requires_human_handover = :requires_human_handover, updated_at = clock_timestamp()
WHERE org_id = :org_id AND id = :id RETURNING id

-- name: skill_set_enabled
-- args: org_id bigint, id bigint, enabled boolean
UPDATE skills SET enabled = :enabled, updated_at = clock_timestamp() WHERE org_id = :org_id AND id = :id

-- name: skill_delete
-- args: org_id bigint, id bigint
DELETE FROM skills WHERE org_id = :org_id AND id = :id

-- One page of the list, the newest first, from the one behind number `before` on (0: from the newest): its first
-- triggers, and how many there are.
-- name: skill_page
-- args: org_id bigint, before bigint, max_rows integer
-- row: id bigint, title text, enabled boolean, requires_human_handover boolean, n_triggers bigint, triggers text?
SELECT s.id, s.title, s.enabled, s.requires_human_handover,
	(SELECT count(*) FROM skill_triggers t WHERE t.org_id = s.org_id AND t.skill_id = s.id) AS n_triggers,
	(SELECT string_agg(left(t.phrase, 100), ' · ' ORDER BY t.position) FROM skill_triggers t
		WHERE t.org_id = s.org_id AND t.skill_id = s.id AND t.position <= 5) AS triggers
FROM skills s WHERE s.org_id = :org_id AND (:before = 0 OR s.id < :before) ORDER BY s.id DESC LIMIT :max_rows

-- Whether there are at most `few` triggers, counting no further.
-- name: skill_triggers_are_few
-- args: org_id bigint, few integer
-- row: are_few boolean
SELECT count(*) <= :few AS are_few FROM (SELECT 1 FROM skill_triggers WHERE org_id = :org_id LIMIT :few + 1) t
