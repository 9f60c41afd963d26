-- Small pictures of files: a picture itself, or the first page of a document. A preview is a file of its own, named by the
-- file that it shows.

ALTER TABLE files
	ADD COLUMN preview bytea,
	ADD COLUMN width integer,            -- of a picture, as it is seen
	ADD COLUMN height integer,
	ADD COLUMN looked_at timestamptz;    -- NULL: whether there is a preview has not been tried
CREATE INDEX files_previews ON files (org_id, preview) WHERE preview IS NOT NULL;
