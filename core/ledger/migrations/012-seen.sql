-- Who may see a job, run or search is asked by owner first: what is somebody else's is then not read at all, as what is nobody's.
CREATE INDEX jobs_seen ON jobs (owner, id);
CREATE INDEX runs_seen ON runs (owner, id);
CREATE INDEX bisects_seen ON bisects (owner, id);
