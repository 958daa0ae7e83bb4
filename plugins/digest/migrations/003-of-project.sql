-- Which project it is of: another of its name may be there by now. NULL: written before this was known.
ALTER TABLE digest_runs ADD COLUMN project_id INTEGER;
ALTER TABLE digest_patches ADD COLUMN project_id INTEGER;
ALTER TABLE digest_unsubscribed ADD COLUMN project_id INTEGER;
