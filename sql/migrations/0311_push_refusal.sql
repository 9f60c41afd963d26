-- What a push service answered is kept as its status, which the page says in words.
ALTER TABLE push_subscriptions DROP problem;
ALTER TABLE push_subscriptions ADD refused_status integer; -- of HTTP, of the last one; 0: it could not be encrypted
