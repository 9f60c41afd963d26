-- What is learned from an organisation's skills, one row an organisation, and how sure a skill must be to answer alone.

ALTER TABLE organizations
	ADD COLUMN skill_threshold real CHECK (skill_threshold BETWEEN 0.05 AND 1); -- a probability; NULL: the program's default

CREATE TABLE skill_models (
	org_id bigint PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
	revision bigint NOT NULL,           -- organizations.skills_revision of the skills from which it was trained
	model bytea NOT NULL,               -- knows by a digest from which phrases it was trained; see src/answer/skills/skill-model.c
	trained_at timestamptz NOT NULL DEFAULT now(),
	took_ms integer NOT NULL
);
-- Weights are spread evenly over all values: compressing them again costs time and gains little.
ALTER TABLE skill_models ALTER COLUMN model SET STORAGE EXTERNAL;

ALTER TABLE skill_models ENABLE ROW LEVEL SECURITY;
ALTER TABLE skill_models FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON skill_models USING (
	org_id = (SELECT nullif(current_setting('deskbell.org', true), '')::bigint)
	OR (SELECT current_setting('deskbell.scope', true)) = 'system');
