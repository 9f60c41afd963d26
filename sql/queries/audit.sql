-- Who changed what, the newest first, after entry `after` (NULL: from the top). With an action `action` or an actor
-- `actor` the newest 20,000 from there on are looked through.
-- name: audit_list
-- args: org_id bigint, after bigint?, action text?, actor text?, max_rows integer
-- row: id bigint, at_ms bigint, actor text, action text, detail jsonb?, person text?
SELECT a.id, (extract(epoch FROM a.at) * 1000)::bigint AS at_ms, a.actor, a.action, a.detail,
	coalesce(nullif(u.name, ''), u.email) AS person
FROM (SELECT * FROM audit_log WHERE org_id = :org_id AND (:after IS NULL OR id < :after)
		ORDER BY id DESC LIMIT CASE WHEN :action IS NULL AND :actor IS NULL THEN :max_rows ELSE 20000 END) a
	LEFT JOIN member_names u ON u.org_id = a.org_id AND u.user_id = CASE
		WHEN a.actor ~ '^user:[0-9]{1,18}$' THEN substr(a.actor, 6)::bigint END
WHERE (:action IS NULL OR a.action = :action) AND (:actor IS NULL OR a.actor = :actor) ORDER BY a.id DESC
LIMIT :max_rows
