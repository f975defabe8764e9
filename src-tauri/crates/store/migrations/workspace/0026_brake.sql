-- What a connection does about a mass change, and from how many people on.
ALTER TABLE connection ADD COLUMN brake_mode TEXT NOT NULL DEFAULT 'notify' CHECK (brake_mode IN ('notify', 'hold'));
ALTER TABLE connection ADD COLUMN mass_least INTEGER NOT NULL DEFAULT 10;
ALTER TABLE connection ADD COLUMN mass_people INTEGER NOT NULL DEFAULT 200;
ALTER TABLE connection ADD COLUMN mass_percent_hour INTEGER NOT NULL DEFAULT 20;
ALTER TABLE connection ADD COLUMN mass_percent_day INTEGER NOT NULL DEFAULT 30;
-- Removals up to this time are not counted: an Admin has decided about them.
ALTER TABLE connection ADD COLUMN removals_counted_from INTEGER;
-- Since when removals are refused, when the connection is paused unless an Admin answers, and the answer.
ALTER TABLE connection ADD COLUMN hold_since INTEGER;
ALTER TABLE connection ADD COLUMN hold_pauses_at INTEGER;
ALTER TABLE connection ADD COLUMN hold_answer TEXT CHECK (hold_answer IN ('through', 'refuse'));
ALTER TABLE connection ADD COLUMN hold_answered_at INTEGER;
ALTER TABLE connection ADD COLUMN hold_answered_by TEXT;

-- What a client asked to take away and was refused, by whom or what it is about.
CREATE TABLE held_removal (
    connection_id TEXT NOT NULL,
    -- Nothing for the deletion of a group.
    person_id TEXT NOT NULL DEFAULT '',
    -- Nothing for the account itself.
    group_id TEXT NOT NULL DEFAULT '',
    -- The account is to be deleted, and not only deactivated; a group is.
    deletes INTEGER NOT NULL,
    -- The newest request for it.
    at INTEGER NOT NULL,
    activity_id TEXT,
    let_through_at INTEGER,
    -- It was let through, and a request has done it since, or an Admin has.
    arrived_at INTEGER,
    -- An Admin has decided that it is done here; the step is not taken yet.
    applying INTEGER NOT NULL DEFAULT 0,
    applied_by TEXT,
    PRIMARY KEY (connection_id, person_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_removal_applying ON held_removal (connection_id, group_id) WHERE applying;

CREATE TRIGGER held_removal_ends AFTER DELETE ON connection BEGIN
    DELETE FROM held_removal WHERE connection_id = OLD.id;
END;
