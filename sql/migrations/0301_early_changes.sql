-- An edit or a deletion may come before the message that it names: deliveries that were not stored come again later than
-- others. Such a conversation is marked, so that only its messages look for what came before them.
ALTER TABLE conversations ADD has_early_changes boolean NOT NULL DEFAULT false;
