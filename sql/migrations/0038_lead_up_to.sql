-- A job says up to which message it looks. What came after a person took over is not looked at, what the bot itself answered is, also when its answer called that person.

ALTER TABLE lead_jobs ADD COLUMN up_to bigint NOT NULL DEFAULT 9223372036854775807;
