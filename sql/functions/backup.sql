-- What a backup says of a table, and a restore compares: how many rows, and a digest that does not depend on their
-- order nor on where they lie. Settings that change how values are written are fixed.
CREATE OR REPLACE FUNCTION deskbell_table_digest(a_table name, OUT n bigint, OUT digest text)
LANGUAGE plpgsql SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
	SET extra_float_digits = 1 SET bytea_output = 'hex' AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	EXECUTE format($q$SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text
		FROM %I t$q$, a_table) INTO n, digest;
END $$;
