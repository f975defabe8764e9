-- Tables and columns are named by what they hold.
ALTER TABLE proof RENAME TO setup_evidence;
ALTER TABLE setup_evidence RENAME COLUMN unproved TO inconclusive;
ALTER TABLE visit RENAME TO sync_cycle;
-- The newest request of the cycle that proves that the public URL leads here.
ALTER TABLE sync_cycle RENAME COLUMN secure_at TO https_at;
ALTER TABLE asleep RENAME TO sleep_interval;
