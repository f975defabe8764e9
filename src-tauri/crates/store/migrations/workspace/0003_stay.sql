-- Who stays signed in on this computer: the hash of a secret that the keychain holds, until when.
CREATE TABLE stay (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Whoever loses access, is blocked or gets another password signs in anew, whatever happens afterwards.
CREATE TRIGGER stay_ends
AFTER UPDATE ON person
WHEN NEW.active = 0 OR NEW.blocked_at IS NOT NULL OR NEW.deleted_at IS NOT NULL
    OR NEW.password_hash IS NOT OLD.password_hash
BEGIN
    DELETE FROM stay WHERE person_id = NEW.id;
END;
