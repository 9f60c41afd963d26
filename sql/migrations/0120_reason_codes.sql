-- Reasons are codes of the table in src/core/text/reasons-*.h; the program that shows one makes the sentence.
-- What earlier versions stored as English sentences cannot be turned back.
UPDATE decisions SET reason = 'not_explained' WHERE reason !~ '^[a-z0-9_]+$';
ALTER TABLE decisions ADD CONSTRAINT decisions_reason_code CHECK (reason ~ '^[a-z0-9_]+$');
UPDATE conversations SET attention_reason = 'not_explained' WHERE attention_reason !~ '^[a-z0-9_]+$';
ALTER TABLE conversations ADD CONSTRAINT conversations_attention_code CHECK (attention_reason ~ '^[a-z0-9_]+$');
