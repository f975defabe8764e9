-- When this computer was asleep, so that silence can be told from a provider that does not call.
CREATE TABLE asleep (
    from_at INTEGER PRIMARY KEY,
    until_at INTEGER NOT NULL
) STRICT;
