-- Who lost something by a client in the last eight days: the account's access, or a membership. Triggers on the journal fill it.
CREATE TABLE removal (
    connection_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- The group; nothing for the account itself.
    group_id TEXT NOT NULL DEFAULT '',
    -- The newest time.
    at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, person_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX removal_at ON removal (connection_id, at);

-- A client's change has a connection and no actor. Who had no access loses none by a deletion.
CREATE TRIGGER removal_of_access AFTER INSERT ON change
WHEN NEW.connection_id IS NOT NULL AND NEW.actor IS NULL AND NEW.resource_type = 'User'
    AND (NEW.kind = 'deactivate' OR (NEW.kind = 'delete' AND json_extract(NEW.before, '$.active') IS NOT 0))
BEGIN
    INSERT INTO removal (connection_id, person_id, at) VALUES (NEW.connection_id, NEW.resource_id, NEW.at)
    ON CONFLICT DO UPDATE SET at = excluded.at;
    DELETE FROM removal WHERE connection_id = NEW.connection_id AND at < NEW.at - 691200000;
END;

CREATE TRIGGER removal_of_members AFTER INSERT ON change
WHEN NEW.connection_id IS NOT NULL AND NEW.actor IS NULL AND NEW.kind = 'members'
    AND json_array_length(NEW.before, '$.removed') > 0
BEGIN
    INSERT INTO removal (connection_id, person_id, group_id, at)
    SELECT NEW.connection_id, value, NEW.resource_id, NEW.at FROM json_each(NEW.before, '$.removed') WHERE true
    ON CONFLICT DO UPDATE SET at = excluded.at;
    DELETE FROM removal WHERE connection_id = NEW.connection_id AND at < NEW.at - 691200000;
END;

CREATE TRIGGER removal_ends AFTER DELETE ON connection BEGIN
    DELETE FROM removal WHERE connection_id = OLD.id;
END;
