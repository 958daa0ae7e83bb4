-- What is old enough to go is found without reading the rest.
CREATE INDEX webhooks_by_age ON webhooks_deliveries (at);
CREATE INDEX webhooks_seen_by_age ON webhooks_seen (at);
