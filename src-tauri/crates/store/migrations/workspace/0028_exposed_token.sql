-- When a token first arrived unencrypted: others may have read it on its way.
ALTER TABLE token ADD COLUMN exposed_at INTEGER;
