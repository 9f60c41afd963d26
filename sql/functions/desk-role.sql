-- The desk's own database role, where the host lets roles be made.
--
--     CREATE ROLE deskbell_desk LOGIN;  SELECT deskbell_allow_desk('deskbell_desk');
--
-- What it may touch is listed here, table by table and function by function; what is not listed it may not
-- (tests/web/desk-role.t calls every one of them with another tenant's ids). Of tables it sees the rows of the
-- organisation whose pass its transaction holds (scope.sql), whatever it sets: a restrictive policy for such roles
-- alone stands before every policy that goes by a setting. Users, sessions, tokens, passwords and attempts to sign in
-- it reaches through functions only, which run with their owner's rights and ask for the secret that proves who asks.

CREATE OR REPLACE FUNCTION deskbell_desk_tables() RETURNS TABLE (name text, rights text)
LANGUAGE sql IMMUTABLE SET jit = off AS $$
	VALUES ('organizations',
		'SELECT, UPDATE (name, language, bot_mode, settings, skills_revision, first_steps, logo, logo_at)'),
		('memberships', 'SELECT'), ('member_names', 'SELECT'),
		('invitations', 'SELECT (org_id, id, email, role, invited_by, created_at, expires_at, accepted_at)'),
		('audit_log', 'SELECT'), ('mail_queue', 'SELECT'), ('ring_choices', 'SELECT'), ('rings', 'SELECT, INSERT'),
		('channels', 'SELECT, INSERT, UPDATE'), ('channel_addresses', 'SELECT, INSERT, UPDATE, DELETE'),
			('webhook_log', 'SELECT'),
		('contacts', 'SELECT, UPDATE'), ('notes', 'SELECT, INSERT, DELETE'),
		('saved_filters', 'SELECT, INSERT, DELETE'), ('absences', 'SELECT, INSERT, DELETE'),
			('contact_fields', 'SELECT, INSERT, DELETE'), ('contact_values', 'SELECT, INSERT, DELETE'),
			('contact_merges', 'SELECT'), ('contact_identities', 'SELECT'),
		('conversations', 'SELECT, UPDATE'), ('conversation_tags', 'SELECT, INSERT, UPDATE, DELETE'),
			('conversation_events', 'SELECT, INSERT'),
		('conversation_reads', 'SELECT, INSERT, UPDATE'),
		('conversation_viewers', 'SELECT, INSERT, UPDATE'), ('messages', 'SELECT, INSERT, UPDATE'),
		('attachments', 'SELECT, INSERT, UPDATE'), ('message_costs', 'SELECT'), ('files', 'SELECT, INSERT, UPDATE, DELETE'),
			('outbox', 'SELECT, INSERT, UPDATE'),
		('answer_jobs', 'SELECT, INSERT, DELETE'), ('decisions', 'SELECT, UPDATE'), ('leads', 'SELECT, INSERT, UPDATE'),
			('llm_usage', 'SELECT, INSERT, UPDATE'),
		('canned_replies', 'SELECT, INSERT, UPDATE, DELETE'), ('reply_contents', 'SELECT, INSERT, UPDATE, DELETE'),
		('counter_examples', 'SELECT, INSERT, DELETE'), ('proposal_verdicts', 'SELECT, INSERT, UPDATE'),
			('skills', 'SELECT, INSERT, UPDATE, DELETE'), ('skill_triggers', 'SELECT, INSERT, UPDATE, DELETE'),
			('skill_models', 'SELECT'), ('circuit_breakers', 'SELECT'),
		('documents', 'SELECT, INSERT, UPDATE, DELETE'), ('passages', 'SELECT, INSERT, UPDATE, DELETE'),
			('passage_terms', 'SELECT, INSERT, UPDATE, DELETE'),
		('knowledge_indexes', 'SELECT, INSERT, UPDATE'), ('embedding_states', 'SELECT'), ('passage_embeddings', 'SELECT'),
			('training_phrase_embeddings', 'SELECT, DELETE'),
		('search_words', 'SELECT'), ('search_queue', 'INSERT'), ('due_work', 'SELECT, INSERT, UPDATE'),
		('uploads', 'SELECT, DELETE'),
		('schema_migrations', 'SELECT')
$$;

-- Of the names given here all functions, whatever they take. The first group asks for a secret; the others run with the
-- role's own rights, or tell nothing of any tenant.
CREATE OR REPLACE FUNCTION deskbell_desk_functions() RETURNS text[]
LANGUAGE sql IMMUTABLE SET jit = off AS $$
	SELECT ARRAY['enter', 'sign_in_begin', 'sign_in_prove', 'session_find', 'session_start', 'session_end', 'session_list',
		'session_revoke', 'session_choose', 'account_save',
			'password_change', 'token_find', 'token_list', 'token_add', 'token_revoke', 'setup_is_open', 'setup', 'visited',
				'invitation_find', 'invitation_accept',
			'second_challenge', 'second_pass', 'recovery_use', 'second_state', 'second_set', 'second_confirm', 'recovery_renew',
				'second_remove',
			'contact_copy', 'erase_contact', 'contact_merge', 'contact_unmerge', 'stray_verification', 'member_set',
				'invitation_add', 'invitation_remove', 'security_save', 'second_reset', 'reset_add', 'reset_find', 'reset_use',
				'reset_request', 'record']
		|| ARRAY['push_public_key', 'push_offer_keys', 'push_subscribe', 'push_unsubscribe', 'push_list', 'push_test',
			'ring_save', 'mentions', 'note_add', 'contact_name', 'contact_block', 'contact_value', 'tag', 'list_tags',
			'ring_waiting', 'moved', 'hand_on_after', 'hand_on', 'away_set']
		|| ARRAY['senders', 'turns', 'reader', 'newest', 'inbox', 'window', 'search', 'search_files', 'tell_event',
			'say_refused', 'queue_manual', 'outgoing_metadata', 'topic', 'say', 'send_draft', 'set_agent', 'assign',
			'unread', 'viewers', 'details_stamp', 'snooze', 'later_refused', 'put_off', 'settle_later', 'wake_snoozed',
			'undo', 'keep_undo',
				'set_waiting', 'answer_what_waits',
			'set_open', 'look', 'view', 'due', 'due_each', 'index', 'index_contacts', 'retry_delivery', 'discard_delivery',
				'cut_off', 'fail_deliveries', 'ask_for_person', 'status_rank', 'time_zone', 'lead_facts', 'skills', 'skill_model',
				'phrases', 'forget_phrases', 'knowledge',
			'knowledge_entries', 'knowledge_few', 'knowledge_passages', 'embedding_state', 'load_passage_embeddings',
				'load_phrase_embeddings', 'llm_reserve', 'llm_used', 'quota_usage', 'installation_breakers', 'channel_is_taken',
				'unused_files', 'file_is_used', 'reply_content', 'forget_file', 'attachment_retry', 'attach']
		|| ARRAY['counter_examples', 'answer_figures']
$$;

CREATE OR REPLACE FUNCTION deskbell_allow_desk(desk name) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	here text := current_schema();
	t record;
	allowed text; -- every role that has been allowed: earlier ones stay isolated
BEGIN
	IF EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = desk
		AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(desk, current_user, 'MEMBER'))) THEN
		RAISE EXCEPTION '% can do whatever the owner of the tables can; make an ordinary role', desk;
	END IF;
	IF has_schema_privilege(desk, here, 'CREATE') THEN
		RAISE EXCEPTION '% can make functions where the owner looks for its own; REVOKE CREATE ON SCHEMA % FROM PUBLIC first',
			desk, here;
	END IF;
	SELECT string_agg(DISTINCT quote_ident(a.r), ', ') INTO allowed FROM (
		SELECT unnest(p.roles) AS r FROM pg_policies p WHERE p.schemaname = here AND p.policyname = 'desk' UNION ALL
			SELECT desk) a;
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', here, desk);
	EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', here, desk);
	FOR t IN SELECT * FROM deskbell_desk_tables() LOOP
		EXECUTE format('GRANT %s ON %I TO %I', t.rights, t.name, desk);
	END LOOP;
	FOR t IN
		SELECT c.relname AS name, a.attname AS key, p.polname IS NOT NULL AS has_policy FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = CASE c.relname WHEN 'organizations'
			THEN 'id' ELSE 'org_id' END
		LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'desk'
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = here::regnamespace AND c.relrowsecurity
	LOOP
		IF t.has_policy THEN
			EXECUTE format('ALTER POLICY desk ON %I TO %s USING (%I = (SELECT proven_org()))', t.name, allowed, t.key);
		ELSE
			EXECUTE format('CREATE POLICY desk ON %I AS RESTRICTIVE TO %s USING (%I = (SELECT proven_org()))', t.name, allowed,
				t.key);
		END IF;
	END LOOP;
	FOR t IN
		SELECT p.oid::regprocedure::text AS name FROM pg_proc p
		WHERE p.pronamespace = here::regnamespace
			AND p.proname = ANY (SELECT 'deskbell_' || f FROM unnest(deskbell_desk_functions()) f)
	LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', t.name, desk);
	END LOOP;
END $$;

-- Functions are for the owner, and for the desk as far as it is allowed; those with the owner's rights must find the
-- owner's tables whatever their caller has put before them. A role that was allowed before is allowed again, since the
-- functions are new.
DO $$
DECLARE t record;
BEGIN
	FOR t IN SELECT p.oid::regprocedure::text AS name, p.prosecdef FROM pg_proc p
		WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'deskbell\_%'
	LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', t.name);
		IF t.prosecdef THEN
			EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', t.name, current_schema());
		END IF;
	END LOOP;
	FOR t IN SELECT DISTINCT r AS name FROM pg_policies p CROSS JOIN unnest(p.roles) r
		WHERE p.schemaname = current_schema() AND p.policyname = 'desk' LOOP
		PERFORM deskbell_allow_desk(t.name::name);
	END LOOP;
END $$;
