-- The one way into the audit log: who did what, with ids, counts and names of fields. Never what a customer wrote, is called or can be reached at: entries outlive an
-- erasure. In the caller's transaction, so that what is stored and its entry are one.
CREATE OR REPLACE FUNCTION deskbell_audit(a_org bigint, a_actor text, a_action text, a_detail jsonb) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO audit_log (org_id, actor, action, detail) VALUES (a_org, a_actor, a_action, a_detail)
$$;
