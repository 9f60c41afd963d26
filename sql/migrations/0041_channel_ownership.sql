-- Who says that a number is an organisation's: the platform (proved), who runs this installation (vouched), or nobody but the organisation (claimed). A claimed channel stands in
-- nobody's way: it takes no delivery of a number that another organisation has proved, and any number of organisations may claim what one of them proves later.

ALTER TABLE channels ADD COLUMN ownership text NOT NULL DEFAULT 'vouched' CHECK (ownership IN ('proved', 'vouched', 'claimed'));
DROP INDEX channels_external;
CREATE UNIQUE INDEX channels_external ON channels (platform, external_id) WHERE disconnected_at IS NULL AND ownership <> 'claimed';
CREATE INDEX channels_claimed ON channels (platform, external_id) WHERE disconnected_at IS NULL AND ownership = 'claimed';
