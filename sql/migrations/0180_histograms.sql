-- How long things took, of the whole installation, for GET /metrics: counted by senders, added up here, so that it goes on
-- growing when senders come and go.
CREATE TABLE histograms (
	name text PRIMARY KEY,
	counts bigint[] NOT NULL, -- by the bounds of src/domain/work/histogram.h, each only its own; the last is above all
	seconds double precision NOT NULL -- of all together
);
SELECT guard_system_rows('histograms');
