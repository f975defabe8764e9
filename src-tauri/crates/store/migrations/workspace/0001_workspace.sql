-- The workspace. Times are milliseconds since 1970-01-01T00:00:00Z. `*_fold` columns hold scim::fold of their
-- neighbour and carry every comparison without regard to case.

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    -- The wizard's place as JSON, opaque to the store.
    wizard TEXT NOT NULL,
    -- Kept counts, so that totalResults never needs a count over the table.
    people INTEGER NOT NULL DEFAULT 0,
    groups INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    paused_at INTEGER
) STRICT;

CREATE TABLE token (
    -- The key id inside the token: how it is found before its secret is compared.
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    tail TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX token_connection ON token (connection_id);

-- Local accounts (no connection) and provisioned people are one table. A row with deleted_at is a tombstone.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    connection_id TEXT REFERENCES connection (id),
    user_name TEXT NOT NULL,
    user_name_fold TEXT NOT NULL,
    external_id TEXT,
    display TEXT NOT NULL,
    display_fold TEXT NOT NULL,
    active INTEGER NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX person_user_name ON person (user_name_fold) WHERE deleted_at IS NULL;
CREATE INDEX person_connection ON person (connection_id, id) WHERE deleted_at IS NULL;
CREATE INDEX person_external ON person (connection_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX person_display ON person (display_fold, id) WHERE deleted_at IS NULL;
CREATE INDEX person_tombstone ON person (connection_id, user_name_fold) WHERE deleted_at IS NOT NULL;

CREATE TABLE email (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    value_fold TEXT NOT NULL,
    PRIMARY KEY (person_id, value_fold)
) STRICT, WITHOUT ROWID;
CREATE INDEX email_value ON email (value_fold, person_id);

CREATE TABLE scim_group (
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    display TEXT NOT NULL,
    display_fold TEXT NOT NULL,
    external_id TEXT,
    members INTEGER NOT NULL DEFAULT 0,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX group_display ON scim_group (connection_id, display_fold) WHERE deleted_at IS NULL;
CREATE INDEX group_connection ON scim_group (connection_id, id) WHERE deleted_at IS NULL;
CREATE INDEX group_external ON scim_group (connection_id, external_id) WHERE external_id IS NOT NULL;

-- Membership is rows: adding one member costs the same in a group of ten and of a hundred thousand. A member id
-- that belongs to nobody yet stays here as unresolved and counts as soon as such a person exists.
CREATE TABLE member (
    group_id TEXT NOT NULL REFERENCES scim_group (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL,
    resolved INTEGER NOT NULL,
    PRIMARY KEY (group_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_of ON member (member_id, group_id);
CREATE INDEX member_unresolved ON member (group_id) WHERE resolved = 0;

-- The change journal: written in the transaction of the change itself, never altered afterwards.
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    connection_id TEXT,
    activity_id TEXT,
    actor TEXT,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- JSON objects of the attributes that differ, before and after.
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;
CREATE INDEX change_resource ON change (resource_id, id);

-- The last active local Admin cannot be demoted, deactivated, deleted or handed to a connection by anyone.
CREATE TRIGGER person_last_admin_update
BEFORE UPDATE ON person
WHEN OLD.connection_id IS NULL AND OLD.role = 'admin' AND OLD.active = 1 AND OLD.deleted_at IS NULL
    AND (NEW.role <> 'admin' OR NEW.active = 0 OR NEW.deleted_at IS NOT NULL OR NEW.connection_id IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM person
        WHERE connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL AND id <> OLD.id
    )
BEGIN
    SELECT RAISE(ABORT, 'last local admin');
END;

CREATE TRIGGER person_last_admin_delete
BEFORE DELETE ON person
WHEN OLD.connection_id IS NULL AND OLD.role = 'admin' AND OLD.active = 1 AND OLD.deleted_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM person
        WHERE connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL AND id <> OLD.id
    )
BEGIN
    SELECT RAISE(ABORT, 'last local admin');
END;
