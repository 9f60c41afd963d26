-- What a skill, a canned reply or the fallback sends along with its text: a file of the store, or a place.

CREATE TABLE reply_contents (
	org_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
	owner text NOT NULL CHECK (owner IN ('skill', 'canned', 'fallback')),
	owner_id bigint NOT NULL,            -- 0: the fallback, of which there is one
	sha256 bytea,
	bytes bigint,
	media_type text,
	file_name text,
	latitude double precision CHECK (latitude BETWEEN -90 AND 90),
	longitude double precision CHECK (longitude BETWEEN -180 AND 180),
	place_name text,
	skill_id bigint GENERATED ALWAYS AS (CASE owner WHEN 'skill' THEN owner_id END) STORED,
	canned_reply_id bigint GENERATED ALWAYS AS (CASE owner WHEN 'canned' THEN owner_id END) STORED,
	PRIMARY KEY (org_id, owner, owner_id),
	FOREIGN KEY (org_id, skill_id) REFERENCES skills ON DELETE CASCADE,
	FOREIGN KEY (org_id, canned_reply_id) REFERENCES canned_replies ON DELETE CASCADE,
	FOREIGN KEY (org_id, sha256) REFERENCES files ON DELETE CASCADE,
	CHECK ((sha256 IS NULL) = (bytes IS NULL) AND (sha256 IS NULL) = (media_type IS NULL)),
	CHECK ((latitude IS NULL) = (longitude IS NULL) AND (sha256 IS NULL) <> (latitude IS NULL))
);
CREATE INDEX reply_contents_file ON reply_contents (org_id, sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX reply_contents_skill ON reply_contents (org_id, skill_id) WHERE skill_id IS NOT NULL;
CREATE INDEX reply_contents_canned ON reply_contents (org_id, canned_reply_id) WHERE canned_reply_id IS NOT NULL;

SELECT guard_tenant_rows('reply_contents');
