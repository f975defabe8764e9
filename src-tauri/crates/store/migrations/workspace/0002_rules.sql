-- Rules of connections, decisions that wait for an Admin, rotation of tokens, blocking and passcodes.

ALTER TABLE connection ADD COLUMN matching TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE connection ADD COLUMN on_delete TEXT NOT NULL DEFAULT 'keep';
ALTER TABLE connection ADD COLUMN admin_group_id TEXT;
-- A JSON array of addresses and CIDR ranges.
ALTER TABLE connection ADD COLUMN allowed_addresses TEXT NOT NULL DEFAULT '[]';

-- The token that takes this one's place, and how long this one lives on after that one was first used.
ALTER TABLE token ADD COLUMN replaced_by TEXT;
ALTER TABLE token ADD COLUMN overlap_ms INTEGER;

ALTER TABLE person ADD COLUMN blocked_at INTEGER;
ALTER TABLE person ADD COLUMN blocked_by TEXT;
ALTER TABLE person ADD COLUMN must_choose_password INTEGER NOT NULL DEFAULT 0;

-- A provider's person whose userName a local account has. One row for each pair.
CREATE TABLE waiting_match (
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    arriving TEXT NOT NULL,
    at INTEGER NOT NULL,
    kept_apart INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection_id, person_id)
) STRICT;

-- The last local Admin who can sign in cannot be blocked either.
DROP TRIGGER person_last_admin_update;
CREATE TRIGGER person_last_admin_update
BEFORE UPDATE ON person
WHEN OLD.connection_id IS NULL AND OLD.role = 'admin' AND OLD.active = 1 AND OLD.deleted_at IS NULL
    AND OLD.blocked_at IS NULL
    AND (NEW.role <> 'admin' OR NEW.active = 0 OR NEW.deleted_at IS NOT NULL OR NEW.connection_id IS NOT NULL
        OR NEW.blocked_at IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM person
        WHERE connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL AND blocked_at IS NULL
            AND id <> OLD.id
    )
BEGIN
    SELECT RAISE(ABORT, 'last local admin');
END;
