-- The longest turn of a sender's loop within the last minute or two: above 50 ms it keeps other organizations' answers waiting.

ALTER TABLE heartbeats ADD COLUMN loop_max_ms integer NOT NULL DEFAULT 0;
