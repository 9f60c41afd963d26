-- Questions that a skill or a document must not answer, because a user said that its answer to them was wrong. The
-- conversation and the message are those in which it was said, so that an erasure finds them.
CREATE TABLE counter_examples (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	skill_id bigint,
	document_id bigint,
	question text NOT NULL CHECK (question <> ''), -- what came before it, where it leaned on that, is its second line
	conversation_id bigint,
	message_id bigint,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (org_id, id),
	CHECK ((skill_id IS NULL) <> (document_id IS NULL)),
	FOREIGN KEY (org_id, skill_id) REFERENCES skills ON DELETE CASCADE,
	FOREIGN KEY (org_id, document_id) REFERENCES documents ON DELETE CASCADE
);
CREATE INDEX counter_examples_skill ON counter_examples (org_id, skill_id);
CREATE INDEX counter_examples_document ON counter_examples (org_id, document_id);
CREATE INDEX counter_examples_message ON counter_examples (org_id, message_id);
SELECT guard_tenant_rows('counter_examples');
