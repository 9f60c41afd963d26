-- What the bot learns from the people of the business.

-- The questions that skills and documents must not answer, the newest first, and the language of the business.
CREATE OR REPLACE FUNCTION deskbell_counter_examples(a_org bigint)
RETURNS TABLE (skill_id bigint, document_id bigint, question text, language text)
LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
BEGIN
	PERFORM deskbell_reader(a_org);
	RETURN QUERY SELECT c.skill_id, c.document_id, c.question, o.language
		FROM counter_examples c JOIN organizations o ON o.id = c.org_id
		WHERE c.org_id = a_org ORDER BY c.id DESC LIMIT 2000;
END $$;
