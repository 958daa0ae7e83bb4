-- What is old enough to go, and the dead ones of many projects, are found without reading the rest.
CREATE INDEX notify_outbox_by_state ON notify_outbox (state, ended_at);
