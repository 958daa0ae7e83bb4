-- The process that sends from a lane: no other does, as long as it lives.
CREATE TABLE notify_lanes (
  lane TEXT PRIMARY KEY,
  worker TEXT NOT NULL
) WITHOUT ROWID;
