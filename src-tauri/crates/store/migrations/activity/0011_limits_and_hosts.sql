-- By which name the server was called with a token last. Null: by an older version.
ALTER TABLE token_use ADD COLUMN host TEXT;

-- What the size limit of the log has deleted of requests with a valid token, by what it was (`log_size.rs`).
CREATE TABLE log_trim (
    -- body, row
    what TEXT PRIMARY KEY,
    -- When the newest request arrived of which that was deleted.
    reached_at INTEGER NOT NULL,
    -- When it was deleted.
    deleted_at INTEGER NOT NULL,
    -- The limit of that time, in bytes.
    limit_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
