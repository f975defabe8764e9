-- When a token was used for the first time: from then on the one it replaces counts down.
ALTER TABLE token_use ADD COLUMN first_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX activity_time ON activity (at, result);
