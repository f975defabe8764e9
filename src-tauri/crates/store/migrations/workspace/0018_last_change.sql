-- When anything last changed that is shown of a person: the newest row of the journal, whatever it is about. A block, a
-- role or a password is no part of the SCIM resource, whose own time and version stay as they are.
ALTER TABLE person ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE person SET changed_at = max(
    modified_at,
    coalesce((SELECT c.at FROM change c WHERE c.resource_id = person.id ORDER BY c.id DESC LIMIT 1), 0)
);

ALTER TABLE directory RENAME COLUMN modified_at TO changed_at;
DROP INDEX directory_modified;
CREATE INDEX directory_changed ON directory (changed_at, person_id);

DROP VIEW directory_of;
CREATE VIEW directory_of AS
SELECT
    p.display_fold, p.id AS person_id, p.user_name_fold, p.changed_at, p.connection_id, p.active,
    p.blocked_at IS NOT NULL AS blocked, p.role,
    p.display_fold || char(10) || p.user_name_fold || char(10) || lower(coalesce(p.external_id, '')) || char(10)
        || coalesce((SELECT group_concat(e.value_fold, char(10)) FROM email e WHERE e.person_id = p.id), '') AS text
FROM person p WHERE p.deleted_at IS NULL;

DROP TRIGGER directory_update;
CREATE TRIGGER directory_update
AFTER UPDATE OF display_fold, user_name_fold, external_id, connection_id, active, blocked_at, role, deleted_at
ON person BEGIN
    DELETE FROM directory WHERE person_id = OLD.id;
    INSERT INTO directory SELECT * FROM directory_of WHERE person_id = NEW.id;
END;
UPDATE directory SET changed_at = (SELECT p.changed_at FROM person p WHERE p.id = person_id);

CREATE TRIGGER directory_follows_changes AFTER UPDATE OF changed_at ON person BEGIN
    UPDATE directory SET changed_at = NEW.changed_at WHERE person_id = NEW.id;
END;
CREATE TRIGGER person_changed AFTER INSERT ON change WHEN NEW.resource_type = 'User' BEGIN
    UPDATE person SET changed_at = NEW.at WHERE id = NEW.resource_id;
END;

-- What was one kind of change says what it was.
UPDATE change SET kind = CASE
    WHEN after = '{"blocked":true}' THEN 'block'
    WHEN after = '{"blocked":false}' THEN 'unblock'
    WHEN after = '{"role":"admin"}' THEN 'promote'
    WHEN after = '{"role":"member"}' THEN 'demote'
    WHEN after = '{"maySignIn":true}' THEN 'allow'
    WHEN after = '{"maySignIn":false}' THEN 'forbid'
    WHEN before = '{"source":"local"}' THEN 'link'
    WHEN after LIKE '%"source":"local"%' THEN 'unlink'
    ELSE kind
END
WHERE kind = 'update' AND resource_type = 'User';
