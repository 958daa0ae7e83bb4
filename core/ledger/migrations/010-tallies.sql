-- What a job counted when it ended, by tool and level, for those who look at many jobs at once.
CREATE TABLE tallies (
  job_seq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
  tool TEXT NOT NULL,
  level TEXT NOT NULL,
  new INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  fixed INTEGER NOT NULL,
  PRIMARY KEY (job_seq, tool, level)
) WITHOUT ROWID;
INSERT INTO tallies SELECT job_seq, tool, level, sum(state = 'new'), sum(state = 'unchanged'), sum(state = 'fixed') FROM findings GROUP BY job_seq, tool, level;

CREATE INDEX jobs_by_line ON jobs (project_id, coalesce(branch, ref), seq);
CREATE INDEX closures_by_fix ON closures (branch, fixed_in);
