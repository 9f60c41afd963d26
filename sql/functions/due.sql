-- Work that is due. Senders find organizations in due_work and claim organization by organization.
--
-- A row must never say a later time than its work: what was committed would wait until something else makes the
-- organization due. So a transaction that adds work holds a shared lock until its commit, and a time is moved on only
-- under the exclusive lock, after all of them have committed. The lock is an advisory one: it costs a microsecond and
-- no write, so that the receiver's transactions, of which each adds work, do not wait for each other. A time that is
-- too early costs one claim that finds nothing.

-- The organization has work of these kinds that is due at these times. In its scope, in the transaction that makes it
-- so, after its other locks.
CREATE OR REPLACE FUNCTION deskbell_due_each(org bigint, works text[], times timestamptz[]) RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	work text;
	n_due integer;
BEGIN
	FOREACH work IN ARRAY works LOOP
		-- Trying first is no statement of its own.
		IF NOT pg_try_advisory_xact_lock_shared(hashtextextended('due ' || work, org)) THEN
			PERFORM pg_advisory_xact_lock_shared(hashtextextended('due ' || work, org));
		END IF;
	END LOOP;
	SELECT count(*) INTO n_due FROM due_work w WHERE w.org_id = org AND w.kind = ANY (works)
		AND w.due_at <= times[array_position(works, w.kind)];
	IF n_due < cardinality(works) THEN
		INSERT INTO due_work AS w (org_id, kind, due_at) SELECT org, x.kind, x.at FROM unnest(works, times) x(kind, at)
			ORDER BY 2
			ON CONFLICT (org_id, kind) DO UPDATE SET due_at = excluded.due_at WHERE w.due_at > excluded.due_at;
	END IF;
END $$;

-- The same of one kind. Without a setting of its own, so that it is a part of the statement that calls it.
CREATE OR REPLACE FUNCTION deskbell_due(org bigint, work text, at timestamptz) RETURNS void
LANGUAGE sql AS $$ SELECT deskbell_due_each(org, ARRAY[work], ARRAY[at]) $$;

-- A page of what there is now and within the next two seconds, over all organizations: the one thing that a sender asks
-- of all of them, and it touches no other table. Pages come in the order of time, each behind the last row of the one
-- before (`after_at`, `after_org`), so that what stays due at the head hides no organization. The page with fewer rows
-- than asked for ends a pass, which goes no further than the time at which it began (`until`, NULL: now). In
-- milliseconds from now.
CREATE OR REPLACE FUNCTION deskbell_find_work(after_at timestamptz, after_org bigint, until timestamptz,
	max_rows integer)
RETURNS TABLE (org bigint, work text, due_ms integer, at timestamptz)
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_sort = off AS $$
BEGIN
	PERFORM set_config('deskbell.scope', 'system', true);
	RETURN QUERY SELECT w.org_id, w.kind,
		ceil(extract(epoch FROM greatest(w.due_at, now() - interval '1 day') - now()) * 1000)::integer, w.due_at
		FROM due_work w WHERE w.due_at < coalesce(until, now()) + interval '2 seconds'
			AND (w.due_at, w.org_id) > (coalesce(after_at, '-infinity'), coalesce(after_org, 0))
		ORDER BY w.due_at, w.org_id FETCH FIRST max_rows ROWS WITH TIES;
END $$;

-- When the next work of a kind is due, infinity when there is none. Deliveries that wait for a rate, a pause or an
-- earlier message are looked at again within five seconds whatever they wait for.
CREATE OR REPLACE FUNCTION deskbell_next_work(org bigint, work text) RETURNS timestamptz
LANGUAGE plpgsql SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	next timestamptz;
BEGIN
	-- A job under a lease is not due before the lease has ended. Only those before the first one without a lease can be
	-- due earlier than that: as few as senders work on, however many wait.
	IF work = 'answer' THEN
		SELECT j.due_at INTO next FROM answer_jobs j WHERE j.org_id = org AND j.lease_until IS NULL ORDER BY j.due_at LIMIT 1;
		next := least(next, (SELECT min(greatest(j.due_at, j.lease_until)) FROM answer_jobs j
			WHERE j.org_id = org AND j.lease_until IS NOT NULL AND j.due_at < coalesce(next, 'infinity')));
	ELSIF work = 'lead' THEN
		SELECT j.due_at INTO next FROM lead_jobs j WHERE j.org_id = org AND j.lease_until IS NULL ORDER BY j.due_at LIMIT 1;
		next := least(next, (SELECT min(greatest(j.due_at, j.lease_until)) FROM lead_jobs j
			WHERE j.org_id = org AND j.lease_until IS NOT NULL AND j.due_at < coalesce(next, 'infinity')));
	ELSIF work = 'delivery' THEN
		SELECT min(greatest(q.next_attempt_at, ch.paused_until, ch.rate_full_at - interval '250 ms')) INTO next
			FROM channels ch CROSS JOIN LATERAL (
				SELECT o.next_attempt_at FROM outbox o WHERE o.org_id = ch.org_id AND o.channel_id = ch.id AND o.state = 'queued'
				ORDER BY o.next_attempt_at, o.message_id LIMIT 1) q
			WHERE ch.org_id = org;
		IF next IS NOT NULL THEN
			next := least(next, now() + interval '5 seconds');
		END IF;
	ELSIF work = 'sweep' THEN
		IF EXISTS (SELECT 1 FROM outbox o WHERE o.org_id = org AND o.state IN ('sending', 'unknown'))
			OR EXISTS (SELECT 1 FROM parked_statuses p WHERE p.org_id = org AND p.parked_at > now() - interval '10 minutes') THEN
			next := now() + interval '5 seconds';
		ELSIF EXISTS (SELECT 1 FROM outbox o WHERE o.org_id = org AND o.state = 'queued') THEN
			next := now() + interval '30 seconds';
		ELSE
			next := (SELECT min(p.parked_at) + interval '1 day' FROM parked_statuses p WHERE p.org_id = org);
		END IF;
		IF EXISTS (SELECT 1 FROM conversations v WHERE v.org_id = org AND v.is_open AND v.waiting_since IS NOT NULL
			AND v.assignee_id IS NOT NULL)
			AND (EXISTS (SELECT 1 FROM absences x WHERE x.org_id = org) OR deskbell_hand_on_after(org) IS NOT NULL) THEN
			next := least(next, now() + interval '30 seconds');
		END IF;
		next := least(next, (SELECT min(v.snoozed_until) FROM conversations v WHERE v.org_id = org
			AND v.snoozed_until IS NOT NULL),
			(SELECT min(o.send_at) FROM outbox o WHERE o.org_id = org AND o.state = 'later'), deskbell_remind_next(org));
	ELSIF work = 'file' THEN
		SELECT min(greatest(a.due_at, a.lease_until)) INTO next FROM attachments a
			WHERE a.org_id = org AND a.state = 'waiting';
	ELSIF work = 'reading' THEN
		SELECT min(greatest(a.reading_due_at, a.reading_lease_until)) INTO next FROM attachments a
			WHERE a.org_id = org AND a.reading = 'waiting';
	ELSIF work = 'push' THEN
		IF EXISTS (SELECT 1 FROM rings r WHERE r.org_id = org) THEN
			next := now();
		ELSE
			SELECT min(greatest(q.due_at, q.lease_until)) INTO next FROM push_queue q WHERE q.org_id = org
				AND q.subscription_id IS NOT NULL;
		END IF;
	ELSE
		next := (SELECT now() FROM search_queue q WHERE q.org_id = org LIMIT 1);
		next := coalesce(next, (SELECT now() FROM search_backlog b WHERE b.org_id = org));
	END IF;
	RETURN coalesce(next, 'infinity');
END $$;

-- A sender has claimed what it could: the organization is due again when there is more, and what is due but could not
-- be had (locked, held back by a rate or an earlier message) in `hold_ms`. Milliseconds until then, at most a day.
-- Nothing is lost when the row stays as it is, which it does while work is being added: so no commit waits for the
-- disk.
CREATE OR REPLACE FUNCTION deskbell_rest(org bigint, work text, hold_ms integer) RETURNS integer
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	next timestamptz;
BEGIN
	PERFORM set_config('deskbell.org', org::text, true), set_config('deskbell.scope', '', true),
		set_config('synchronous_commit', 'off', true);
	IF NOT pg_try_advisory_xact_lock(hashtextextended('due ' || work, org)) THEN
		RETURN hold_ms;
	END IF;
	next := greatest(deskbell_next_work(org, work), now() + hold_ms * interval '1 millisecond');
	UPDATE due_work w SET due_at = next WHERE w.org_id = org AND w.kind = work AND w.due_at <> next;
	RETURN CASE WHEN next = 'infinity' THEN 86400000
		ELSE least(86400000, ceil(extract(epoch FROM next - now()) * 1000))::integer END;
END $$;
