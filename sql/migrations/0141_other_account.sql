-- The channel has got another number or bot since the customer wrote: nothing is sent into the conversation before the customer writes to that one.
ALTER TABLE conversations ADD COLUMN is_cut_off boolean NOT NULL DEFAULT false;
