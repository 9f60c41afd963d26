-- For who runs an installation.

-- No program seals anything until the transaction ends. Waits for those who are at it, but not for long: senders wait
-- behind this.
CREATE OR REPLACE FUNCTION deskbell_lock_sealed() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('lock_timeout', '3s', true);
	LOCK TABLE channels, organizations, second_factors, push_keys IN SHARE MODE;
END $$;

-- Bytes as text; NULL where they are none, such as what came broken and is in quarantine.
CREATE OR REPLACE FUNCTION deskbell_text_of(bytes bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
	RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
	RETURN NULL;
END $$;
