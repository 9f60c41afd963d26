-- Why a message could not be sent, why a channel does not send and what a check of it found, as reasons
-- (0121_reasons.sql). outbox.error and messages.error have one form: {class, code, reason, details, trace}, of which code,
-- details and trace are the platform's.
CREATE FUNCTION is_failure(failure jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT failure IS NULL OR coalesce(failure#>>'{reason,code}', '') ~ '^[a-z0-9_]+$' AND NOT failure ? 'words' $$;
CREATE FUNCTION are_findings(health jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT health IS NULL OR NOT health @? '$.findings[*] ? (!(@.subject like_regex "^[a-z0-9_]+$")
		|| !(@.reason.code like_regex "^[a-z0-9_]+$"))' $$;

-- What a failure of an earlier version becomes: its sentences cannot be turned back.
CREATE FUNCTION failure_without_words(failure jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
	$$ SELECT coalesce(failure - 'words' - 'next', '{}') || '{"reason": {"code": "not_explained"}}' $$;

UPDATE messages SET error = failure_without_words(error) WHERE error IS NOT NULL;
ALTER TABLE messages ADD CONSTRAINT messages_error_code CHECK (is_failure(error));
UPDATE parked_statuses SET error = failure_without_words(error) WHERE error IS NOT NULL;
ALTER TABLE parked_statuses ADD CONSTRAINT parked_statuses_error_code CHECK (is_failure(error));
ALTER TABLE outbox RENAME COLUMN error_details TO error;
UPDATE outbox SET error = failure_without_words(error) WHERE error IS NOT NULL OR error_words IS NOT NULL;
ALTER TABLE outbox DROP COLUMN error_words, ADD CONSTRAINT outbox_error_code CHECK (is_failure(error));

UPDATE channels SET health = NULL, health_at = NULL WHERE health IS NOT NULL;
ALTER TABLE channels ALTER COLUMN status_reason TYPE jsonb
	USING CASE WHEN status_reason IS NOT NULL THEN '{"code": "not_explained"}'::jsonb END,
	ADD CONSTRAINT channels_status_reason_code CHECK (is_reason(status_reason)),
	ADD CONSTRAINT channels_health_code CHECK (are_findings(health));

DROP FUNCTION failure_without_words(jsonb);
