-- A request that names itself is carried out once, however often it arrives.
CREATE TABLE requests (
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request TEXT NOT NULL,
  run TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (project_id, caller, request_id)
) WITHOUT ROWID;
