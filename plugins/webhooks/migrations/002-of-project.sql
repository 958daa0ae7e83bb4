-- Which project was sent to: another of its name may be there by now. NULL: written before this was known.
ALTER TABLE webhooks_deliveries ADD COLUMN project_id INTEGER;
ALTER TABLE webhooks_seen ADD COLUMN project_id INTEGER;
