-- The one way into the audit log, for functions of the owner: who did what, with ids, counts and names of fields. Never
-- what a customer wrote, is called or can be reached at: entries outlive an erasure. In the caller's transaction, so
-- that what is stored and its entry are one.
CREATE OR REPLACE FUNCTION deskbell_audit(a_org bigint, a_actor text, a_action text, a_detail jsonb) RETURNS void
LANGUAGE sql SET jit = off AS $$
	INSERT INTO audit_log (org_id, actor, action, detail) VALUES (a_org, a_actor, a_action, a_detail)
$$;

-- The same in every organisation of a user: what happens to an account.
CREATE OR REPLACE FUNCTION deskbell_audit_user(a_person bigint, a_actor text, a_action text, a_detail jsonb)
	RETURNS void
LANGUAGE sql SET jit = off AS
$$ SELECT deskbell_audit(m.org_id, a_actor, a_action, a_detail) FROM memberships m WHERE m.user_id = a_person $$;

-- For programs. In the desk's transaction the pass (scope.sql) says who acts and where, whatever the arguments say;
-- without a pass only those who log in as the owner may name an actor.
CREATE OR REPLACE FUNCTION deskbell_record(a_org bigint, a_actor text, a_action text, a_detail jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET jit = off AS $$
DECLARE who record := deskbell_actor();
BEGIN
	IF who.org IS NULL AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
		RAISE EXCEPTION 'nobody is proven to act' USING ERRCODE = 'insufficient_privilege';
	END IF;
	PERFORM deskbell_audit(coalesce(who.org, a_org), coalesce(who.actor, a_actor), a_action, a_detail);
END $$;
