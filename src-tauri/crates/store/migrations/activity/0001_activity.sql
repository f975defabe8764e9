-- What was observed of requests. It lives in a file of its own with its own writer: losing the newest rows in a
-- power cut costs history, never an account.

CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    connection_id TEXT NOT NULL,
    token_id TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    result TEXT NOT NULL,
    reason TEXT,
    sentence TEXT NOT NULL,
    resource_type TEXT,
    resource_id TEXT,
    duration_us INTEGER NOT NULL,
    source_ip TEXT,
    secure INTEGER NOT NULL,
    user_agent TEXT,
    notes TEXT NOT NULL,
    request_body TEXT,
    response_body TEXT
) STRICT;
CREATE INDEX activity_connection ON activity (connection_id, at, id);

-- First sight of each thing that a wizard proves. `refused` is 1 while only refusals were seen.
CREATE TABLE proof (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    activity_id TEXT NOT NULL,
    sentence TEXT NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_use (
    token_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    source_ip TEXT
) STRICT, WITHOUT ROWID;
