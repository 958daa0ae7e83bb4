-- One row for each group of findings that somebody tries to repair; `key` is made of their fingerprints, so the same findings are the same row.
CREATE TABLE patch_loop_targets (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  title TEXT NOT NULL,
  tool TEXT NOT NULL,
  rule TEXT,
  kind TEXT NOT NULL,
  subproject TEXT NOT NULL,
  language TEXT NOT NULL,
  recipe TEXT NOT NULL,
  base_job TEXT NOT NULL,
  base_sha TEXT NOT NULL,
  findings TEXT NOT NULL,
  identities TEXT NOT NULL,
  max_attempts INTEGER NOT NULL,
  -- Counts how often it was begun anew; with the attempt it names the runs of the farm.
  round INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0,
  before TEXT,
  diff BLOB,
  evidence TEXT,
  sha TEXT,
  branch TEXT,
  pushed INTEGER NOT NULL DEFAULT 0,
  pull TEXT,
  requested_by TEXT NOT NULL,
  not_before INTEGER NOT NULL DEFAULT 0,
  begun_at INTEGER,
  drafted_at INTEGER,
  settled_at INTEGER,
  created_at INTEGER NOT NULL,
  -- Who works on it, and until when that holds without being renewed (ms).
  worker TEXT,
  lease INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project, key)
);
CREATE INDEX patch_loop_targets_state ON patch_loop_targets (state, not_before);
CREATE INDEX patch_loop_targets_project ON patch_loop_targets (project, created_at);

CREATE TABLE patch_loop_attempts (
  target TEXT NOT NULL REFERENCES patch_loop_targets (id) ON DELETE CASCADE,
  round INTEGER NOT NULL,
  n INTEGER NOT NULL,
  drafter TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  diff BLOB,
  note TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (target, round, n)
) WITHOUT ROWID;
