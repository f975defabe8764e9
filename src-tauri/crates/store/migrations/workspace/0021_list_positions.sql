-- Where the people and groups of a connection are in their list, which is in the order of their ids: blocks of the list,
-- each with its first id and how many it has, so that a page at any place is found without reading what is before it.
-- Level 0 has blocks of at most 512; a block of level 1 is up to 128 of those. Each list begins with a block from '' on
-- in both levels, and a block of level 1 begins where one of level 0 does. Triggers alone maintain this, and with it the
-- counts of a connection.

CREATE TABLE list_block (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    resource_type TEXT NOT NULL,
    level INTEGER NOT NULL,
    first TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (connection_id, resource_type, level, first)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER list_begin AFTER INSERT ON connection BEGIN
    INSERT INTO list_block VALUES
        (NEW.id, 'User', 0, '', 0), (NEW.id, 'User', 1, '', 0), (NEW.id, 'Group', 0, '', 0), (NEW.id, 'Group', 1, '', 0);
END;

-- What is in the lists already, in blocks that are half full.
INSERT INTO list_block SELECT id, 'User', 0, '', 0 FROM connection;
INSERT INTO list_block SELECT id, 'Group', 0, '', 0 FROM connection;
INSERT INTO list_block
SELECT connection_id, 'User', 0, CASE block WHEN 0 THEN '' ELSE min(id) END, count(*) FROM (
    SELECT connection_id, id, (row_number() OVER (PARTITION BY connection_id ORDER BY id) - 1) / 256 AS block
    FROM person WHERE connection_id IS NOT NULL AND deleted_at IS NULL
) GROUP BY connection_id, block
ON CONFLICT DO UPDATE SET count = excluded.count;
INSERT INTO list_block
SELECT connection_id, 'Group', 0, CASE block WHEN 0 THEN '' ELSE min(id) END, count(*) FROM (
    SELECT connection_id, id, (row_number() OVER (PARTITION BY connection_id ORDER BY id) - 1) / 256 AS block
    FROM scim_group WHERE deleted_at IS NULL
) GROUP BY connection_id, block
ON CONFLICT DO UPDATE SET count = excluded.count;
INSERT INTO list_block
SELECT connection_id, resource_type, 1, min(first), sum(count) FROM (
    SELECT *, (row_number() OVER (PARTITION BY connection_id, resource_type ORDER BY first) - 1) / 64 AS block
    FROM list_block
) GROUP BY connection_id, resource_type, block;
UPDATE connection SET
    people = (SELECT sum(count) FROM list_block b WHERE b.connection_id = connection.id AND resource_type = 'User' AND level = 1),
    groups = (SELECT sum(count) FROM list_block b WHERE b.connection_id = connection.id AND resource_type = 'Group' AND level = 1);

-- A resource that enters a list (`by` is 1) or leaves it (-1).
CREATE VIEW list_move AS SELECT '' AS connection_id, '' AS resource_type, '' AS id, 0 AS by;
CREATE TRIGGER list_move INSTEAD OF INSERT ON list_move BEGIN
    UPDATE connection SET
        people = people + NEW.by * (NEW.resource_type = 'User'), groups = groups + NEW.by * (NEW.resource_type = 'Group')
    WHERE id = NEW.connection_id;
    -- Level 1 first: what a block of level 0 does when it is full or empty follows from both.
    UPDATE list_block SET count = count + NEW.by
    WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type AND level = 1 AND first = (
        SELECT max(b.first) FROM list_block b WHERE b.connection_id = NEW.connection_id
            AND b.resource_type = NEW.resource_type AND b.level = 1 AND b.first <= NEW.id);
    UPDATE list_block SET count = count + NEW.by
    WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type AND level = 0 AND first = (
        SELECT max(b.first) FROM list_block b WHERE b.connection_id = NEW.connection_id
            AND b.resource_type = NEW.resource_type AND b.level = 0 AND b.first <= NEW.id);
END;

CREATE TRIGGER list_person_new AFTER INSERT ON person WHEN NEW.connection_id IS NOT NULL AND NEW.deleted_at IS NULL
BEGIN INSERT INTO list_move VALUES (NEW.connection_id, 'User', NEW.id, 1); END;
CREATE TRIGGER list_person_gone AFTER DELETE ON person WHEN OLD.connection_id IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN INSERT INTO list_move VALUES (OLD.connection_id, 'User', OLD.id, -1); END;
CREATE TRIGGER list_person AFTER UPDATE OF id, connection_id, deleted_at ON person
WHEN OLD.id <> NEW.id OR OLD.connection_id IS NOT NEW.connection_id OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
BEGIN
    INSERT INTO list_move SELECT OLD.connection_id, 'User', OLD.id, -1
    WHERE OLD.connection_id IS NOT NULL AND OLD.deleted_at IS NULL;
    INSERT INTO list_move SELECT NEW.connection_id, 'User', NEW.id, 1
    WHERE NEW.connection_id IS NOT NULL AND NEW.deleted_at IS NULL;
END;

CREATE TRIGGER list_group_new AFTER INSERT ON scim_group WHEN NEW.deleted_at IS NULL
BEGIN INSERT INTO list_move VALUES (NEW.connection_id, 'Group', NEW.id, 1); END;
CREATE TRIGGER list_group_gone AFTER DELETE ON scim_group WHEN OLD.deleted_at IS NULL
BEGIN INSERT INTO list_move VALUES (OLD.connection_id, 'Group', OLD.id, -1); END;
CREATE TRIGGER list_group AFTER UPDATE OF id, connection_id, deleted_at ON scim_group
WHEN OLD.id <> NEW.id OR OLD.connection_id <> NEW.connection_id OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
BEGIN
    INSERT INTO list_move SELECT OLD.connection_id, 'Group', OLD.id, -1 WHERE OLD.deleted_at IS NULL;
    INSERT INTO list_move SELECT NEW.connection_id, 'Group', NEW.id, 1 WHERE NEW.deleted_at IS NULL;
END;

-- The blocks of level 1, and where each ends: before the next one, or never.
CREATE VIEW list_upper AS
SELECT u.connection_id, u.resource_type, u.first, u.count, coalesce(
    (SELECT min(n.first) FROM list_block n WHERE n.connection_id = u.connection_id
        AND n.resource_type = u.resource_type AND n.level = 1 AND n.first > u.first), char(1114111)) AS until
FROM list_block u WHERE u.level = 1;

-- A full block becomes two.
CREATE TRIGGER list_block_full AFTER UPDATE OF count ON list_block WHEN NEW.level = 0 AND NEW.count > 512
BEGIN
    UPDATE list_block SET count = 256
    WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type AND level = 0 AND first = NEW.first;
    INSERT INTO list_block VALUES (NEW.connection_id, NEW.resource_type, 0, CASE NEW.resource_type
        WHEN 'User' THEN (
            SELECT id FROM person WHERE connection_id = NEW.connection_id AND deleted_at IS NULL AND id >= NEW.first
            ORDER BY id LIMIT 1 OFFSET 256)
        ELSE (
            SELECT id FROM scim_group WHERE connection_id = NEW.connection_id AND deleted_at IS NULL AND id >= NEW.first
            ORDER BY id LIMIT 1 OFFSET 256)
        END, NEW.count - 256);
END;

-- So does a block of level 1 with more than 128 of level 0. Both parts are counted anew.
CREATE TRIGGER list_block_new AFTER INSERT ON list_block WHEN NEW.level = 0 AND NEW.first <> ''
BEGIN
    INSERT INTO list_block
    SELECT u.connection_id, u.resource_type, 1, (
        SELECT b.first FROM list_block b WHERE b.connection_id = u.connection_id AND b.resource_type = u.resource_type
            AND b.level = 0 AND b.first >= u.first ORDER BY b.first LIMIT 1 OFFSET 64), 0
    FROM list_upper u
    WHERE u.connection_id = NEW.connection_id AND u.resource_type = NEW.resource_type AND u.first = (
        SELECT max(b.first) FROM list_block b WHERE b.connection_id = NEW.connection_id
            AND b.resource_type = NEW.resource_type AND b.level = 1 AND b.first <= NEW.first)
        AND 128 < (SELECT count(*) FROM list_block b WHERE b.connection_id = u.connection_id
            AND b.resource_type = u.resource_type AND b.level = 0 AND b.first >= u.first AND b.first < u.until);
END;
CREATE TRIGGER list_block_upper_new AFTER INSERT ON list_block WHEN NEW.level = 1 AND NEW.first <> ''
BEGIN
    UPDATE list_block SET count = (
        SELECT sum(b.count) FROM list_upper u JOIN list_block b ON b.connection_id = u.connection_id
            AND b.resource_type = u.resource_type AND b.level = 0 AND b.first >= u.first AND b.first < u.until
        WHERE u.connection_id = NEW.connection_id AND u.resource_type = NEW.resource_type AND u.first = list_block.first)
    WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type AND level = 1 AND first IN (NEW.first, (
        SELECT max(b.first) FROM list_block b WHERE b.connection_id = NEW.connection_id
            AND b.resource_type = NEW.resource_type AND b.level = 1 AND b.first < NEW.first));
END;

-- An empty block ends, unless one of level 1 begins with it; an empty one of level 1 ends with the last of its own.
CREATE TRIGGER list_block_empty AFTER UPDATE OF count ON list_block
WHEN NEW.level = 0 AND NEW.count = 0 AND NEW.first <> ''
BEGIN
    DELETE FROM list_block WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type
        AND level = 1 AND count = 0 AND first <> '' AND first = (
            SELECT max(b.first) FROM list_block b WHERE b.connection_id = NEW.connection_id
                AND b.resource_type = NEW.resource_type AND b.level = 1 AND b.first <= NEW.first);
    DELETE FROM list_block WHERE connection_id = NEW.connection_id AND resource_type = NEW.resource_type
        AND level = 0 AND first = NEW.first AND NOT EXISTS (
            SELECT 1 FROM list_block u WHERE u.connection_id = NEW.connection_id
                AND u.resource_type = NEW.resource_type AND u.level = 1 AND u.first = NEW.first);
END;
CREATE TRIGGER list_block_upper_gone AFTER DELETE ON list_block WHEN OLD.level = 1
BEGIN
    DELETE FROM list_block WHERE connection_id = OLD.connection_id AND resource_type = OLD.resource_type
        AND level = 0 AND first = OLD.first AND first <> '' AND count = 0;
END;
