-- The last jobs of each kind on a branch: what a project's state is made of, and what a job is compared with.
CREATE INDEX jobs_speaking ON jobs (project_id, coalesce(branch, ref), subproject, language, recipe, seq) WHERE status NOT IN ('queued', 'running', 'cancelled');
