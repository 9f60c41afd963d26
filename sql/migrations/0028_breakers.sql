-- Circuit breakers of model endpoints: what did not answer in time, several times in a row, is not asked for a growing time (src/answer/llm/breaker.h).

CREATE TABLE circuit_breakers (
	org_id bigint NOT NULL,              -- whose endpoint; 0: the installation's
	kind text NOT NULL CHECK (kind IN ('chat', 'embeddings')),
	endpoint text NOT NULL,              -- address and model: another one begins without failures
	failures integer NOT NULL DEFAULT 1, -- timeouts in a row
	since timestamptz NOT NULL DEFAULT now(), -- the first of them
	pause_s integer NOT NULL DEFAULT 0,
	open_until timestamptz,              -- NULL: closed, the endpoint is asked
	PRIMARY KEY (org_id, kind)
);
SELECT guard_tenant_rows('circuit_breakers');
