-- Telephone numbers are found by their ends, too: every conversation's own words are made again, piece by piece, while nothing else is due.

SET LOCAL deskbell.scope = 'system';

INSERT INTO search_backlog (org_id, messages_below, conversations_below)
	SELECT org_id, 0, max(id) + 1 FROM conversations GROUP BY org_id
	ON CONFLICT (org_id) DO UPDATE SET conversations_below = greatest(search_backlog.conversations_below, excluded.conversations_below);
UPDATE due_work SET due_at = now() WHERE kind = 'search';
