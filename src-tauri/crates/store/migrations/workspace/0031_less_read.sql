-- Who waits, read from the person where one is asked for, and from the connections that are observed where all are: with an order
-- of tables that was fixed, each line of the list of people read every connection. Without `likelihood` SQLite reads all people
-- to count those who wait, and without `+` all of a connection instead of the members of its group.
DROP VIEW withheld;
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
SELECT p.id, c.id, 0, 1
FROM connection c
JOIN scim_group g ON g.id = c.admin_group_id AND g.connection_id = c.id AND g.deleted_at IS NULL
JOIN member m ON m.group_id = g.id
JOIN person p ON p.id = m.member_id AND +p.connection_id = c.id
WHERE likelihood(c.observing_since IS NOT NULL, 0.0001) AND p.role = 'member' AND p.deleted_at IS NULL
    AND p.withheld_at IS NULL;

-- A new person has no address yet, and an address is added to what the directory has: neither reads the person again. Addresses
-- are written in their order (`folded_emails`), so that the row is what `directory_of` says.
DROP TRIGGER directory_insert;
CREATE TRIGGER directory_insert AFTER INSERT ON person WHEN NEW.deleted_at IS NULL BEGIN
    INSERT INTO directory (display_fold, person_id, user_name_fold, changed_at, connection_id, active, blocked, role, text)
    VALUES (
        NEW.display_fold, NEW.id, NEW.user_name_fold, NEW.changed_at, NEW.connection_id, NEW.active,
        NEW.blocked_at IS NOT NULL, NEW.role,
        NEW.display_fold || char(10) || NEW.user_name_fold || char(10) || lower(coalesce(NEW.external_id, '')) || char(10)
    );
END;
DROP TRIGGER directory_email_insert;
CREATE TRIGGER directory_email_insert AFTER INSERT ON email BEGIN
    UPDATE directory SET text = text || iif(substr(text, -1) = char(10), '', char(10)) || NEW.value_fold
    WHERE person_id = NEW.person_id;
END;
