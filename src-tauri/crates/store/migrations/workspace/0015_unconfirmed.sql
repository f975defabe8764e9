-- A person of a restored backup about whom the state before the restore could not be read: deactivated until the
-- identity provider or an Admin says again that the person is active.
ALTER TABLE person ADD COLUMN unconfirmed_at INTEGER;
CREATE INDEX person_unconfirmed ON person (display_fold, id) WHERE unconfirmed_at IS NOT NULL;
CREATE TRIGGER person_confirmed
AFTER UPDATE OF active, deleted_at ON person
WHEN NEW.unconfirmed_at IS NOT NULL AND (NEW.active = 1 OR NEW.deleted_at IS NOT NULL)
BEGIN
    UPDATE person SET unconfirmed_at = NULL WHERE id = NEW.id;
END;
