-- A connection that is being deleted: since when, what becomes of its people (`keep`, `deactivate`, `delete`), and who
-- decided it. From that moment on it is gone for everybody; its rows follow in small steps.
ALTER TABLE connection ADD COLUMN deleting TEXT;
ALTER TABLE connection ADD COLUMN deleting_at INTEGER;
ALTER TABLE connection ADD COLUMN deleting_by TEXT;

-- Also those who are deleted: without them, deleting a connection reads every person to see that none points at it.
DROP INDEX person_connection;
CREATE INDEX person_connection ON person (connection_id, id, deleted_at);

-- What is to be purged is found without reading everybody.
CREATE INDEX person_deleted ON person (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX group_deleted ON scim_group (deleted_at) WHERE deleted_at IS NOT NULL;
