-- What the receiver and the senders call. Each function sets its organization's scope for its own transaction, so every
-- statement here is one round trip and one transaction, unless several executions are sent as one (db_query_each).

-- name: receive
-- args: org bigint, batch jsonb, debounce_ms integer
-- row: inserted integer, statuses integer, sender_alive boolean
-- each: batch
SELECT inserted, statuses, sender_alive FROM deskbell_receive(:org, :batch, :debounce_ms)

-- name: log_webhook
-- args: org_id bigint?, channel_id bigint?, platform text, kind text, accepted boolean, reason text?,
--   remote_address text?
SELECT deskbell_log_webhook(:org_id, :channel_id, :platform, :kind, :accepted, :reason, :remote_address)

-- name: channels_for
-- args: platform text, external_id text?, account_id text?, digests bytea[]?, max_rows integer
-- row: org_id bigint, channel_id bigint, external_id text, account_id text?, status text, config jsonb?
SELECT org_id, channel_id, external_id, account_id, status, config
FROM deskbell_channels_for(:platform, :external_id, :account_id, :digests, :max_rows)

-- `busy` are the conversations of the organization that the caller is still working on.
-- name: claim_answers
-- args: org bigint, who text, busy bigint[], max_rows integer, lease_s integer
-- row: conversation_id bigint, messages json, attempts integer, organization text, bot_mode text, language text,
--   skills_revision bigint, settings jsonb, platform text, agent text, version bigint, consecutive_fallbacks integer,
--   noticed boolean,
--   has_contents boolean, hears_later boolean, window_age_s double precision?, message_age_s double precision?,
--   message_text text?, received jsonb?,
--   replies_last_hour bigint, recent jsonb?, memory jsonb, channel_id bigint, external_id text, config jsonb?
SELECT conversation_id, to_json(messages) AS messages, attempts, organization, bot_mode, language, skills_revision,
	settings, platform, agent, version, consecutive_fallbacks, noticed, has_contents, hears_later,
	window_age_s, message_age_s, message_text, received, replies_last_hour, recent, memory, channel_id, external_id,
		config
FROM deskbell_claim_answers(:org, :who, :busy, :max_rows, :lease_s)

-- name: commit_answer
-- args: org_id bigint, conversation_id bigint, decision jsonb
-- row: became text?
-- each
SELECT deskbell_commit_answer(:org_id, :conversation_id, :decision) AS became

-- name: hold_answer
-- args: org_id bigint, conversation_id bigint, pause_s integer
SELECT deskbell_hold_answer(:org_id, :conversation_id, :pause_s)

-- name: postpone_answer
-- args: org_id bigint, conversation_id bigint, pause_s integer
SELECT deskbell_postpone_answer(:org_id, :conversation_id, :pause_s)

-- name: claim_leads
-- args: org bigint, who text, busy bigint[], max_rows integer, lease_s integer
-- row: conversation_id bigint, attempts integer, bot_mode text, language text, settings jsonb, platform text,
--   contact_name text?, contact_phone text?, up_to bigint, messages json, facts jsonb, manual jsonb, manual_rev bigint,
--   skills json
SELECT conversation_id, attempts, bot_mode, language, settings, platform, contact_name, contact_phone, up_to, messages,
	facts, manual, manual_rev, skills
FROM deskbell_claim_leads(:org, :who, :busy, :max_rows, :lease_s)

-- name: commit_lead
-- args: org_id bigint, conversation_id bigint, lead jsonb
-- row: became text?
SELECT deskbell_commit_lead(:org_id, :conversation_id, :lead) AS became

-- Without a pause the job goes.
-- name: postpone_lead
-- args: org_id bigint, conversation_id bigint, pause_s integer?
SELECT deskbell_postpone_lead(:org_id, :conversation_id, :pause_s)

-- A step of the search's index: both in one transaction.
-- name: claim_words
-- args: org bigint, max_rows integer
-- row: taken integer, conversation_id bigint?, of_contact boolean?, content text?
SELECT taken, conversation_id, of_contact, content FROM deskbell_claim_words(:org, :max_rows)

-- name: store_words
-- args: org bigint, conversations bigint[], of_contacts boolean[], words text[]
SELECT deskbell_store_words(:org, :conversations, :of_contacts, :words)

-- name: skills_of
-- args: org_id bigint
-- row: revision bigint, skill_id bigint?, title text?, response text?, requires_human_handover boolean?,
--   triggers json?
SELECT revision, skill_id, title, response, requires_human_handover, to_json(triggers) AS triggers
FROM deskbell_skills(:org_id)

-- name: skills_are_few
-- args: org_id bigint, phrases integer, bytes integer
-- row: are_few boolean
SELECT deskbell_skills_are_few(:org_id, :phrases, :bytes) AS are_few

-- The bytes in base64 as URLs have it.
-- name: skill_model_of
-- args: org_id bigint
-- row: revision bigint?, model text?
SELECT revision, translate(encode(model, 'base64'), E'+/=\n', '-_') AS model FROM deskbell_skill_model(:org_id)

-- name: skill_model_store
-- args: org_id bigint, revision bigint, model bytea, took_ms integer
-- row: is_stored boolean
SELECT deskbell_store_skill_model(:org_id, :revision, :model, :took_ms) AS is_stored

-- Before a call of the model, and after it.
-- name: llm_reserve
-- args: org_id bigint, purpose text, daily_calls integer
-- row: is_reserved boolean
SELECT deskbell_llm_reserve(:org_id, :purpose, :daily_calls) AS is_reserved

-- name: llm_used
-- args: org_id bigint, purpose text, failed boolean, prompt_tokens bigint, completion_tokens bigint
SELECT deskbell_llm_used(:org_id, :purpose, :failed, :prompt_tokens, :completion_tokens)

-- name: mail_due
-- row: due boolean
SELECT deskbell_mail_due() AS due

-- name: mail_take
-- args: hash bytea, lease_s integer
-- row: org_id bigint, id bigint, kind text, email text, language text, org_name text?, by_name text?,
--   items jsonb?
SELECT org_id, id, kind, email, language, org_name, by_name, items FROM deskbell_mail_take(:hash, :lease_s)

-- name: mail_settle
-- args: org bigint, id bigint, reason jsonb?, give_up boolean
SELECT deskbell_mail_settle(:org, :id, :reason, :give_up)

-- Circuit breakers of model endpoints (sql/functions/breakers.sql). Organisation 0 is the installation.
-- name: breakers_all
-- row: org_id bigint, kind text, endpoint text, failures integer, remaining_ms bigint?
SELECT org_id, kind, endpoint, failures, remaining_ms FROM deskbell_breakers()

-- name: breaker_failed
-- args: org bigint, kind text, endpoint text, is_probe boolean, failures_max integer, first_s integer, max_s integer
-- row: failures integer, remaining_ms bigint?
SELECT failures, remaining_ms FROM deskbell_breaker_failed(:org, :kind, :endpoint, :is_probe, :failures_max, :first_s,
	:max_s)

-- name: breaker_probe
-- args: org bigint, kind text, endpoint text, probe_s integer
-- row: may_ask boolean, remaining_ms bigint?
SELECT may_ask, remaining_ms FROM deskbell_breaker_probe(:org, :kind, :endpoint, :probe_s)

-- name: breaker_close
-- args: org bigint, kind text
SELECT deskbell_breaker_close(:org, :kind)

-- name: claim_embeddings
-- args: who text, installed text, max_rows integer, lease_s integer
-- row: org_id bigint, kind text, settings jsonb, revision bigint
SELECT org_id, kind, settings, revision FROM deskbell_claim_embeddings(:who, :installed, :max_rows, :lease_s)

-- name: embedding_batch
-- args: org_id bigint, kind text, max_rows integer
-- row: key text, body text
SELECT key, body FROM deskbell_embedding_batch(:org_id, :kind, :max_rows)

-- name: store_embeddings
-- args: org_id bigint, kind text, who text, dims integer, keys text[], embeddings bytea[]
-- row: is_stored boolean
SELECT deskbell_store_embeddings(:org_id, :kind, :who, :dims, :keys, :embeddings) AS is_stored

-- name: embedding_subject
-- args: org_id bigint, kind text
-- row: subject text, tried boolean
SELECT subject, tried FROM deskbell_embedding_subject(:org_id, :kind)

-- name: embedding_probes
-- args: org_id bigint, max_headings integer
-- row: title text, heading text, passages text
SELECT title, heading, passages FROM deskbell_embedding_probes(:org_id, :max_headings)

-- name: embeddings_done
-- args: org_id bigint, kind text, who text, revision bigint, subject text, helps boolean?, low double precision,
--   high double precision, languages text, across_low double precision, across_high double precision
SELECT deskbell_embeddings_done(:org_id, :kind, :who, :revision, :subject, :helps, :low, :high, :languages, :across_low,
	:across_high)

-- name: postpone_embeddings
-- args: org_id bigint, kind text, who text, pause_s integer?, reason jsonb?
SELECT deskbell_postpone_embeddings(:org_id, :kind, :who, :pause_s, :reason)

-- name: embedding_state_of
-- args: org_id bigint, kind text
-- row: model text?, dims integer?, last_passage integer?, passages integer?, revision bigint?, tried boolean?,
--   helps boolean?, low real?, high real?, language text?, languages text?, across_low real?, across_high real?
SELECT model, dims, last_passage, passages, revision, tried, helps, low, high, language, languages, across_low,
	across_high
	FROM deskbell_embedding_state(:org_id, :kind)

-- name: phrase_embeddings_load
-- args: org_id bigint
-- row: digest text, embedding bytea
SELECT digest, embedding FROM deskbell_load_phrase_embeddings(:org_id)

-- name: passage_embeddings_load
-- args: org_id bigint, after integer, max_rows integer, ids integer[]?
-- row: passage_id integer, embedding bytea
SELECT passage_id, embedding FROM deskbell_load_passage_embeddings(:org_id, :after, :max_rows, :ids)

-- name: claim_deliveries
-- args: org bigint, who text, max_rows integer, lease_s integer
-- row: message_id bigint, channel_id bigint, conversation_id bigint, platform text, attempts integer, resends integer,
--   tag text, body text?, buttons jsonb?, content jsonb?, topic jsonb?, reply_to text?, external_id text,
--   config jsonb?, contact_phone text?, identities jsonb?, window_age_s double precision?, failures jsonb
SELECT message_id, channel_id, conversation_id, platform, attempts, resends, tag, body, buttons, content, topic,
	reply_to, external_id, config, contact_phone, identities, window_age_s, failures
FROM deskbell_claim_deliveries(:org, :who, :max_rows, :lease_s)

-- name: settle_deliveries
-- args: org bigint, results jsonb
-- row: settled integer
-- each
SELECT deskbell_settle_deliveries(:org, :results) AS settled

-- name: expire_deliveries
-- args: org bigint
-- row: moved integer
SELECT deskbell_expire_deliveries(:org) AS moved

-- name: find_work
-- args: after_at timestamptz?, after_org bigint, until timestamptz?, max_rows integer
-- row: org bigint, work text, due_ms integer, due_at text, found_at text
SELECT org, work, due_ms, at::text AS due_at, now()::text AS found_at
FROM deskbell_find_work(:after_at, :after_org, :until, :max_rows)

-- name: rest
-- args: org bigint, work text, hold_ms integer
-- row: due_ms integer
-- each
SELECT deskbell_rest(:org, :work, :hold_ms) AS due_ms

-- name: heartbeat
-- args: shard text, host text, pid integer, mode text, version text, stopping boolean, loop_max_ms integer
SELECT deskbell_heartbeat(:shard, :host, :pid, :mode, :version, :stopping, :loop_max_ms)

-- name: observe
-- args: name text, counts bigint[], seconds double precision
SELECT deskbell_observe(:name, :counts, :seconds)

-- name: ping
-- row: one integer
SELECT 1 AS one

-- name: migrations_exist
-- row: exist boolean
SELECT to_regclass('schema_migrations') IS NOT NULL AS exist

-- name: migrations_applied
-- row: name text, checksum text
SELECT name, checksum FROM schema_migrations ORDER BY name

-- name: index_is_valid
-- args: name text
-- row: is_valid boolean
SELECT i.indisvalid AS is_valid FROM pg_index i WHERE i.indexrelid = to_regclass(:name)

-- name: migration_record
-- args: name text, checksum text
INSERT INTO schema_migrations (name, checksum) VALUES (:name, :checksum)
ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()

-- Calls on browsers.
-- name: claim_pushes
-- args: org bigint, owner text, max_rows integer, lease_s integer
-- row: id bigint, kind text, endpoint text, browser_key text, auth text, language text, who text?, what text?,
--   waiting bigint, conversation_id bigint?
SELECT id, kind, endpoint, encode(browser_key, 'hex') AS browser_key, encode(auth, 'hex') AS auth, language, who, what,
	waiting, conversation_id
FROM deskbell_claim_pushes(:org, :owner, :max_rows, :lease_s)

-- name: settle_push
-- args: org bigint, id bigint, outcome text, pause_s integer, status integer
SELECT deskbell_settle_push(:org, :id, :outcome, :pause_s, :status)

-- name: push_keys
-- args:
-- row: public_key text, private_key text
SELECT encode(public_key, 'hex') AS public_key, private_key FROM deskbell_push_keys()
