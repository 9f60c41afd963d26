-- Removal of an organisation: in pieces of few rows each, so that no program waits for it and it can be stopped
-- anywhere and run again; the organisation itself goes last, with the people who belong to no other.

-- Tables with rows of an organisation, but for the memberships, which stay to the end, and sessions, which are a
-- person's and not an organisation's.
CREATE OR REPLACE FUNCTION deskbell_tenant_tables() RETURNS TABLE (id oid, name text)
LANGUAGE sql STABLE AS $$
	SELECT c.oid, quote_ident(c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
		AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
		AND c.relname <> ALL ('{memberships,sessions}') ORDER BY c.relname
$$;

-- Removes a piece of one table that no other table with rows of this organisation refers to: so no piece takes more
-- with it than it counts. The table's name and how many rows went; no row when nothing is left but the organisation and
-- its members.
CREATE OR REPLACE FUNCTION deskbell_remove_piece(a_org bigint, most integer) RETURNS TABLE (name text, gone bigint)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	t record;
	filled oid[] := '{}';
	has boolean;
	n bigint;
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	FOR t IN SELECT * FROM deskbell_tenant_tables() LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE org_id = $1)', t.name) INTO has USING a_org;
		IF has THEN
			filled := filled || t.id;
		END IF;
	END LOOP;
	FOR t IN SELECT * FROM deskbell_tenant_tables() x WHERE x.id = ANY (filled) AND NOT EXISTS (
		SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = x.id AND k.conrelid <> x.id
			AND k.conrelid = ANY (filled))
	LOOP
		-- it is only added to otherwise
		PERFORM set_config('deskbell.purge', CASE t.name WHEN 'audit_log' THEN t.name ELSE '' END, true);
		EXECUTE format('DELETE FROM %1$s WHERE org_id = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE org_id = $1
			LIMIT $2))', t.name) USING a_org, most;
		GET DIAGNOSTICS n = ROW_COUNT;
		PERFORM set_config('deskbell.purge', '', true);
		RETURN QUERY SELECT t.name, n;
		RETURN;
	END LOOP;
END $$;

-- The end: the organisation, with whatever was stored since the last piece, and the people who belong to no other.
-- Returns how many of them; NULL when there is no such organisation.
CREATE OR REPLACE FUNCTION deskbell_remove_organization(a_org bigint) RETURNS bigint
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	alone bigint[];
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	PERFORM 1 FROM organizations WHERE id = a_org FOR UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	alone := ARRAY(SELECT m.user_id FROM memberships m WHERE m.org_id = a_org
		AND NOT EXISTS (SELECT FROM memberships x WHERE x.user_id = m.user_id AND x.org_id <> a_org) ORDER BY 1);
	PERFORM deskbell_end_sessions(ARRAY(SELECT s.id FROM sessions s WHERE s.org_id = a_org OR s.user_id = ANY (alone)));
	DELETE FROM sign_in_attempts s USING users u WHERE u.id = ANY (alone) AND s.account = deskbell_digest(lower(u.email));
	DELETE FROM conversation_viewers WHERE org_id = a_org;
	DELETE FROM search_queue WHERE org_id = a_org;
	DELETE FROM organizations WHERE id = a_org;
	DELETE FROM users WHERE id = ANY (alone);
	RETURN cardinality(alone);
END $$;
