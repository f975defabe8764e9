-- The audit entries: who did what on what, when. Each is written in the transaction of its act, with the names of that
-- time, and is deleted by retention alone.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    -- 'person', 'commandLine', 'program', or 'signedOut': a person who is not signed in.
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    act TEXT NOT NULL,
    -- 'connection', 'person', 'group', or nothing.
    subject_kind TEXT,
    subject_id TEXT,
    subject_name TEXT NOT NULL,
    -- A label, a name, an address, a number: never a secret.
    detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_altered BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit entries are never altered');
END;
