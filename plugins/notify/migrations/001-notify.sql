-- Ended jobs of runs that have not, as their facts told.
CREATE TABLE notify_jobs (
  run TEXT NOT NULL,
  job TEXT NOT NULL,
  project TEXT NOT NULL,
  -- A fact job.finished.
  data TEXT NOT NULL,
  PRIMARY KEY (run, job)
) WITHOUT ROWID;

-- What goes out, has gone out, or could not.
CREATE TABLE notify_outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The same for the same message to the same receiver.
  id TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  -- Messages of one lane go out one at a time.
  lane TEXT NOT NULL,
  -- hook or status; where to, without any secret; and what is said.
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  message TEXT NOT NULL,
  -- waiting → sent | dead; dropped when a later one of its lane says more.
  state TEXT NOT NULL DEFAULT 'waiting',
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Of the next attempt, in milliseconds since 1970.
  due_at INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  -- Of the last attempt.
  http_status INTEGER,
  fault TEXT
);
CREATE INDEX notify_outbox_waiting ON notify_outbox (due_at) WHERE state = 'waiting';
CREATE INDEX notify_outbox_of_project ON notify_outbox (project, seq);
CREATE INDEX notify_outbox_lane ON notify_outbox (lane) WHERE state = 'waiting';
