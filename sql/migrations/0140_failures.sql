-- How often a delivery has failed in which way since it was queued: a class, or a class and a code whose attempts are bounded ("retry/131000"), -> count; "status": a status said that it
-- failed after the platform had taken it.
ALTER TABLE outbox ADD COLUMN failures jsonb NOT NULL DEFAULT '{}';
-- The channel is stopped because of what a status said: only a message that a status proves to be on its way ends that, for the platform takes messages all the same.
ALTER TABLE channels ADD COLUMN wants_proof boolean NOT NULL DEFAULT false;
DROP FUNCTION IF EXISTS deskbell_claim_deliveries(bigint, text, integer, integer); -- it returns more
