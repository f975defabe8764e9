-- Rows of the request log are smaller: ids are 16 bytes, what no statement looks for is one column, and bodies are compressed
-- and stored beside the row, so that old ones are removed without writing the row anew. The rows of an older version are moved
-- here in small steps after the start (`log_upgrade.rs`), because the log may be large and must not hold up the start.
ALTER TABLE activity RENAME TO activity_before_9;

CREATE TABLE activity (
    -- In the order of recording. Rows of an older version have negative numbers.
    seq INTEGER PRIMARY KEY,
    -- A UUID as its 16 bytes, any other id as text. So are the other ids of this table.
    id ANY NOT NULL,
    at INTEGER NOT NULL,
    connection_id ANY NOT NULL,
    resource_id ANY,
    -- Whether it had a valid token: rows without one go first when there is no room.
    has_token INTEGER NOT NULL,
    -- The rest, as a JSON array (`activity_detail.rs`).
    detail TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX activity_by_id ON activity (id);
CREATE INDEX activity_by_connection ON activity (connection_id, at);
CREATE INDEX activity_by_time ON activity (at);
CREATE INDEX activity_by_resource ON activity (resource_id) WHERE resource_id IS NOT NULL;
CREATE INDEX activity_without_token ON activity (seq) WHERE has_token = 0;

-- The bodies of a request and of its answer; the first byte names the form (`activity_bodies.rs`).
CREATE TABLE activity_body (
    seq INTEGER PRIMARY KEY,
    bodies BLOB NOT NULL
) STRICT;
CREATE TRIGGER activity_body_goes AFTER DELETE ON activity BEGIN
    DELETE FROM activity_body WHERE seq = OLD.seq;
END;
