-- On the writing connection alone: each row that a transaction changes of what is held in memory. The writer takes the
-- rows out before its commit (`memory.rs`). `kind`: 0 connection, 1 token, 2 person, 3 all people of a connection.
CREATE TEMP TABLE stale (kind INTEGER NOT NULL, id TEXT NOT NULL);

CREATE TEMP TRIGGER stale_connection_new AFTER INSERT ON main.connection
BEGIN INSERT INTO stale VALUES (0, NEW.id); END;
CREATE TEMP TRIGGER stale_connection AFTER UPDATE OF
    name, provider, way_in, paused_at, paused_by, paused_by_pause_all, restored_at, moved, matching, on_delete, admin_group_id,
    allowed_addresses, email_choice, name_choice, user_name_choice, brake_mode, hold_since, deleting
ON main.connection BEGIN INSERT INTO stale VALUES (0, NEW.id); END;
CREATE TEMP TRIGGER stale_connection_gone AFTER DELETE ON main.connection
BEGIN INSERT INTO stale VALUES (0, OLD.id); END;

CREATE TEMP TRIGGER stale_token_new AFTER INSERT ON main.token
BEGIN INSERT INTO stale VALUES (1, NEW.id); END;
CREATE TEMP TRIGGER stale_token AFTER UPDATE ON main.token
BEGIN INSERT INTO stale VALUES (1, NEW.id); END;
CREATE TEMP TRIGGER stale_token_gone AFTER DELETE ON main.token
BEGIN INSERT INTO stale VALUES (1, OLD.id); END;

CREATE TEMP TRIGGER stale_person AFTER UPDATE OF
    connection_id, user_name_fold, twin, display, document, version, created_at, modified_at, deleted_at
ON main.person BEGIN INSERT INTO stale VALUES (2, NEW.id); END;
CREATE TEMP TRIGGER stale_person_gone AFTER DELETE ON main.person
BEGIN INSERT INTO stale VALUES (2, OLD.id); END;

-- What a person is in: directly, or through a group that is a member itself.
CREATE TEMP TRIGGER stale_member_new AFTER INSERT ON main.member
BEGIN
    INSERT INTO stale VALUES (2, NEW.member_id);
    INSERT INTO stale SELECT 3, connection_id FROM main.scim_group WHERE id = NEW.member_id;
END;
CREATE TEMP TRIGGER stale_member_gone AFTER DELETE ON main.member
BEGIN
    INSERT INTO stale VALUES (2, OLD.member_id);
    INSERT INTO stale SELECT 3, connection_id FROM main.scim_group WHERE id = OLD.member_id;
END;
CREATE TEMP TRIGGER stale_member AFTER UPDATE OF group_id, member_id ON main.member
BEGIN
    INSERT INTO stale SELECT 3, connection_id FROM main.scim_group WHERE id IN (OLD.group_id, NEW.group_id);
END;
CREATE TEMP TRIGGER stale_group_new AFTER INSERT ON main.scim_group
BEGIN INSERT INTO stale VALUES (3, NEW.connection_id); END;
CREATE TEMP TRIGGER stale_group AFTER UPDATE OF display, connection_id, deleted_at ON main.scim_group
BEGIN
    INSERT INTO stale VALUES (3, OLD.connection_id);
    INSERT INTO stale VALUES (3, NEW.connection_id);
END;
CREATE TEMP TRIGGER stale_group_gone AFTER DELETE ON main.scim_group
BEGIN INSERT INTO stale VALUES (3, OLD.connection_id); END;
