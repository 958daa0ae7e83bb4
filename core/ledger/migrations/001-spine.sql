-- One row per process that has the ledger open; a job belongs to the farm that queued it, so that a second process
-- (a `check` beside a server) never touches the other's jobs, and those of a dead one are known to be stranded.
CREATE TABLE farms (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('server', 'check')),
  pid INTEGER NOT NULL,
  -- Start time of the process in clock ticks since boot, with the boot's id: a pid alone is reused.
  process TEXT NOT NULL,
  started_at TEXT NOT NULL
);

CREATE TABLE tokens (
  name TEXT PRIMARY KEY,
  hash BLOB NOT NULL,
  is_admin INTEGER NOT NULL,
  ip_cidrs TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT
);

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  git_url TEXT NOT NULL,
  default_branch TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE INDEX projects_by_owner ON projects (owner, name);

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  farm TEXT NOT NULL,
  request TEXT NOT NULL,
  ref TEXT NOT NULL,
  sha TEXT,
  status TEXT NOT NULL,
  message TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT
);
CREATE INDEX runs_by_project ON runs (project_id, seq);
CREATE INDEX runs_open ON runs (status) WHERE status IN ('queued', 'running');

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  farm TEXT NOT NULL,
  subproject TEXT NOT NULL,
  language TEXT NOT NULL,
  recipe TEXT NOT NULL,
  ref TEXT NOT NULL,
  branch TEXT,
  sha TEXT,
  status TEXT NOT NULL,
  exit_code INTEGER,
  message TEXT,
  recipe_snapshot_json TEXT,
  tests TEXT,
  findings TEXT,
  -- 1 when the recipe ran to its own end, so that its findings can be compared with.
  complete INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT
);
CREATE INDEX jobs_by_owner ON jobs (owner, seq);
CREATE INDEX jobs_by_owner_status ON jobs (owner, status, seq);
CREATE INDEX jobs_by_project ON jobs (project_id, seq);
CREATE INDEX jobs_by_project_status ON jobs (project_id, status, seq);
CREATE INDEX jobs_by_status ON jobs (status, seq);
CREATE INDEX jobs_by_run ON jobs (run_id, seq) WHERE run_id IS NOT NULL;
CREATE INDEX jobs_baseline ON jobs (project_id, subproject, recipe, seq) WHERE complete = 1;

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  job_seq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'unchanged', 'fixed')),
  level TEXT NOT NULL,
  tool TEXT NOT NULL,
  rule TEXT,
  kind TEXT NOT NULL,
  file TEXT,
  line INTEGER,
  message TEXT NOT NULL,
  -- The rest of the finding: columns, advisory, help, related, fixes, trace, line hash, snippet.
  more TEXT
);
CREATE INDEX findings_by_job ON findings (job_seq, id);

CREATE TABLE facts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  data TEXT NOT NULL
);

CREATE TABLE cursors (
  subscriber TEXT PRIMARY KEY,
  fact INTEGER NOT NULL
);

CREATE TABLE tests (
  id INTEGER PRIMARY KEY,
  job_seq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
  tool TEXT NOT NULL,
  test TEXT NOT NULL,
  status TEXT NOT NULL,
  seconds REAL,
  file TEXT,
  line INTEGER,
  message TEXT,
  trace TEXT
);
CREATE INDEX tests_by_job ON tests (job_seq, id);
