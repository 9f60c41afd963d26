-- Answers: an organisation's settings in one place, the messages that wait for an answer in the job itself, and what the guards and escalation count.

SET LOCAL deskbell.scope = 'system';

-- What was chosen, by name; what is absent has its default. See src/domain/settings.h.
ALTER TABLE organizations ADD COLUMN settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object');
UPDATE organizations SET settings = jsonb_strip_nulls(jsonb_build_object('fallback_text', fallback_text, 'skill_threshold', skill_threshold));
ALTER TABLE organizations DROP COLUMN fallback_text, DROP COLUMN skill_threshold;

-- A job names the messages that it is to answer. (A high-water mark lost a message whose id was drawn before, and that was stored after, one that had been answered.)
ALTER TABLE answer_jobs ADD COLUMN messages bigint[] NOT NULL DEFAULT '{}';
UPDATE answer_jobs j SET messages = ARRAY(
	SELECT m.id FROM messages m JOIN conversations v ON v.org_id = m.org_id AND v.id = m.conversation_id
	WHERE m.org_id = j.org_id AND m.conversation_id = j.conversation_id AND m.direction = 'inbound' AND m.id > v.answered_up_to ORDER BY m.id);
ALTER TABLE answer_jobs DROP COLUMN rev;

ALTER TABLE conversations
	DROP COLUMN answered_up_to,
	ADD COLUMN misses integer NOT NULL DEFAULT 0,  -- fallbacks in a row
	ADD COLUMN noticed_at timestamptz;             -- when the notice about content without text was sent last

-- Which replies the bot gave lately in a conversation: the reply cap.
CREATE INDEX messages_by_bot ON messages (org_id, conversation_id, created_at) WHERE sender = 'bot';

-- Row-level security as 0002 explains it, for a table that is made from here on. It stays, because the next migration needs it.
CREATE FUNCTION guard_tenant_rows(t name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
	EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
	EXECUTE format($p$CREATE POLICY tenant ON %I USING (
		org_id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint)
		OR (SELECT current_setting('deskbell.scope', true)) = 'system')$p$, t);
END $$;
