-- Tables and columns are named by what they hold.
ALTER TABLE stay RENAME TO remembered_session;
DROP TRIGGER stay_ends;
CREATE TRIGGER remembered_session_ends
AFTER UPDATE ON person
WHEN NEW.active = 0 OR NEW.blocked_at IS NOT NULL OR NEW.deleted_at IS NOT NULL
    OR NEW.password_hash IS NOT OLD.password_hash
BEGIN
    DELETE FROM remembered_session WHERE person_id = NEW.id;
END;

ALTER TABLE former RENAME TO attached_history;
ALTER TABLE attached_history RENAME COLUMN former_id TO deleted_person_id;
DROP INDEX former_person;
CREATE INDEX attached_history_person ON attached_history (person_id);
DROP INDEX person_former;
CREATE INDEX person_deleted_name ON person (user_name_fold) WHERE deleted_at IS NOT NULL;

ALTER TABLE notice RENAME TO notification;
ALTER TABLE notification RENAME COLUMN told_at TO shown_at;

ALTER TABLE waiting_match RENAME TO pending_match;
ALTER TABLE pending_match RENAME COLUMN arriving TO incoming_name;
ALTER TABLE pending_match RENAME COLUMN kept_apart TO dismissed;

ALTER TABLE connection RENAME COLUMN paused_together TO paused_by_pause_all;
