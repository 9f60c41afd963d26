-- An item of a webhook delivery is stored by a call that names its organization.

ALTER TYPE receive_item DROP ATTRIBUTE req, DROP ATTRIBUTE org;
