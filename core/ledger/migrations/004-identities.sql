-- A job that was read: what the past of a finding is told by. It outlives the job.
CREATE TABLE readings (
  job_seq INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  job TEXT NOT NULL,
  run TEXT,
  sha TEXT,
  at TEXT NOT NULL
);
CREATE INDEX readings_by_project ON readings (project_id);
INSERT INTO readings SELECT seq, project_id, id, run_id, sha, coalesce(finished_at, created_at) FROM jobs WHERE complete = 1;

-- One problem through all jobs and branches. Unchanged findings cost no write here.
CREATE TABLE identities (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  -- What a finding must have in common with it to be taken for it where there is nothing to compare with: its fingerprint without ordinal.
  key TEXT NOT NULL,
  -- A reading.
  first_seen INTEGER NOT NULL
);
CREATE INDEX identities_by_key ON identities (project_id, key);

-- Where an identity was fixed; all readings. With `reopened_in` it is there again.
CREATE TABLE closures (
  identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  branch TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  fixed_in INTEGER NOT NULL,
  reopened_in INTEGER,
  PRIMARY KEY (identity, branch)
) WITHOUT ROWID;

ALTER TABLE findings ADD COLUMN identity INTEGER;
ALTER TABLE findings ADD COLUMN position INTEGER;
UPDATE findings SET position = json_extract(more, '$.finding.column') WHERE more IS NOT NULL;
