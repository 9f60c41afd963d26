-- The logo of an organization: a PNG of at most 160 pixels each way, encoded by deskbell-picture.

ALTER TABLE organizations
	ADD COLUMN logo bytea CHECK (octet_length(logo) <= 131072),
	ADD COLUMN logo_at timestamptz,
	ADD CHECK ((logo IS NULL) = (logo_at IS NULL));
