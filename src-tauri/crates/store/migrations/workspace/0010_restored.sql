-- Marks the file as ours, so that a backup of anything else is told apart: "FNDL".
PRAGMA application_id = 1179534412;
-- The pause that a restore began: since when. It ends with the pause itself, however that ends.
ALTER TABLE connection ADD COLUMN restored_at INTEGER;
CREATE TRIGGER connection_restore_read
AFTER UPDATE OF paused_at ON connection
WHEN NEW.paused_at IS NULL AND NEW.restored_at IS NOT NULL
BEGIN
    UPDATE connection SET restored_at = NULL WHERE id = NEW.id;
END;
