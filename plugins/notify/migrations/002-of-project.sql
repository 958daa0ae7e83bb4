-- When the project was made that a message is of: another of its name is given none of it. NULL: written before this was known.
ALTER TABLE notify_outbox ADD COLUMN project_created_at TEXT;
