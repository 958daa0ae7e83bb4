-- A search for the commit that brought a finding, or broke a test.
CREATE TABLE bisects (
  id TEXT PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  -- Whose process drives it.
  farm TEXT NOT NULL,
  target TEXT NOT NULL,
  subproject TEXT NOT NULL,
  language TEXT NOT NULL,
  recipe TEXT NOT NULL,
  -- The last commit known to be without; null: the search goes back to the first commit.
  good TEXT,
  bad TEXT NOT NULL,
  commits INTEGER NOT NULL,
  status TEXT NOT NULL,
  message TEXT,
  result TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
);
CREATE INDEX bisects_open ON bisects (farm) WHERE status = 'running';

-- The jobs whose word is asked for; `asked` are those that the search has started itself.
CREATE TABLE bisect_steps (
  bisect TEXT NOT NULL REFERENCES bisects (id) ON DELETE CASCADE,
  job TEXT NOT NULL,
  sha TEXT NOT NULL,
  asked INTEGER NOT NULL,
  answer TEXT,
  PRIMARY KEY (bisect, job)
) WITHOUT ROWID;

-- Which commit brought it, as a search has found.
ALTER TABLE identities ADD COLUMN introduced TEXT;
