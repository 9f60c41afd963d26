-- Several databases: PostgreSQL with the Citus extension. The tables of tenants are distributed by org_id, all in the
-- same way, so that an organization's rows lie next to each other on one node; the directory is copied to every node;
-- and a function that is called for an organization runs on the node that has it. Without the extension nothing of this
-- is used.
--
-- What names things of the extension is put together as text: it exists only where the extension does.

-- Tables that every node has: looked up by other keys than the organization, or for all of them.
CREATE OR REPLACE FUNCTION deskbell_directory_tables() RETURNS name[]
LANGUAGE sql IMMUTABLE SET jit = off AS $$
	SELECT '{organizations,users,memberships,member_names,sessions,invitations,api_tokens,password_resets,
		channel_addresses,second_factors,recovery_codes,account_resets,sign_in_attempts,heartbeats}'::name[]
$$;

-- Tables by what they become, those of the directory first, then the one that the others lie next to.
CREATE OR REPLACE FUNCTION deskbell_tables_to_distribute()
	RETURNS TABLE (id oid, name text, is_directory boolean, is_guarded boolean, is_unlogged boolean)
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT c.oid, quote_ident(c.relname), c.relname = ANY (deskbell_directory_tables()), c.relforcerowsecurity,
		c.relpersistence = 'u' FROM pg_class c
	WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
		AND (c.relname = ANY (deskbell_directory_tables())
		OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped))
	ORDER BY 3 DESC, c.relname <> 'due_work', c.relname
$$;

-- How many nodes may hold tenants; NULL: this database knows of no nodes.
CREATE OR REPLACE FUNCTION deskbell_nodes() RETURNS bigint
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
	n bigint;
BEGIN
	IF EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'citus') THEN
		EXECUTE 'SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards AND isactive' INTO n;
	END IF;
	RETURN n;
END $$;

CREATE OR REPLACE FUNCTION deskbell_is_distributed() RETURNS boolean
LANGUAGE plpgsql STABLE SET jit = off AS $$
DECLARE
	is_so boolean := false;
BEGIN
	IF deskbell_nodes() IS NOT NULL THEN
		EXECUTE $q$SELECT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = 'due_work'::regclass)$q$ INTO is_so;
	END IF;
	RETURN is_so;
END $$;

-- Why it cannot be: a code, NULL when it can.
CREATE OR REPLACE FUNCTION deskbell_distribution_problem() RETURNS text
LANGUAGE plpgsql STABLE SET jit = off AS $$
BEGIN
	RETURN CASE
		WHEN deskbell_nodes() IS NULL THEN 'no_extension'
		WHEN deskbell_nodes() = 0 THEN 'no_nodes'
		-- Its policies compare with a pass that is good for one connection to one node.
		WHEN EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = current_schema() AND p.policyname = 'desk')
			THEN 'desk_role' END;
END $$;

-- A table that is distributed has no row security of its owner meanwhile: its rows are copied by COPY, which knows
-- none. Foreign keys are made again when both of their tables are where they belong.
CREATE OR REPLACE FUNCTION deskbell_distribute_tables(shards integer) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	t record;
	k record;
	keys text[] := '{}';
	key text;
	tables oid[];
	n integer := 0;
BEGIN
	EXECUTE 'SELECT array_agg(t.id) FROM deskbell_tables_to_distribute() t
		WHERE NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = t.id)' INTO tables;
	FOR k IN SELECT c.conname, c.conrelid::regclass AS name, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c
		WHERE c.contype = 'f' AND (c.conrelid = ANY (tables) OR c.confrelid = ANY (tables)) ORDER BY 2, 1
	LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.name, k.conname);
		keys := keys || format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.name, k.conname, k.definition);
	END LOOP;
	FOR t IN SELECT * FROM deskbell_tables_to_distribute() x WHERE x.id = ANY (tables) LOOP
		EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t.name);
		IF t.is_unlogged THEN -- an organization that moves is followed in the log
			EXECUTE format('ALTER TABLE %s SET LOGGED', t.name);
		END IF;
		EXECUTE CASE
			WHEN t.is_directory THEN format('SELECT create_reference_table(%L)', t.name)
			WHEN t.name = 'due_work' THEN format('SELECT create_distributed_table(%L, %L, shard_count := %s)', t.name, 'org_id',
				shards)
			ELSE format('SELECT create_distributed_table(%L, %L, colocate_with := %L)', t.name, 'org_id', 'due_work') END;
		IF t.is_guarded THEN
			EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
		END IF;
		n := n + 1;
	END LOOP;
	FOREACH key IN ARRAY keys LOOP
		EXECUTE key;
	END LOOP;
	RETURN n;
END $$;

-- A function that sets the scope of an organization is a call for it: it runs where that organization lies. It is
-- planned with its arguments, without which no shard is known.
CREATE OR REPLACE FUNCTION deskbell_distribute_calls() RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	f record;
	n integer := 0;
BEGIN
	FOR f IN SELECT p.oid::regprocedure::text AS name, p.proargnames[1] AS argument,
		p.proconfig::text LIKE '%plan_cache_mode%' AS is_generic FROM pg_proc p
		WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'deskbell\_%'
			AND p.proargnames[1] IN ('org', 'a_org') AND p.proargtypes[0] = 'bigint'::regtype
			AND p.prosrc ~ 'set_config\(''deskbell.org'', (a_)?org|deskbell_reader\(' AND p.proname <> 'deskbell_reader'
				ORDER BY 1
	LOOP
		IF f.is_generic THEN
			EXECUTE format('ALTER FUNCTION %s RESET plan_cache_mode', f.name);
		END IF;
		EXECUTE format('SELECT create_distributed_function(%L, %L, colocate_with := %L)', f.name, f.argument, 'due_work');
		n := n + 1;
	END LOOP;
	RETURN n;
END $$;

-- Distributes what is not distributed yet, the first time over so many shards; again it takes what a newer version has
-- added. In the system scope.
CREATE OR REPLACE FUNCTION deskbell_distribute(shards integer, OUT tables integer, OUT calls integer)
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	-- One connection a node: foreign keys to the directory ask for it.
	PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
	tables := deskbell_distribute_tables(shards);
	calls := deskbell_distribute_calls();
	-- A setting of a transaction goes with its statements to other nodes, and a function may ask for rows of its
	-- organization within a statement about that organization.
	EXECUTE format('ALTER ROLE %I IN DATABASE %I SET citus.propagate_set_commands TO %L', current_user, current_database(),
		'local');
	EXECUTE format('ALTER ROLE %I IN DATABASE %I SET citus.allow_nested_distributed_execution TO %L', current_user,
		current_database(), 'on');
END $$;

-- Functions that were replaced are declared again, with what a newer version has added.
DO $$ BEGIN
	IF deskbell_is_distributed() THEN
		PERFORM deskbell_distribute(NULL);
	END IF;
END $$;
