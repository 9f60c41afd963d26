-- Tenant isolation: what every table with org_id gets, and how a transaction of the desk says whose it is.
--
-- Every tenant's row carries org_id, first in its keys, so that the schema can be sharded by tenant and no key of one
-- tenant can be guessed into another.

-- Row-level security for a table with org_id, forced on the owner too. A row is seen by its own tenant (deskbell.org,
-- set for the transaction) and by system functions (deskbell.scope, set by the function itself for its own duration);
-- without either, nothing is seen. A plain comparison, and no subselect: a statement that looks at few rows starts
-- sooner, which is most of them, a function that sets the scope has it from its next row on, and a policy with a
-- subselect cannot be distributed. It costs a third of a microsecond a row.
CREATE FUNCTION guard_tenant_rows(t name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
	EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
	EXECUTE format($p$CREATE POLICY tenant ON %I USING (
		org_id = nullif(current_setting('deskbell.org', true), '')::bigint
		OR current_setting('deskbell.scope', true) = 'system')$p$, t);
END $$;

-- For a table that belongs to no organisation: only functions in the system scope see it.
CREATE FUNCTION guard_system_rows(t name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
	EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
	EXECUTE format($p$CREATE POLICY system ON %I USING (current_setting('deskbell.scope', true) = 'system')$p$, t);
END $$;

-- The scope of a desk's transaction is signed by deskbell_enter (sql/functions/scope.sql) under these keys, which no
-- other role reads.
CREATE TABLE scope_keys (
	inner_key bytea NOT NULL,
	outer_key bytea NOT NULL
);
INSERT INTO scope_keys
	SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
		uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

-- The pass of this text for this connection and this transaction: HMAC-SHA-256 in hexadecimal digits, then the text.
-- now() is when the transaction began, in microseconds. Runs with its caller's rights: a role that cannot read the keys
-- gets an error. It and proven_org are part of the schema and not of sql/functions, because policies call them:
-- replacing them would lock the tables.
CREATE FUNCTION scope_sealed(a_text text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
DECLARE k scope_keys;
BEGIN
	SELECT * INTO k FROM scope_keys;
	RETURN encode(sha256(k.outer_key || sha256(k.inner_key || int4send(pg_backend_pid()) || timestamptz_send(now())
		|| convert_to(a_text, 'UTF8'))), 'hex') || a_text;
END $$;

-- The organisation of the pass in deskbell.pass, NULL without a good one. It takes some five microseconds, so policies
-- ask in a subselect, once a statement: compared directly it is asked again with every row of an outer table, which
-- made a page of the inbox three times slower.
CREATE FUNCTION proven_org() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $$
DECLARE pass text := current_setting('deskbell.pass', true);
BEGIN
	IF pass IS NULL OR pass = '' OR pass <> scope_sealed(substr(pass, 65)) THEN
		RETURN NULL;
	END IF;
	RETURN split_part(substr(pass, 65), ' ', 1)::bigint;
END $$;

DO $$ BEGIN
	EXECUTE format('ALTER FUNCTION proven_org() SET search_path = %I, pg_temp', current_schema());
END $$;
