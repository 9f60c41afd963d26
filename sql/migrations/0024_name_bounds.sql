-- Names of contacts have the bound of the intake (src/domain/inbound.h): one line of at most 200 characters, 64 for user names, without control characters and
-- without the marks that turn the text around them (UAX 9).

SET LOCAL deskbell.scope = 'system';

CREATE FUNCTION pg_temp.label(name text, most integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT nullif(btrim(left(btrim(regexp_replace(regexp_replace(name, '[\u202a-\u202e\u2066-\u2069\ufeff]', '', 'g'),
		'[\s\u0001-\u001f\u007f-\u009f\u2028\u2029]+', ' ', 'g')), most)), '')
$$;

UPDATE contacts SET name = pg_temp.label(name, 200), username = pg_temp.label(username, 64)
	WHERE name IS DISTINCT FROM pg_temp.label(name, 200) OR username IS DISTINCT FROM pg_temp.label(username, 64);
ALTER TABLE contacts ADD CHECK (char_length(name) <= 200), ADD CHECK (char_length(username) <= 64);
DROP FUNCTION pg_temp.label(text, integer);
