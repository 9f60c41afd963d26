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

-- The latest replies of operators, the newest first, each with what the contact wrote before it; of the newest 20,000
-- messages only, and those of which something was said already.
-- name: operator_replies
-- args: org_id bigint, days integer, max_rows integer
-- row: message_id bigint, conversation_id bigint, contact_id bigint, question text, reply text, decided boolean,
--   language text
WITH recent AS MATERIALIZED (
	SELECT x.id FROM (SELECT id, sender, text_like, created_at, length(body) AS characters FROM messages
		WHERE org_id = :org_id ORDER BY id DESC LIMIT 20000) x
	WHERE x.sender = 'operator' AND x.text_like AND x.characters BETWEEN 12 AND 2000
		AND x.created_at > now() - make_interval(days => :days) ORDER BY x.id DESC LIMIT :max_rows
), known AS MATERIALIZED (
	SELECT message_id AS id FROM proposal_verdicts WHERE org_id = :org_id ORDER BY message_id DESC LIMIT 500
), taught AS MATERIALIZED (SELECT DISTINCT lower(phrase) AS phrase FROM skill_triggers WHERE org_id = :org_id)
SELECT m.id AS message_id, m.conversation_id, v.contact_id, q.question, m.body AS reply,
	k.id IS NOT NULL OR t.phrase IS NOT NULL AS decided, o.language
FROM (SELECT id FROM recent UNION SELECT id FROM known) r
JOIN messages m ON m.org_id = :org_id AND m.id = r.id
JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
JOIN organizations o ON o.id = m.org_id
CROSS JOIN LATERAL (SELECT left(p.body, 300) AS question FROM messages p
	WHERE p.org_id = m.org_id AND p.conversation_id = m.conversation_id AND p.id < m.id AND p.sender = 'contact'
		AND p.text_like AND p.created_at > m.created_at - interval '3 days' ORDER BY p.id DESC LIMIT 1) q
LEFT JOIN known k ON k.id = m.id
LEFT JOIN taught t ON t.phrase = lower(q.question)
ORDER BY m.id DESC

-- name: proposal_decide
-- args: org_id bigint, ids text, verdict text
INSERT INTO proposal_verdicts (org_id, message_id, verdict)
SELECT m.org_id, m.id, :verdict FROM messages m
WHERE m.org_id = :org_id AND m.id = ANY (string_to_array(:ids, ' ')::bigint[]) AND m.sender = 'operator'
ON CONFLICT (org_id, message_id) DO UPDATE SET verdict = excluded.verdict, at = now()
