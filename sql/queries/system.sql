-- What the receiver and the senders call. Each function sets the system scope for its own transaction, so every statement here is
-- one round trip and one transaction.

-- name: receive
SELECT inserted, statuses, sender_alive FROM deskbell_receive($1::jsonb, $2::integer)

-- name: record_attempt
SELECT deskbell_record_attempt($1::bigint, $2::bigint, $3::text, $4::text, $5::boolean, $6::text, $7::text)

-- name: channels_for
SELECT org_id, channel_id, external_id, account_id, status, config, encode(verify_digest, 'hex')
FROM deskbell_channels_for($1::text, $2::text, $3::text, $4::bytea[], $5::integer)

-- name: claim_answers
SELECT org_id, conversation_id, to_json(messages), attempts, organization, bot_mode, language, skills_revision, settings, platform, agent, version, misses, noticed,
	window_age_s, message_age_s, message_text, provider_ids, replies_last_hour, recent, memory, channel_id, external_id, config
FROM deskbell_claim_answers($1::text, $2::bigint[], $3::integer, $4::integer)

-- name: commit_answer
SELECT deskbell_commit_answer($1::bigint, $2::bigint, $3::jsonb)

-- name: postpone_answer
SELECT deskbell_postpone_answer($1::bigint, $2::bigint, $3::integer)

-- $2 are the conversations that the caller is still working on.
-- name: claim_leads
SELECT org_id, conversation_id, attempts, bot_mode, language, settings, platform, contact_name, contact_phone, up_to, messages, facts, manual, manual_rev, skills
FROM deskbell_claim_leads($1::text, $2::bigint[], $3::integer, $4::integer)

-- name: commit_lead
SELECT deskbell_commit_lead($1::bigint, $2::bigint, $3::jsonb)

-- name: postpone_lead
SELECT deskbell_postpone_lead($1::bigint, $2::bigint, $3::integer)

-- A step of the search's index: both in one transaction.
-- name: claim_words
SELECT taken, org_id, conversation_id, of_person, content FROM deskbell_claim_words($1::integer)

-- name: store_words
SELECT deskbell_store_words($1::bigint[], $2::bigint[], $3::boolean[], $4::text[])

-- name: skills_of
SELECT revision, skill_id, title, response, requires_human_handover, to_json(triggers) FROM deskbell_skills($1::bigint)

-- name: skills_are_few
SELECT deskbell_skills_are_few($1::bigint, $2::integer, $3::integer)

-- The bytes in base64 as URLs have it.
-- name: skill_model_of
SELECT revision, translate(encode(model, 'base64'), E'+/=\n', '-_') FROM deskbell_skill_model($1::bigint)

-- name: skill_model_store
SELECT deskbell_store_skill_model($1::bigint, $2::bigint, $3::bytea, $4::integer)

-- Before a call of the model, and after it.
-- name: llm_reserve
SELECT deskbell_llm_reserve($1::bigint, $2::text, $3::integer)

-- name: llm_used
SELECT deskbell_llm_used($1::bigint, $2::text, $3::boolean, $4::bigint, $5::bigint)

-- name: claim_embeddings
SELECT org_id, kind, settings, revision FROM deskbell_claim_embeddings($1::text, $2::text, $3::integer, $4::integer)

-- name: embedding_batch
SELECT key, body FROM deskbell_embedding_batch($1::bigint, $2::text, $3::integer)

-- name: store_vectors
SELECT deskbell_store_vectors($1::bigint, $2::text, $3::text, $4::integer, $5::text[], $6::bytea[])

-- name: embedding_subject
SELECT subject, tried FROM deskbell_embedding_subject($1::bigint, $2::text)

-- name: embedding_probes
SELECT title, heading, passages FROM deskbell_embedding_probes($1::bigint, $2::integer)

-- name: embeddings_done
SELECT deskbell_embeddings_done($1::bigint, $2::text, $3::text, $4::bigint, $5::text, $6::boolean, $7::double precision, $8::double precision)

-- name: postpone_embeddings
SELECT deskbell_postpone_embeddings($1::bigint, $2::text, $3::text, $4::integer, $5::text)

-- name: vectors_of
SELECT model, dims, last_passage, passages, revision, tried, helps, low, high FROM deskbell_vectors($1::bigint, $2::text)

-- name: phrase_vectors_load
SELECT digest, vector FROM deskbell_load_phrase_vectors($1::bigint)

-- name: vectors_load
SELECT passage_id, vector FROM deskbell_load_vectors($1::bigint, $2::integer, $3::integer, $4::integer[])

-- name: claim_deliveries
SELECT org_id, message_id, channel_id, conversation_id, platform, attempts, resends, tag, body, reply_to, external_id, config, contact_phone, identities, window_age_s
FROM deskbell_claim_deliveries($1::text, $2::integer, $3::integer)

-- name: settle_deliveries
SELECT deskbell_settle_deliveries($1::jsonb)

-- name: expire_deliveries
SELECT deskbell_expire_deliveries()

-- name: match_parked
SELECT deskbell_match_parked()

-- name: next_due_ms
SELECT deskbell_next_due_ms($1::integer, $2::integer, $3::boolean, $4::boolean, $5::boolean)

-- name: heartbeat
SELECT deskbell_heartbeat($1::text, $2::text, $3::integer, $4::text, $5::text, $6::boolean, $7::integer)

-- name: ping
SELECT 1

-- name: migrations_exist
SELECT to_regclass('schema_migrations') IS NOT NULL

-- name: migrations_applied
SELECT name, checksum FROM schema_migrations ORDER BY name

-- name: index_is_valid
-- args: name text
-- row: is_valid boolean
SELECT i.indisvalid AS is_valid FROM pg_index i WHERE i.indexrelid = to_regclass(:name)

-- name: migration_record
INSERT INTO schema_migrations (name, checksum) VALUES ($1::text, $2::text)
ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()
