-- 1 for a job that nothing was run for: its findings came as a document.
ALTER TABLE jobs ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
