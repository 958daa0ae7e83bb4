-- Who did what. Reading is not noted.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  caller TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- 'done', or the code of the error.
  outcome TEXT NOT NULL
);
CREATE INDEX audit_by_caller ON audit (caller, id);
