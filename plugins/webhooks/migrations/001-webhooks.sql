-- What forges have sent, once its signature held.
CREATE TABLE webhooks_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  forge TEXT NOT NULL,
  event TEXT NOT NULL,
  at TEXT NOT NULL,
  -- waiting → started | same | failed, or superseded by a later push of its ref; ignored from the start.
  outcome TEXT NOT NULL,
  message TEXT,
  ref TEXT,
  sha TEXT,
  run TEXT,
  -- Of one that waits, in milliseconds since 1970: when the first push of its burst came, and when its run starts.
  burst_at INTEGER,
  due_at INTEGER
);
CREATE INDEX webhooks_of_ref ON webhooks_deliveries (project, ref, outcome, id);
CREATE INDEX webhooks_waiting ON webhooks_deliveries (due_at) WHERE outcome = 'waiting';

-- By which a delivery that comes a second time is known.
CREATE TABLE webhooks_seen (
  project TEXT NOT NULL,
  mark TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (project, mark)
) WITHOUT ROWID;
