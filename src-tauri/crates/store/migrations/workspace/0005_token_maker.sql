-- Who made a token; nothing for those of the command line and of older versions.
ALTER TABLE token ADD COLUMN created_by TEXT;
