-- For who runs an installation.

-- Nobody seals anything until the transaction ends. Waits for those who are at it, but not for long: senders wait behind this.
CREATE OR REPLACE FUNCTION deskbell_lock_sealed() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('lock_timeout', '3s', true);
	LOCK TABLE channels, organizations IN SHARE MODE;
END $$;
