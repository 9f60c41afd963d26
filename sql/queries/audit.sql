-- Who changed what, the newest first, behind entry $2 (NULL: from the top). With an action $3 or an actor $4 the newest 20,000 from there on are looked through.

-- name: audit_list
SELECT a.id, (extract(epoch FROM a.at) * 1000)::bigint, a.actor, a.action, a.detail, coalesce(nullif(u.name, ''), u.email)
FROM (SELECT * FROM audit_log WHERE org_id = $1::bigint AND ($2::bigint IS NULL OR id < $2)
		ORDER BY id DESC LIMIT CASE WHEN $3::text IS NULL AND $4::text IS NULL THEN $5::integer ELSE 20000 END) a
	LEFT JOIN member_names u ON u.org_id = a.org_id AND u.user_id = CASE WHEN a.actor ~ '^user:[0-9]{1,18}$' THEN substr(a.actor, 6)::bigint END
WHERE ($3 IS NULL OR a.action = $3) AND ($4 IS NULL OR a.actor = $4) ORDER BY a.id DESC LIMIT $5
