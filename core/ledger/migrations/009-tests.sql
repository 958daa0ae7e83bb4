-- A test of one recipe of one subproject, by the name that its runner gives it.
CREATE TABLE test_names (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  subproject TEXT NOT NULL,
  recipe TEXT NOT NULL,
  language TEXT NOT NULL,
  tool TEXT NOT NULL,
  test TEXT NOT NULL,
  UNIQUE (project_id, subproject, recipe, language, tool, test)
);
INSERT INTO test_names (project_id, subproject, recipe, language, tool, test)
  SELECT DISTINCT project_id, subproject, recipe, language, tool, test FROM tests JOIN jobs ON jobs.seq = job_seq;

ALTER TABLE tests ADD COLUMN name INTEGER REFERENCES test_names (id) ON DELETE CASCADE;
UPDATE tests SET name = (SELECT test_names.id FROM jobs JOIN test_names USING (project_id, subproject, recipe, language)
  WHERE jobs.seq = tests.job_seq AND test_names.tool = tests.tool AND test_names.test = tests.test);
ALTER TABLE tests DROP COLUMN tool;
ALTER TABLE tests DROP COLUMN test;
-- 1: it failed and passed at the job's commit.
ALTER TABLE tests ADD COLUMN flaky INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tests_by_name ON tests (name, job_seq);
CREATE INDEX tests_flaky ON tests (name, job_seq) WHERE flaky = 1;

-- How often failed tests are run again.
ALTER TABLE jobs ADD COLUMN rerun_failed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_sha ON jobs (project_id, sha);
