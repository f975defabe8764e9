-- The audit entries are a chain: `hash` is the SHA-256 of the hash before it and of what the entry says (`audit_chain.rs`).
-- Entries of an older version get theirs when the workspace is opened, all in one transaction.
ALTER TABLE audit ADD COLUMN hash BLOB;
CREATE TABLE audit_chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- The hash before the first entry: zeros, or that of the newest entry that retention deleted.
    beginning BLOB NOT NULL,
    -- The hash of the newest entry.
    head BLOB NOT NULL
) STRICT;
INSERT INTO audit_chain (id, beginning, head) VALUES (1, zeroblob(32), zeroblob(32));
CREATE TRIGGER audit_has_a_hash BEFORE INSERT ON audit WHEN NEW.hash IS NULL BEGIN
    SELECT RAISE(ABORT, 'an audit entry has a hash');
END;
CREATE TRIGGER audit_head_follows AFTER INSERT ON audit BEGIN
    UPDATE audit_chain SET head = NEW.hash;
END;
-- One without a hash gets it, once; nothing else of an entry is ever altered.
DROP TRIGGER audit_is_never_altered;
CREATE TRIGGER audit_is_never_altered BEFORE UPDATE ON audit
WHEN OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at
    OR NEW.actor_kind IS NOT OLD.actor_kind OR NEW.actor_id IS NOT OLD.actor_id OR NEW.actor_name IS NOT OLD.actor_name
    OR NEW.act IS NOT OLD.act OR NEW.subject_kind IS NOT OLD.subject_kind OR NEW.subject_id IS NOT OLD.subject_id
    OR NEW.subject_name IS NOT OLD.subject_name OR NEW.detail IS NOT OLD.detail
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never altered');
END;
