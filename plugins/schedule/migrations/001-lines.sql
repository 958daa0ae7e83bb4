-- What has become of each line of a project's `schedules`.
CREATE TABLE schedule_lines (
  project TEXT NOT NULL,
  -- What the line says, in short: a line that is changed is another one.
  key TEXT NOT NULL,
  -- Slots up to this moment are decided.
  decided TEXT NOT NULL,
  -- The last of them that came, what was made of it, and why.
  slot TEXT,
  outcome TEXT CHECK (outcome IN ('started', 'skipped', 'missed')),
  message TEXT,
  -- The last run that was started, whatever became of later slots.
  run TEXT,
  PRIMARY KEY (project, key)
) WITHOUT ROWID;
