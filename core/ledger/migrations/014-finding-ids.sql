-- The highest id that findings had which are gone with their job: none is given twice, whoever still holds it.
CREATE TABLE finding_ids (last INTEGER NOT NULL);
INSERT INTO finding_ids SELECT coalesce(max(id), 0) FROM findings;
CREATE TRIGGER finding_ids_stay BEFORE DELETE ON jobs BEGIN
  UPDATE finding_ids SET last = (SELECT max(id) FROM findings) WHERE last < (SELECT max(id) FROM findings);
END;
