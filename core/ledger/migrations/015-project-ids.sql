-- The highest id that projects had which were removed: none is given twice, whoever still holds it.
CREATE TABLE project_ids (last INTEGER NOT NULL);
INSERT INTO project_ids SELECT coalesce(max(id), 0) FROM projects;
CREATE TRIGGER project_ids_stay BEFORE DELETE ON projects BEGIN
  UPDATE project_ids SET last = old.id WHERE last < old.id;
END;

-- Which of the facts of a name are of a project that was removed since.
CREATE INDEX facts_of_removals ON facts (id) WHERE name = 'project.removed';
