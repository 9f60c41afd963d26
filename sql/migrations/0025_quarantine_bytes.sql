-- Quarantine keeps what came, byte by byte: a body may hold NUL or bytes that are not UTF-8, which no text can.
ALTER TABLE quarantine ALTER COLUMN payload TYPE bytea USING convert_to(payload, 'UTF8');
ALTER TYPE receive_item ALTER ATTRIBUTE payload TYPE bytea;
