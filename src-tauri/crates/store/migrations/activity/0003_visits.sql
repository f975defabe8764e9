-- Kept counts, so that a week of a busy connection is read from a few hundred rows instead of a million. A quarter of
-- an hour is the largest step of which the days of every time zone can be put together.
CREATE TABLE activity_quarter (
    connection_id TEXT NOT NULL,
    -- Quarters of an hour since 1970-01-01T00:00:00Z.
    quarter INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    PRIMARY KEY (connection_id, quarter)
) STRICT, WITHOUT ROWID;
INSERT INTO activity_quarter
SELECT connection_id, at / 900000, sum(result IN ('ok', 'lookup')), sum(result = 'refused'), sum(result = 'failed')
FROM activity GROUP BY connection_id, at / 900000;

-- Visits: requests of a connection without ten quiet minutes between them. A provider that works in cycles makes one
-- visit a cycle, so the newest ones tell how often it calls.
CREATE TABLE visit (
    connection_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    -- The newest request of the visit that came over HTTPS.
    secure_at INTEGER,
    PRIMARY KEY (connection_id, started_at)
) STRICT, WITHOUT ROWID;
INSERT INTO visit
SELECT connection_id, min(at), max(at), max(CASE WHEN secure = 1 THEN at END) FROM (
    SELECT connection_id, at, secure, sum(begins) OVER (PARTITION BY connection_id ORDER BY at, id) AS number FROM (
        SELECT connection_id, id, at, secure,
            coalesce(at - lag(at) OVER (PARTITION BY connection_id ORDER BY at, id) >= 600000, 1) AS begins
        FROM activity
    )
) GROUP BY connection_id, number;
