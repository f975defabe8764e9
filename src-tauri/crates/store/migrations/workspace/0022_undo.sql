-- Undos: each is a job of steps, which is continued at the next start until its last step was taken.
CREATE TABLE undo (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    -- The person who started it; nothing for the command line.
    actor TEXT,
    actor_name TEXT NOT NULL,
    -- Which changes, as JSON.
    selection TEXT NOT NULL,
    -- The newest change that the preview saw.
    seen INTEGER NOT NULL,
    -- Members of the Admin group come back, too.
    admins INTEGER NOT NULL,
    -- 'planned' while its steps are being written, then 'running', then 'done'.
    state TEXT NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE TABLE undo_step (
    undo_id TEXT NOT NULL REFERENCES undo (id) ON DELETE CASCADE,
    -- The order in which they are taken.
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    display TEXT NOT NULL,
    -- The changes that it undoes, ascending, as a JSON array.
    changes TEXT NOT NULL,
    -- The members that it adds or removes, as a JSON array.
    members TEXT NOT NULL,
    -- How often it waited for the others, because another row had the name.
    deferred INTEGER NOT NULL DEFAULT 0,
    -- Nothing: to be taken. 'done', or as JSON why it was not taken.
    outcome TEXT,
    PRIMARY KEY (undo_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX undo_step_open ON undo_step (undo_id, number) WHERE outcome IS NULL;

-- The changes of the journal that an undo made. `undoes` is the newest of the changes that it undid by this one.
CREATE TABLE undo_change (
    change_id INTEGER PRIMARY KEY REFERENCES change (id) ON DELETE CASCADE,
    undo_id TEXT NOT NULL,
    undoes INTEGER NOT NULL
) STRICT;
CREATE INDEX undo_change_of ON undo_change (undo_id, change_id);
