-- Who waits longest, and what came last among those who wait, over all channels: every page asks.
CREATE INDEX conversations_waiting_age ON conversations (org_id, waiting_since, id) WHERE waiting_since IS NOT NULL AND is_open;
