-- What the people list of the screens is searched, filtered and counted by: narrow rows in the order of names, so that
-- a look through a hundred thousand of them reads megabytes, not their documents. Kept by triggers alone.

CREATE TABLE directory (
    display_fold TEXT NOT NULL,
    person_id TEXT NOT NULL,
    user_name_fold TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    connection_id TEXT,
    active INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    role TEXT NOT NULL,
    -- Name, userName, externalId and e-mail addresses, each on a line, folded.
    text TEXT NOT NULL,
    PRIMARY KEY (display_fold, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_person ON directory (person_id);

CREATE VIEW directory_of AS
SELECT
    p.display_fold, p.id AS person_id, p.user_name_fold, p.modified_at, p.connection_id, p.active,
    p.blocked_at IS NOT NULL AS blocked, p.role,
    p.display_fold || char(10) || p.user_name_fold || char(10) || lower(coalesce(p.external_id, '')) || char(10)
        || coalesce((SELECT group_concat(e.value_fold, char(10)) FROM email e WHERE e.person_id = p.id), '') AS text
FROM person p WHERE p.deleted_at IS NULL;

INSERT INTO directory SELECT * FROM directory_of;

CREATE TRIGGER directory_insert AFTER INSERT ON person BEGIN
    INSERT INTO directory SELECT * FROM directory_of WHERE person_id = NEW.id;
END;

CREATE TRIGGER directory_update
AFTER UPDATE OF display_fold, user_name_fold, external_id, modified_at, connection_id, active, blocked_at, role, deleted_at
ON person BEGIN
    DELETE FROM directory WHERE person_id = OLD.id;
    INSERT INTO directory SELECT * FROM directory_of WHERE person_id = NEW.id;
END;

CREATE TRIGGER directory_delete AFTER DELETE ON person BEGIN
    DELETE FROM directory WHERE person_id = OLD.id;
END;

CREATE TRIGGER directory_email_insert AFTER INSERT ON email BEGIN
    UPDATE directory SET text = (SELECT text FROM directory_of WHERE person_id = NEW.person_id)
    WHERE person_id = NEW.person_id;
END;

CREATE TRIGGER directory_email_delete AFTER DELETE ON email BEGIN
    UPDATE directory SET text = coalesce((SELECT text FROM directory_of WHERE person_id = OLD.person_id), text)
    WHERE person_id = OLD.person_id;
END;

-- The other orders of the list.
CREATE INDEX directory_user_name ON directory (user_name_fold, person_id);
CREATE INDEX directory_modified ON directory (modified_at, person_id);
-- 0001 kept the order of names on the wide rows; the narrow ones have it now.
DROP INDEX person_display;
