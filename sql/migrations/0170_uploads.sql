-- Files that were uploaded to a platform, by the id under which it takes them again: per channel, content and kind. They go
-- with the file.

CREATE TABLE uploads (
	org_id bigint NOT NULL,
	channel_id bigint NOT NULL,
	sha256 bytea NOT NULL,
	kind text NOT NULL,
	provider_file_id text NOT NULL,
	expires_at timestamptz NOT NULL,     -- infinity: the platform keeps it
	PRIMARY KEY (org_id, channel_id, sha256, kind),
	FOREIGN KEY (org_id, sha256) REFERENCES files ON DELETE CASCADE
);
CREATE INDEX uploads_file ON uploads (org_id, sha256);

SELECT guard_tenant_rows('uploads');
