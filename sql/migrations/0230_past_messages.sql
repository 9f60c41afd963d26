-- A thread is read in the order of its messages' ids. Those that are drawn begin at 2^47, so that messages which are imported from an earlier time have room below them: their ids are
-- made of their times (deskbell_past_id).
SELECT setval(pg_get_serial_sequence('messages', 'id'), greatest(nextval(pg_get_serial_sequence('messages', 'id')), 140737488355328));
