-- Why a delivery was refused, or an item not stored, as a reason (0121_reasons.sql). As receiver and intake hand it over it
-- is a code or an object.
CREATE FUNCTION as_reason(reason text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT CASE WHEN reason LIKE '{%' THEN reason::jsonb WHEN reason IS NOT NULL THEN jsonb_build_object('code', reason) END $$;

ALTER TABLE webhook_log ALTER COLUMN reason TYPE jsonb USING '{"code": "not_explained"}'::jsonb,
	ADD CONSTRAINT webhook_log_reason_code CHECK (is_reason(reason));
ALTER TABLE unknown_deliveries ALTER COLUMN reason TYPE jsonb USING '{"code": "not_explained"}'::jsonb,
	ADD CONSTRAINT unknown_deliveries_reason_code CHECK (is_reason(reason));
ALTER TABLE quarantine ALTER COLUMN reason TYPE jsonb USING '{"code": "not_explained"}'::jsonb,
	ADD CONSTRAINT quarantine_reason_code CHECK (is_reason(reason));
