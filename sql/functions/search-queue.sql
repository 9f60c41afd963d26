-- What a sender has to index. A function that stores, moves or changes what is found by words says so in the same
-- transaction; only deskbell_store, which stores most of it, writes the rows by itself (receive.sql).

-- Messages ('message'), all messages of conversations ('again'), or the name, number and tags of the contacts of
-- conversations ('contact').
CREATE OR REPLACE FUNCTION deskbell_index(org bigint, what text, subjects bigint[]) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	INSERT INTO search_queue (org_id, kind, subject) SELECT org, what, s FROM unnest(subjects) s;
	IF FOUND THEN
		PERFORM deskbell_due(org, 'search', now());
	END IF;
END $$;

-- The same of contacts that have another name, or other conversations.
CREATE OR REPLACE FUNCTION deskbell_index_contacts(org bigint, contacts bigint[]) RETURNS void
LANGUAGE sql SET jit = off AS $$
	SELECT deskbell_index(org, 'contact', ARRAY(SELECT v.id FROM unnest(contacts) c
		CROSS JOIN LATERAL (SELECT x.id FROM conversations x WHERE x.org_id = org AND x.contact_id = c OFFSET 0) v
			ORDER BY 1))
$$;
