-- Which project it is of: another of its name may be there by now. NULL: written before this was known.
ALTER TABLE patch_loop_targets ADD COLUMN project_id INTEGER;
