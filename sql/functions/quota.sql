-- What an organisation has, of what is bounded (src/domain/quota.h).

-- Counts what belongs to a subject, after each other transaction that counts it has committed: the lock ends with the
-- transaction.
CREATE OR REPLACE FUNCTION deskbell_quota_usage(a_org bigint, a_subject text)
	RETURNS TABLE (settings text, first bigint, second bigint, third bigint)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('deskbell quota ' || a_subject, a_org));
	IF a_subject = 'skills' THEN
		RETURN QUERY SELECT o.settings::text, s.n, s.n + t.n, (s.bytes + t.bytes)::bigint FROM organizations o
			CROSS JOIN (SELECT count(*) AS n, coalesce(sum(octet_length(title)), 0) AS bytes FROM skills WHERE org_id = a_org) s
			CROSS JOIN (SELECT count(*) AS n, coalesce(sum(octet_length(phrase)), 0) AS bytes FROM skill_triggers
				WHERE org_id = a_org) t
			WHERE o.id = a_org;
	ELSIF a_subject = 'documents' THEN
		RETURN QUERY SELECT o.settings::text, d.n, d.bytes::bigint, coalesce(k.passages, 0)::bigint FROM organizations o
			CROSS JOIN (SELECT count(*) AS n, coalesce(sum(octet_length(text)), 0) AS bytes FROM documents
				WHERE org_id = a_org) d
			LEFT JOIN knowledge_indexes k ON k.org_id = a_org WHERE o.id = a_org;
	ELSIF a_subject = 'tags' THEN
		-- From one tag to the next along the index, however many conversations have it.
		RETURN QUERY WITH RECURSIVE used(tag) AS (
				SELECT min(t.tag) FROM conversation_tags t WHERE t.org_id = a_org
				UNION ALL
				SELECT (SELECT min(t.tag) FROM conversation_tags t WHERE t.org_id = a_org AND t.tag > u.tag) FROM used u
					WHERE u.tag IS NOT NULL)
			SELECT o.settings::text, (SELECT count(u.tag) FROM used u), 0::bigint, 0::bigint FROM organizations o
				WHERE o.id = a_org;
	ELSIF a_subject = 'files' THEN
		RETURN QUERY SELECT o.settings::text, ceil(coalesce(f.bytes, 0) / 1e6)::bigint,
			ceil(coalesce(f.today, 0) / 1e6)::bigint,
				0::bigint
			FROM organizations o CROSS JOIN (SELECT sum(x.bytes) AS bytes,
					sum(x.bytes) FILTER (WHERE x.stored_at > now() - interval '1 day') AS today
				FROM files x WHERE x.org_id = a_org) f
			WHERE o.id = a_org;
	ELSIF a_subject = 'canned_replies' THEN
		RETURN QUERY SELECT o.settings::text, (SELECT count(*) FROM canned_replies r WHERE r.org_id = a_org), 0::bigint,
			0::bigint
			FROM organizations o WHERE o.id = a_org;
	ELSE
		RETURN QUERY SELECT o.settings::text, (SELECT count(*) FROM memberships m WHERE m.org_id = a_org)
			+ (SELECT count(*) FROM invitations i WHERE i.org_id = a_org AND i.accepted_at IS NULL AND i.expires_at > now()),
				0::bigint, 0::bigint
			FROM organizations o WHERE o.id = a_org;
	END IF;
END $$;
