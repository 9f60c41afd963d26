-- What a model makes of a text is an embedding; "vector" is left to the TF-IDF vectors of training phrases.

ALTER TABLE passage_vectors RENAME TO passage_embeddings;
ALTER TABLE passage_embeddings RENAME COLUMN vector TO embedding;
ALTER TABLE phrase_vectors RENAME TO training_phrase_embeddings;
ALTER TABLE training_phrase_embeddings RENAME COLUMN vector TO embedding;
