-- Which project a job was of: another of its name may be there by now. NULL: written before this was known.
ALTER TABLE notify_jobs ADD COLUMN project_id INTEGER;
