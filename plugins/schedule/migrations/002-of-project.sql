-- Whose line it is: another project of its name may be there by now, with the same line. NULL: written before this was known.
ALTER TABLE schedule_lines ADD COLUMN project_id INTEGER;
