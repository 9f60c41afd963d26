-- What a phone brings along: messages of an earlier time. They are stored like others (deskbell_store), and what waits
-- for a person stays as it is.

-- The id of a message that is imported from an earlier time: below those that are drawn (0230_past_messages.sql), and
-- in the order of the times, to the second, whatever the order in which they come. It holds a time from 2025 to 2041.
CREATE OR REPLACE FUNCTION deskbell_past_id(at bigint, n bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT (least(greatest(at - 1735689600, 1), 536870911) << 18) + (n & 262143)
$$;

-- What is imported moves its conversation to the last of its times, and fills what stood for files.
CREATE OR REPLACE FUNCTION deskbell_note_past(org bigint, items receive_item[], talks bigint[]) RETURNS void
LANGUAGE sql AS $$
	UPDATE conversations v SET last_message_at = greatest(v.last_message_at, to_timestamp(x.at))
	FROM (SELECT org AS org_id, r.talk, max(r.at) AS at FROM (
			SELECT r.at, talks[r.ordinality] AS talk FROM unnest(items) WITH ORDINALITY r WHERE r.is_quiet OFFSET 0) r
		WHERE r.talk IS NOT NULL GROUP BY r.talk ORDER BY r.talk) x
	WHERE v.org_id = x.org_id AND v.id = x.talk AND v.last_message_at < to_timestamp(x.at);
	SELECT deskbell_fill_placeholders(org, items)
$$;

-- Messages that come although they have been imported already, because the phone's history overlaps: they are imported
-- no longer, and new. Returns `ids` with those of the rows that are there.
CREATE OR REPLACE FUNCTION deskbell_make_present(org bigint, items receive_item[], talks bigint[], ids bigint[])
RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
	found record;
BEGIN
	FOR found IN UPDATE messages m SET metadata = nullif(m.metadata - 'imported', '{}')
		FROM unnest(items) WITH ORDINALITY r
		WHERE r.op = 'message' AND r.is_quiet IS NOT TRUE AND m.org_id = org AND m.channel_id = r.channel
			AND m.provider_id = r.provider_id AND m.metadata ? 'imported' AND m.conversation_id = talks[r.ordinality]
		RETURNING r.ordinality AS place, m.id LOOP
		ids[found.place] := found.id;
	END LOOP;
	RETURN ids;
END $$;
