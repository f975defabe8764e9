-- A statement that changes a person writes `changed_at` itself, so that the row is not written a second time with its entry in
-- the journal; and the directory's row is written once.

DROP TRIGGER person_changed;
CREATE TRIGGER person_changed AFTER INSERT ON change WHEN NEW.resource_type = 'User' BEGIN
    UPDATE person SET changed_at = NEW.at WHERE id = NEW.resource_id AND changed_at <> NEW.at;
END;

DROP TRIGGER directory_follows_changes;
DROP TRIGGER directory_update;
CREATE TRIGGER directory_update
AFTER UPDATE OF display_fold, user_name_fold, external_id, connection_id, blocked_at, role, deleted_at
ON person BEGIN
    DELETE FROM directory WHERE person_id = OLD.id;
    INSERT INTO directory SELECT * FROM directory_of WHERE person_id = NEW.id;
END;
-- What is in no order but that of the last change.
CREATE TRIGGER directory_follows_changes AFTER UPDATE OF active, changed_at ON person
WHEN OLD.active <> NEW.active OR OLD.changed_at <> NEW.changed_at
BEGIN
    UPDATE directory SET active = NEW.active, changed_at = NEW.changed_at
    WHERE person_id = NEW.id AND (active <> NEW.active OR changed_at <> NEW.changed_at);
END;
