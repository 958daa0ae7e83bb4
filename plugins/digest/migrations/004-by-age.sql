-- What is old enough to go is found without reading the rest.
CREATE INDEX digest_runs_by_age ON digest_runs (made_at);
CREATE INDEX digest_runs_with_body ON digest_runs (made_at) WHERE text IS NOT NULL;
CREATE INDEX digest_patches_by_age ON digest_patches (at);
