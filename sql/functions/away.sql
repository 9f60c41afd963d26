-- An assignee who is away hands on: what waits for a user who has said so, or who has not looked for longer than the
-- organization says (the setting hand_on_after_min; 0: never), is assigned to no operator and waits for all. Nothing
-- else changes: the age of the wait stays, and so does who answers.

-- How many minutes a conversation may wait for an assignee who does not look; NULL: for ever.
CREATE OR REPLACE FUNCTION deskbell_hand_on_after(a_org bigint) RETURNS integer
LANGUAGE sql STABLE SET jit = off AS $$
	SELECT nullif((o.settings->>'hand_on_after_min')::integer, 0) FROM organizations o WHERE o.id = a_org
$$;

-- Hands on what waits for absent assignees, at most 500 in a call. How many.
CREATE OR REPLACE FUNCTION deskbell_hand_on(a_org bigint) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	patience interval := deskbell_hand_on_after(a_org) * interval '1 minute';
	n integer := 0;
	v record;
BEGIN
	IF patience IS NULL AND NOT EXISTS (SELECT 1 FROM absences x WHERE x.org_id = a_org) THEN
		RETURN 0;
	END IF;
	FOR v IN SELECT c.id FROM conversations c
		WHERE c.org_id = a_org AND c.is_open AND c.waiting_since IS NOT NULL AND c.assignee_id IS NOT NULL
			AND (EXISTS (SELECT 1 FROM absences x WHERE x.org_id = a_org AND x.user_id = c.assignee_id)
				OR c.waiting_since < now() - patience AND NOT EXISTS (SELECT 1 FROM conversation_viewers w
					WHERE w.org_id = a_org AND w.user_id = c.assignee_id AND w.seen_at > now() - patience))
		ORDER BY c.id LIMIT 500 FOR NO KEY UPDATE
	LOOP
		UPDATE conversations c SET assignee_id = NULL WHERE c.org_id = a_org AND c.id = v.id;
		PERFORM deskbell_list_tags(a_org, ARRAY[v.id]), deskbell_tell_event(a_org, v.id, NULL, 'assigned', NULL),
			ring(a_org, 'waiting', v.id, NULL, NULL, NULL);
		n := n + 1;
	END LOOP;
	RETURN n;
END $$;

-- The user is away from now on, or is back.
CREATE OR REPLACE FUNCTION deskbell_away_set(a_org bigint, a_user bigint, is_away boolean) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
	IF is_away THEN
		INSERT INTO absences (org_id, user_id) VALUES (a_org, a_user) ON CONFLICT DO NOTHING;
		PERFORM deskbell_hand_on(a_org);
	ELSE
		DELETE FROM absences x WHERE x.org_id = a_org AND x.user_id = a_user;
	END IF;
END $$;
