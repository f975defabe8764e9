-- Observe first: through a connection that is being observed, no person gains sign-in or a role until an Admin lets them
-- through. What its client sends is stored as it is sent.
ALTER TABLE connection ADD COLUMN observing_since INTEGER;

-- Since when sign-in is withheld from an active person. It goes with the person, whatever becomes of the connection.
ALTER TABLE person ADD COLUMN withheld_at INTEGER;
CREATE INDEX person_withheld ON person (connection_id, id) WHERE withheld_at IS NOT NULL;

-- Each way in which a person of a connection gains access: made active, active again, returned after a deletion.
CREATE TRIGGER person_withheld_new AFTER INSERT ON person
WHEN NEW.connection_id IS NOT NULL AND NEW.active = 1 AND NEW.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM connection WHERE id = NEW.connection_id AND observing_since IS NOT NULL)
BEGIN
    UPDATE person SET withheld_at = NEW.modified_at WHERE id = NEW.id;
END;
CREATE TRIGGER person_withheld_again AFTER UPDATE OF active, deleted_at ON person
WHEN NEW.connection_id IS NOT NULL AND NEW.active = 1 AND NEW.deleted_at IS NULL
    AND (OLD.active = 0 OR OLD.deleted_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM connection WHERE id = NEW.connection_id AND observing_since IS NOT NULL)
BEGIN
    UPDATE person SET withheld_at = NEW.modified_at WHERE id = NEW.id;
END;
-- Who has no access has none to withhold.
CREATE TRIGGER person_withheld_ends AFTER UPDATE OF active, deleted_at ON person
WHEN NEW.withheld_at IS NOT NULL AND (NEW.active = 0 OR NEW.deleted_at IS NOT NULL)
BEGIN
    UPDATE person SET withheld_at = NULL WHERE id = NEW.id;
END;

-- The people who wait: whether sign-in is withheld, and whether they are in the group whose members are Admins. A role is
-- withheld where a member of that group has none while the connection is being observed.
CREATE VIEW withheld AS
SELECT
    p.id AS person_id, p.connection_id, 1 AS sign_in,
    EXISTS (
        SELECT 1 FROM connection c
        JOIN scim_group g ON g.id = c.admin_group_id AND g.connection_id = c.id AND g.deleted_at IS NULL
        JOIN member m ON m.group_id = g.id AND m.member_id = p.id
        WHERE c.id = p.connection_id
    ) AS admin
FROM person p WHERE p.withheld_at IS NOT NULL
UNION ALL
-- The members of those groups alone are looked at, not all people: CROSS JOIN is SQLite's word for this order.
SELECT p.id, p.connection_id, 0, 1
FROM connection c
CROSS JOIN scim_group g ON g.id = c.admin_group_id AND g.connection_id = c.id AND g.deleted_at IS NULL
CROSS JOIN member m ON m.group_id = g.id
CROSS JOIN person p ON p.id = m.member_id
WHERE c.observing_since IS NOT NULL AND p.connection_id = c.id AND p.role = 'member' AND p.deleted_at IS NULL
    AND p.withheld_at IS NULL;
