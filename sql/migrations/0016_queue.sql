-- What has failed, for the page of the queue: few rows among many that went out.

CREATE INDEX outbox_failed ON outbox (org_id, message_id) WHERE state = 'failed';
