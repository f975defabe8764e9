-- The history of a deleted person that an Admin attached to another one: the same person, under a new id. It gives no
-- right. Name and time are written down, because the tombstone goes earlier than the history.
CREATE TABLE former (
    former_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    display TEXT NOT NULL,
    deleted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX former_person ON former (person_id);
-- Tombstones of the same userName are looked for in the whole workspace.
CREATE INDEX person_former ON person (user_name_fold) WHERE deleted_at IS NOT NULL;
