-- How a connection's requests end, by kind (`request_health.rs`). Both are counted by the log's writer, from this version on.
CREATE TABLE refusal_run (
    connection_id TEXT NOT NULL,
    -- authentication, lookup, write
    kind TEXT NOT NULL,
    refusals INTEGER NOT NULL,
    since INTEGER NOT NULL,
    newest_at INTEGER NOT NULL,
    newest_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (connection_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE refused_write (
    connection_id TEXT NOT NULL,
    -- The id of the resource, or its folded name, behind the resource's type.
    subject TEXT NOT NULL,
    -- create, change, deactivate, activate
    act TEXT NOT NULL,
    name TEXT NOT NULL,
    user_name TEXT,
    reason TEXT NOT NULL,
    sentence TEXT NOT NULL,
    refusals INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    newest_at INTEGER NOT NULL,
    newest_id TEXT NOT NULL,
    -- An Admin has decided that no action is needed.
    set_aside INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connection_id, subject, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_write_by_time ON refused_write (connection_id, newest_at);
