-- What is found by words is put into the search's queue by the functions that store, move or change it (deskbell_index,
-- sql/functions/search.sql), and by no trigger: a trigger is a statement of its own for each call, and a table of
-- tenants that has one cannot be distributed.
DROP TRIGGER search_insert ON messages;
DROP TRIGGER search_update ON messages;
DROP TRIGGER search_delete ON messages;
DROP TRIGGER search_insert ON conversations;
DROP TRIGGER search_update ON conversations;
DROP TRIGGER search_update ON contacts;
DROP TRIGGER search_change ON conversation_tags;
DROP FUNCTION search_new_messages();
DROP FUNCTION search_changed_message();
DROP FUNCTION search_gone_messages();
DROP FUNCTION search_changed_conversation();
DROP FUNCTION search_changed_contact();
DROP FUNCTION search_changed_tag();
