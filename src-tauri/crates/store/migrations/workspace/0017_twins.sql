-- Names that look alike are one name. Where a newer fold finds two rows of one name, the older one has it and the other
-- is its twin: `twin` is then the row's own id. Both are found by the name, and nothing else of them changes. A twin
-- that is renamed is one no longer; a twin has the name as soon as the other row gives it up.
ALTER TABLE person ADD COLUMN twin TEXT NOT NULL DEFAULT '';
DROP INDEX person_user_name;
CREATE UNIQUE INDEX person_user_name ON person (user_name_fold, twin) WHERE deleted_at IS NULL;

CREATE TRIGGER person_twin_ends AFTER UPDATE OF user_name_fold, deleted_at ON person
WHEN OLD.twin <> '' AND NEW.twin = OLD.twin
    AND (NEW.user_name_fold <> OLD.user_name_fold OR NEW.deleted_at IS NOT NULL)
BEGIN
    UPDATE person SET twin = '' WHERE id = NEW.id;
END;

CREATE TRIGGER person_twin_follows AFTER UPDATE OF user_name_fold, deleted_at ON person
WHEN OLD.twin = '' AND NEW.twin = ''
    AND (NEW.user_name_fold <> OLD.user_name_fold OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))
BEGIN
    UPDATE person SET twin = '' WHERE id = (
        SELECT min(id) FROM person
        WHERE user_name_fold = OLD.user_name_fold AND twin <> '' AND deleted_at IS NULL
    );
END;

ALTER TABLE scim_group ADD COLUMN twin TEXT NOT NULL DEFAULT '';
DROP INDEX group_display;
CREATE UNIQUE INDEX group_display ON scim_group (connection_id, display_fold, twin) WHERE deleted_at IS NULL;

CREATE TRIGGER group_twin_ends AFTER UPDATE OF display_fold, deleted_at ON scim_group
WHEN OLD.twin <> '' AND NEW.twin = OLD.twin
    AND (NEW.display_fold <> OLD.display_fold OR NEW.deleted_at IS NOT NULL)
BEGIN
    UPDATE scim_group SET twin = '' WHERE id = NEW.id;
END;

CREATE TRIGGER group_twin_follows AFTER UPDATE OF display_fold, deleted_at ON scim_group
WHEN OLD.twin = '' AND NEW.twin = ''
    AND (NEW.display_fold <> OLD.display_fold OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))
BEGIN
    UPDATE scim_group SET twin = '' WHERE id = (
        SELECT min(id) FROM scim_group
        WHERE connection_id = OLD.connection_id AND display_fold = OLD.display_fold AND twin <> ''
            AND deleted_at IS NULL
    );
END;
