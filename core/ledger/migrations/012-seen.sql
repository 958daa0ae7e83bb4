-- Who may see a job or run is asked by owner first: what is somebody else's is then not read at all, as what is nobody's.
CREATE INDEX jobs_seen ON jobs (owner, id);
CREATE INDEX runs_seen ON runs (owner, id);
