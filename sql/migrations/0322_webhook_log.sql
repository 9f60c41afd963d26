-- The log of verifications and refused deliveries has the name of what it is.

DROP FUNCTION IF EXISTS deskbell_record_attempt(bigint, bigint, text, text, boolean, text, text);
