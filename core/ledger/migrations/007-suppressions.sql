-- A problem that somebody has accepted, in every job and on every branch.
CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  identity INTEGER NOT NULL UNIQUE REFERENCES identities (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  accepted_by TEXT NOT NULL,
  accepted_at TEXT NOT NULL,
  -- From then on it does not hold any more; null: it always does.
  until TEXT,
  -- What was accepted, as it was then.
  finding TEXT NOT NULL
);
CREATE INDEX suppressions_by_project ON suppressions (project_id, id);

-- A finding that the file of accepted findings in its own commit names.
CREATE TABLE acceptances (
  finding INTEGER PRIMARY KEY REFERENCES findings (id) ON DELETE CASCADE,
  -- The fingerprint in the file; '' where it names none.
  entry TEXT NOT NULL,
  reason TEXT NOT NULL,
  until TEXT
);
