-- Files are found by their kind, over all conversations: the newest of a kind, and whether a conversation has one.

ALTER TABLE attachments
	ADD COLUMN sent_at timestamptz NOT NULL DEFAULT now(), -- when its message was
	ADD COLUMN by_bot boolean NOT NULL DEFAULT false,      -- a price list that goes along with replies is in every conversation
	-- Many send pictures and films as documents; who looks for a picture looks for these, too.
	ADD COLUMN found_as text GENERATED ALWAYS AS (CASE
		WHEN kind <> 'document' THEN kind
		WHEN media_type LIKE 'image/%' THEN 'image'
		WHEN media_type LIKE 'video/%' THEN 'video'
		WHEN media_type LIKE 'audio/%' THEN 'audio'
		ELSE 'document' END) STORED;
UPDATE attachments a SET sent_at = m.created_at, by_bot = m.sender = 'bot' FROM messages m
	WHERE m.org_id = a.org_id AND m.id = a.message_id;
CREATE INDEX attachments_found ON attachments (org_id, found_as, sent_at) WHERE state = 'stored' AND NOT by_bot;
-- A file that is stored has a digest. It is said in another way than above, so that a query for the files of one
-- conversation gets a range of this index also where the server does not know how large the table is.
CREATE INDEX attachments_found_in ON attachments (org_id, conversation_id, found_as, sent_at)
	WHERE sha256 IS NOT NULL AND NOT by_bot;
