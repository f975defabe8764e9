-- The move that a pause is because of: away (this is the copy that was left) or here. It ends with the pause itself, however that
-- ends. Before, it was read from the name in `paused_by`.
ALTER TABLE connection ADD COLUMN moved TEXT;
UPDATE connection SET moved = CASE paused_by WHEN 'The move to a server' THEN 'away' ELSE 'here' END
WHERE paused_at IS NOT NULL AND paused_by IN ('The move to a server', 'The move to this server');
CREATE TRIGGER connection_move_settled
AFTER UPDATE OF paused_at ON connection
WHEN NEW.paused_at IS NULL AND NEW.moved IS NOT NULL
BEGIN
    UPDATE connection SET moved = NULL WHERE id = NEW.id;
END;
