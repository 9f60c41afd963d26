-- How long after a contact's last message the business may answer freely: WhatsApp's 24 hours, less the five minutes
-- that WINDOW_OPEN_S (src/domain/hours/window.h) leaves out and explains. A test compares the two.
CREATE OR REPLACE FUNCTION deskbell_window() RETURNS interval LANGUAGE sql IMMUTABLE AS $$
	SELECT interval '23 hours 55 minutes' $$;

-- How long before that the operators are reminded of a customer who waits.
CREATE OR REPLACE FUNCTION deskbell_reminder() RETURNS interval LANGUAGE sql IMMUTABLE AS $$
	SELECT interval '22 hours 55 minutes' $$;

-- Customers who wait and can be answered for an hour at most: those who are called for it are told, once for each last
-- message.
CREATE OR REPLACE FUNCTION deskbell_remind(a_org bigint) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	ids bigint[];
BEGIN
	WITH due AS (
		SELECT v.id FROM conversations v JOIN channels c ON c.org_id = v.org_id AND c.id = v.channel_id
		WHERE v.org_id = a_org AND v.is_open AND v.waiting_since <= now() - deskbell_reminder() AND c.has_window
			AND v.last_inbound_at <= now() - deskbell_reminder() AND v.last_inbound_at > now() - deskbell_window()
			AND v.reminded_at IS DISTINCT FROM v.last_inbound_at
		ORDER BY v.id LIMIT 200 FOR NO KEY UPDATE OF v
	), told AS (
		UPDATE conversations v SET reminded_at = v.last_inbound_at FROM due WHERE v.org_id = a_org AND v.id = due.id
			RETURNING v.id
	) SELECT array_agg(id) INTO ids FROM told;
	PERFORM ring(a_org, 'window', u, NULL, NULL, NULL) FROM unnest(ids) u;
END $$;

-- When that is due next, NULL for never.
CREATE OR REPLACE FUNCTION deskbell_remind_next(a_org bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT least((SELECT v.waiting_since + deskbell_reminder() FROM conversations v WHERE v.org_id = a_org AND v.is_open
			AND v.waiting_since > now() - deskbell_reminder() ORDER BY v.waiting_since LIMIT 1),
		(SELECT now() + interval '5 minutes' WHERE EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = a_org AND v.is_open
			AND v.waiting_since <= now() - deskbell_reminder() AND v.last_inbound_at > now() - deskbell_window()
			AND v.reminded_at IS DISTINCT FROM v.last_inbound_at)))
$$;
