-- Names by which the server may be called beside its public address and the names of this computer.
CREATE TABLE allowed_host (
    -- Small letters, without a port.
    name TEXT PRIMARY KEY,
    -- former: it was the public address; added: by an Admin; used: by a request with a right token, after an update.
    origin TEXT NOT NULL CHECK (origin IN ('former', 'added', 'used')),
    since INTEGER NOT NULL,
    -- The Admin's name of that time.
    added_by TEXT
) STRICT, WITHOUT ROWID;
-- Earlier versions did not keep by which names they were called, and had a provider that calls by another name than the
-- public address answered. The server replaces this wish by the time until which it learns such names.
INSERT INTO setting (key, value)
SELECT 'server.hostsLearnt', 'begin' WHERE EXISTS (SELECT 1 FROM setting WHERE key = 'server.publicUrl');
