-- How long after a contact's last message the business may answer freely: WhatsApp's 24 hours, less the five minutes that WINDOW_OPEN_S (src/domain/hours/window.h) leaves out and
-- explains. A test compares the two.
CREATE OR REPLACE FUNCTION deskbell_window() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '23 hours 55 minutes' $$;
