-- When the request arrived that a change answers, of changes that may end access.
ALTER TABLE change ADD COLUMN requested_at INTEGER;

-- What was seen of the end of one person's access by a client: begun with the change, completed after its commit.
CREATE TABLE leaver_proof (
    change_id INTEGER PRIMARY KEY REFERENCES change (id) ON DELETE CASCADE,
    -- Names of that time: they outlive the connection and the person.
    connection_id TEXT NOT NULL,
    connection_name TEXT NOT NULL,
    person_id TEXT NOT NULL,
    display TEXT NOT NULL,
    user_name TEXT NOT NULL,
    -- Both of them, folded.
    names_fold TEXT NOT NULL,
    -- 'deactivate' or 'delete'
    kind TEXT NOT NULL,
    activity_id TEXT,
    requested_at INTEGER,
    stored_at INTEGER NOT NULL,
    -- Nothing: not read back yet. 'complete', 'active', 'signedIn', 'returned'; 'unrecorded': a change of before this table.
    outcome TEXT,
    read_back_at INTEGER,
    -- How many sessions were ended, and when none was open any more.
    sessions INTEGER,
    sessions_ended_at INTEGER
) STRICT;
CREATE INDEX leaver_proof_open ON leaver_proof (change_id) WHERE outcome IS NULL;
CREATE INDEX leaver_proof_person ON leaver_proof (person_id, change_id);

-- A client's change has a connection and no actor. Who had no access loses none by a deletion.
CREATE TRIGGER leaver_proof_begins AFTER INSERT ON change
WHEN NEW.connection_id IS NOT NULL AND NEW.actor IS NULL AND NEW.resource_type = 'User'
    AND (NEW.kind = 'deactivate' OR (NEW.kind = 'delete' AND json_extract(NEW.before, '$.active') IS NOT 0))
BEGIN
    INSERT INTO leaver_proof (change_id, connection_id, connection_name, person_id, display, user_name, names_fold, kind,
        activity_id, requested_at, stored_at)
    SELECT NEW.id, NEW.connection_id, coalesce((SELECT name FROM connection WHERE id = NEW.connection_id), ''),
        NEW.resource_id, display, user_name, display_fold || char(10) || user_name_fold, NEW.kind,
        NEW.activity_id, NEW.requested_at, NEW.at
    FROM person WHERE id = NEW.resource_id;
END;

INSERT INTO leaver_proof (change_id, connection_id, connection_name, person_id, display, user_name, names_fold, kind, activity_id,
    stored_at, outcome)
SELECT id, connection_id, connection_name, resource_id, display, user_name,
    coalesce(names_fold, lower(display) || char(10) || lower(user_name)), kind, activity_id, at, 'unrecorded'
FROM (
    SELECT c.id, c.connection_id, coalesce(n.name, '') AS connection_name, c.resource_id, c.kind, c.activity_id, c.at,
        coalesce(p.display, json_extract(c.before, '$.displayName'), json_extract(c.before, '$.userName'), '') AS display,
        coalesce(p.user_name, json_extract(c.before, '$.userName'), '') AS user_name,
        p.display_fold || char(10) || p.user_name_fold AS names_fold
    FROM change c LEFT JOIN person p ON p.id = c.resource_id LEFT JOIN connection n ON n.id = c.connection_id
    WHERE c.connection_id IS NOT NULL AND c.actor IS NULL AND c.resource_type = 'User'
        AND (c.kind = 'deactivate' OR (c.kind = 'delete' AND json_extract(c.before, '$.active') IS NOT 0))
);
