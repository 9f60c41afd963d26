-- The first steps of a new organisation: NULL where they are not shown (any more), else what cannot be read from other
-- tables, {"tried": true, "installed": true}.

ALTER TABLE organizations ADD COLUMN first_steps jsonb CHECK (jsonb_typeof(first_steps) = 'object');
DROP FUNCTION IF EXISTS deskbell_setup(bytea, text, text, text, text, bytea, text); -- it takes more
