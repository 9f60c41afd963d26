-- What the bot did not answer for sure is found without walking through all decisions.
CREATE INDEX decisions_unanswered ON decisions (org_id, id) WHERE stage IN ('fallback', 'clarify');
