-- One message per project and day, as it was rendered. Decided once: UNIQUE(date, project).
CREATE TABLE digest_runs (
  id INTEGER PRIMARY KEY,
  -- YYYY-MM-DD, the local day on whose morning it is sent.
  date TEXT NOT NULL,
  project TEXT NOT NULL,
  -- `open`: deliveries may be under way; `skipped`: there was nothing to tell.
  state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'skipped', 'failed')),
  made_at TEXT NOT NULL,
  subject TEXT,
  -- NULL once they are old.
  text TEXT,
  html TEXT,
  UNIQUE (date, project)
);

-- One SMTP transaction each.
CREATE TABLE digest_deliveries (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES digest_runs (id) ON DELETE CASCADE,
  recipient TEXT NOT NULL,
  -- `sending`: claimed by a process; `unknown`: handed over, no answer came; `refused`: for good; `expired`: the next day came first; `unsubscribed`.
  state TEXT NOT NULL CHECK (state IN ('due', 'sending', 'sent', 'refused', 'unknown', 'expired', 'unsubscribed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Of a due one: not before. Of one that is being sent: since. Of others: when it became so.
  at TEXT NOT NULL,
  -- The next day's slot: later than that nothing is sent.
  expires TEXT NOT NULL,
  -- Of one that is being sent: 1 when its body may have been handed over.
  handed INTEGER NOT NULL DEFAULT 0,
  message TEXT,
  UNIQUE (run, recipient)
);
CREATE INDEX digest_deliveries_open ON digest_deliveries (state, at) WHERE state IN ('due', 'sending');

-- Who does not want to hear of a project any more, whatever its definition says.
CREATE TABLE digest_unsubscribed (
  project TEXT NOT NULL,
  recipient TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (project, recipient)
) WITHOUT ROWID;

-- Patches as they were drafted: which day one belongs to.
CREATE TABLE digest_patches (
  patch TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX digest_patches_by_project ON digest_patches (project, at);

-- One row: what signs the addresses for unsubscribing.
CREATE TABLE digest_key (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL);
INSERT INTO digest_key VALUES (1, randomblob(32));
