-- The process that claimed it, so that the claim of a dead one holds no longer.
ALTER TABLE digest_deliveries ADD COLUMN worker TEXT;
