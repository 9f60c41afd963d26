-- What the bot learns from the people of the business.

-- name: counter_examples_of
-- args: org_id bigint
-- row: skill_id bigint?, document_id bigint?, question text, language text
SELECT skill_id, document_id, question, language FROM deskbell_counter_examples(:org_id)

-- Of one skill or one document, the newest first.
-- name: counter_example_list
-- args: org_id bigint, skill_id bigint, document_id bigint, max_rows integer
-- row: id bigint, question text, conversation_id bigint?
SELECT id, question, conversation_id FROM counter_examples
WHERE org_id = :org_id AND (skill_id = :skill_id OR document_id = :document_id) ORDER BY id DESC LIMIT :max_rows

-- What a decision answered, and the message of the contact before it.
-- name: decision_question
-- args: org_id bigint, conversation_id bigint, id bigint
-- row: message_id bigint, text text, before text?, detail jsonb?
SELECT m.id AS message_id, left(m.body, 300) AS text, (SELECT left(p.body, 300) FROM messages p
	WHERE p.org_id = d.org_id AND p.conversation_id = d.conversation_id AND p.id < m.id AND p.sender = 'contact'
		AND p.text_like ORDER BY p.id DESC LIMIT 1) AS before, d.detail
FROM decisions d JOIN messages m ON m.org_id = d.org_id AND m.id = d.message_id AND m.text_like
WHERE d.org_id = :org_id AND d.conversation_id = :conversation_id AND d.id = :id

-- Exactly one of skill and document. Nothing is added twice.
-- name: counter_example_add
-- args: org_id bigint, skill_id bigint?, document_id bigint?, question text, conversation_id bigint, message_id bigint
-- row: id bigint
INSERT INTO counter_examples (org_id, skill_id, document_id, question, conversation_id, message_id)
SELECT :org_id, :skill_id, :document_id, :question, :conversation_id, :message_id
WHERE (EXISTS (SELECT FROM skills s WHERE s.org_id = :org_id AND s.id = :skill_id)
		OR EXISTS (SELECT FROM documents d WHERE d.org_id = :org_id AND d.id = :document_id))
	AND NOT EXISTS (SELECT FROM counter_examples c WHERE c.org_id = :org_id AND c.message_id = :message_id
		AND (c.skill_id = :skill_id OR c.document_id = :document_id))
RETURNING id

-- name: counter_example_remove
-- args: org_id bigint, id bigint
-- row: skill_id bigint?, document_id bigint?
DELETE FROM counter_examples WHERE org_id = :org_id AND id = :id RETURNING skill_id, document_id

-- What a skill has among its triggers now is its question after all.
-- name: counter_examples_forget
-- args: org_id bigint
DELETE FROM counter_examples c USING skill_triggers t
WHERE c.org_id = :org_id AND t.org_id = c.org_id AND t.skill_id = c.skill_id AND lower(t.phrase) = lower(c.question)

-- What customers wrote lately and the bot decided about, the newest first; greetings and thanks are none.
-- name: recent_questions
-- args: org_id bigint, days integer, max_rows integer
-- row: conversation_id bigint, text text
SELECT d.conversation_id, left(m.body, 300) AS text
FROM (SELECT * FROM decisions WHERE org_id = :org_id AND created_at > now() - make_interval(days => :days)
	ORDER BY id DESC LIMIT :max_rows) d
JOIN messages m ON m.org_id = d.org_id AND m.id = d.message_id AND m.text_like
WHERE coalesce(d.stage, '') <> 'act' ORDER BY d.id DESC
