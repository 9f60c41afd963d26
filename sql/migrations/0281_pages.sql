-- How many pages a document has, read together with the picture of its first one.

ALTER TABLE files ADD COLUMN pages integer;
