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
-- What an older version left is put together once, from the index alone where that is enough.
INSERT INTO visit
SELECT connection_id, at, at, NULL FROM (
    SELECT connection_id, at, lag(at) OVER (PARTITION BY connection_id ORDER BY at) AS before FROM activity
) WHERE before IS NULL OR at - before >= 600000;
UPDATE visit SET last_at = (
    SELECT max(a.at) FROM activity a WHERE a.connection_id = visit.connection_id AND a.at < coalesce(
        (SELECT min(n.started_at) FROM visit n
         WHERE n.connection_id = visit.connection_id AND n.started_at > visit.started_at),
        9223372036854775807
    )
);
UPDATE visit SET secure_at = (
    SELECT a.at FROM activity a
    WHERE a.connection_id = visit.connection_id AND a.at BETWEEN visit.started_at AND visit.last_at AND a.secure = 1
    ORDER BY a.at DESC LIMIT 1
);
