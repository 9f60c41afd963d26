-- What has waited longest in an organization's queue: whether its window has closed is asked of a bounded number.
CREATE INDEX outbox_queued ON outbox (org_id, created_at) WHERE state = 'queued';
