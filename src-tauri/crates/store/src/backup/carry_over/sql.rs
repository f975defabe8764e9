//! The statements that carry over. `main` is the backup, `here` the workspace that is there. Placeholders are numbers
//! that this program computed: `:now` milliseconds, `:parted` 0 or 1, `:since` the newest change that both have.

/// Puts the numbers in.
pub(super) fn filled(sql: &str, now: i64, parted: bool, since: i64) -> String {
    sql.replace(":now", &now.to_string())
        .replace(":parted", if parted { "1" } else { "0" })
        .replace(":since", &since.to_string())
}

/// Whether both are states of one workspace; whether they parted; the newest change that both have. A journal that
/// was shortened is no sign that they parted.
pub(super) const LINE: &str = "
    WITH newest (id) AS (SELECT coalesce(max(id), 0) FROM main.change),
    parted (apart) AS (
        SELECT coalesce((SELECT max(id) FROM here.change), 0) < newest.id
            AND EXISTS (SELECT 1 FROM here.change)
            OR EXISTS (SELECT 1 FROM main.change b JOIN here.change l ON l.id = b.id
                WHERE b.id = newest.id AND (l.at <> b.at OR l.resource_id <> b.resource_id))
        FROM newest
    )
    SELECT
        EXISTS (SELECT 1 FROM main.connection b JOIN here.connection l ON l.id = b.id)
            OR EXISTS (SELECT 1 FROM main.person b JOIN here.person l ON l.id = b.id)
            OR EXISTS (SELECT 1 FROM main.change b JOIN here.change l
                ON l.id = b.id AND l.at = b.at AND l.resource_id = b.resource_id),
        parted.apart,
        CASE WHEN parted.apart THEN coalesce((SELECT max(b.id) FROM main.change b JOIN here.change l
            ON l.id = b.id AND l.at = b.at AND l.resource_id = b.resource_id), 0) ELSE newest.id END
    FROM newest, parted";

pub(super) const ACCOUNTS_HERE: &str =
    "SELECT EXISTS (SELECT 1 FROM here.person WHERE password_hash IS NOT NULL AND deleted_at IS NULL)";

/// What happens to each person of the backup who lost something since. A person who is not here and is in the journal here
/// was purged; of others nothing is known. So it is of those who belong to another connection here.
pub(super) const fn verdicts() -> &'static [&'static str] {
    &[
        "CREATE TEMP TABLE verdict AS
         SELECT b.id,
             l.id IS NULL AND EXISTS (SELECT 1 FROM here.change c WHERE c.resource_id = b.id) AS purged,
             l.deleted_at,
             coalesce(l.active, 1) = 0 AND b.active = 1 AS inactive,
             l.blocked_at IS NOT NULL AND b.blocked_at IS NULL AS blocked,
             b.active = 1 AND b.deleted_at IS NULL AND l.deleted_at IS NULL AND (
                 l.id IS NULL AND NOT EXISTS (SELECT 1 FROM here.change c WHERE c.resource_id = b.id)
                 OR l.active = 1 AND (l.connection_id IS NOT b.connection_id OR EXISTS (
                     SELECT 1 FROM here.connection h WHERE h.id = l.connection_id AND h.deleting IS NOT NULL)
                 )) AS unconfirmed
         FROM main.person b LEFT JOIN here.person l ON l.id = b.id",
        "DELETE FROM temp.verdict WHERE NOT (purged OR deleted_at IS NOT NULL OR inactive OR blocked OR unconfirmed)",
    ]
}

/// People who had access when the backup was made, and have none here.
pub(super) const PEOPLE: &str = "
    SELECT p.display AS name FROM temp.verdict v JOIN main.person p ON p.id = v.id
    WHERE p.active = 1 AND p.deleted_at IS NULL AND p.blocked_at IS NULL
        AND (v.purged OR v.deleted_at IS NOT NULL OR v.inactive OR v.blocked)";

pub(super) const UNCONFIRMED: &str = "
    SELECT p.display AS name FROM temp.verdict v JOIN main.person p ON p.id = v.id WHERE v.unconfirmed";

pub(super) const ROLES: &str = "
    SELECT b.display AS name FROM main.person b JOIN here.person l ON l.id = b.id
    WHERE b.role = 'admin' AND b.deleted_at IS NULL AND l.role <> 'admin' AND l.deleted_at IS NULL";

pub(super) const PASSWORDS: &str = "
    SELECT b.display AS name FROM main.person b JOIN here.person l ON l.id = b.id
    WHERE b.password_hash IS NOT NULL AND b.password_hash IS NOT l.password_hash
        AND b.deleted_at IS NULL AND l.deleted_at IS NULL";

/// In the journal, before anything is changed.
pub(super) const NOTE_INACTIVE: &str = "
    INSERT INTO main.change (at, resource_type, resource_id, kind, before, after)
    SELECT :now, 'User', p.id, 'deactivate', '{\"active\":true}', '{\"active\":false}'
    FROM temp.verdict v JOIN main.person p ON p.id = v.id WHERE v.unconfirmed";

pub(super) const UNCONFIRM: &str = "
    UPDATE main.person SET active = 0, document = json_set(document, '$.active', json('false')),
        version = version + 1, modified_at = max(modified_at, :now), unconfirmed_at = :now
    WHERE id IN (SELECT id FROM temp.verdict WHERE unconfirmed)";

/// Carries over what ended for people.
pub(super) const fn people() -> &'static [&'static str] {
    &[
        "INSERT INTO main.change (at, resource_type, resource_id, kind, before, after)
         SELECT :now, 'User', p.id, 'delete', p.document, '{}'
         FROM temp.verdict v JOIN main.person p ON p.id = v.id
         WHERE p.deleted_at IS NULL AND (v.purged OR v.deleted_at IS NOT NULL)",
        "INSERT INTO main.change (at, resource_type, resource_id, kind, before, after)
         SELECT :now, 'User', v.id, 'deactivate', '{\"active\":true}', '{\"active\":false}'
         FROM temp.verdict v WHERE v.inactive AND NOT v.purged AND v.deleted_at IS NULL",
        "INSERT INTO main.change (at, resource_type, resource_id, kind, before, after)
         SELECT :now, 'User', v.id, 'block', '{\"blocked\":false}', '{\"blocked\":true}'
         FROM temp.verdict v WHERE v.blocked AND NOT v.purged AND v.deleted_at IS NULL",
        "INSERT INTO main.change (at, resource_type, resource_id, kind, before, after)
         SELECT :now, 'User', b.id, 'demote', '{\"role\":\"admin\"}', '{\"role\":\"member\"}'
         FROM main.person b JOIN here.person l ON l.id = b.id
         WHERE b.role = 'admin' AND b.deleted_at IS NULL AND l.role <> 'admin' AND l.deleted_at IS NULL",
        NOTE_INACTIVE,
        "DELETE FROM main.member
         WHERE member_id IN (SELECT id FROM temp.verdict WHERE purged OR deleted_at IS NOT NULL)",
        "DELETE FROM main.pending_match WHERE person_id IN (SELECT id FROM temp.verdict WHERE deleted_at IS NOT NULL)",
        "DELETE FROM main.person WHERE id IN (SELECT id FROM temp.verdict WHERE purged)",
        "UPDATE main.person SET deleted_at = v.deleted_at, active = 0, role = 'member', password_hash = NULL,
             must_choose_password = 0, blocked_at = NULL, blocked_by = NULL, version = version + 1,
             modified_at = max(person.modified_at, :now)
         FROM temp.verdict v WHERE v.id = person.id AND v.deleted_at IS NOT NULL AND person.deleted_at IS NULL",
        "UPDATE main.person SET active = 0, document = json_set(document, '$.active', json('false')),
             version = version + 1, modified_at = max(modified_at, :now)
         WHERE deleted_at IS NULL AND id IN (SELECT id FROM temp.verdict WHERE inactive)",
        UNCONFIRM,
        "UPDATE main.person SET blocked_at = l.blocked_at, blocked_by = l.blocked_by
         FROM here.person l WHERE l.id = person.id AND l.blocked_at IS NOT NULL AND person.blocked_at IS NULL",
        "UPDATE main.person SET password_hash = l.password_hash, must_choose_password = l.must_choose_password
         FROM here.person l WHERE l.id = person.id AND person.password_hash IS NOT NULL
             AND person.password_hash IS NOT l.password_hash",
        "UPDATE main.person SET role = 'member'
         FROM here.person l WHERE l.id = person.id AND person.role = 'admin' AND l.role <> 'admin'",
        // Who waits to be let through here does not sign in by a restore.
        "UPDATE main.person SET withheld_at = l.withheld_at
         FROM here.person l WHERE l.id = person.id AND l.withheld_at IS NOT NULL AND person.withheld_at IS NULL
             AND person.active = 1 AND person.deleted_at IS NULL",
    ]
}

/// Memberships of the backup that ended: the group is known here and has no such member. Where the two parted, only
/// groups count that are gone here or whose members changed here since.
macro_rules! ended {
    () => {
        "NOT EXISTS (SELECT 1 FROM here.member l WHERE l.group_id = m.group_id AND l.member_id = m.member_id)
         AND (EXISTS (SELECT 1 FROM here.scim_group g WHERE g.id = m.group_id)
             OR EXISTS (SELECT 1 FROM here.change c WHERE c.resource_id = m.group_id))
         AND (:parted = 0
             OR NOT EXISTS (SELECT 1 FROM here.scim_group g WHERE g.id = m.group_id AND g.deleted_at IS NULL)
             OR EXISTS (SELECT 1 FROM here.change c WHERE c.resource_id = m.group_id AND c.id > :since))"
    };
}

pub(super) const MEMBERSHIPS: &str = concat!(
    "SELECT p.display || ' – ' || g.display AS name FROM main.member m
     JOIN main.scim_group g ON g.id = m.group_id AND g.deleted_at IS NULL
     JOIN main.person p ON p.id = m.member_id AND p.deleted_at IS NULL WHERE ",
    ended!()
);

/// A token of the backup that could be used, as a name.
macro_rules! usable {
    () => {
        "SELECT c.name || ': ' || t.label AS name FROM main.token t JOIN main.connection c ON c.id = t.connection_id
         WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > :now)"
    };
}

pub(super) const USABLE: &str = usable!();

pub(super) const TOKENS: &str = concat!(
    usable!(),
    " AND (EXISTS (SELECT 1 FROM here.token l WHERE l.id = t.id AND (l.revoked_at IS NOT NULL OR l.expires_at <= :now))
      OR EXISTS (SELECT 1 FROM here.connection h WHERE h.id = t.connection_id AND h.deleting IS NOT NULL)
      OR NOT EXISTS (SELECT 1 FROM here.token l WHERE l.id = t.id)
          AND (:parted = 0 OR NOT EXISTS (SELECT 1 FROM here.connection h WHERE h.id = t.connection_id)))"
);

/// Carries over what ended for groups, tokens, rules and the workspace.
pub(super) const fn rest() -> &'static [&'static str] {
    &[
        concat!(
            "DELETE FROM main.member WHERE (group_id, member_id) IN (
                 SELECT m.group_id, m.member_id FROM main.member m WHERE ",
            ended!(),
            ")"
        ),
        "UPDATE main.scim_group SET deleted_at = l.deleted_at, version = scim_group.version + 1,
             modified_at = max(scim_group.modified_at, :now)
         FROM here.scim_group l
         WHERE l.id = scim_group.id AND l.deleted_at IS NOT NULL AND scim_group.deleted_at IS NULL",
        "UPDATE main.token SET revoked_at = l.revoked_at, revoked_by = l.revoked_by
         FROM here.token l WHERE l.id = token.id AND l.revoked_at IS NOT NULL AND token.revoked_at IS NULL",
        "UPDATE main.token SET exposed_at = l.exposed_at
         FROM here.token l WHERE l.id = token.id AND l.exposed_at IS NOT NULL AND token.exposed_at IS NULL",
        "UPDATE main.token SET expires_at = l.expires_at
         FROM here.token l WHERE l.id = token.id AND l.expires_at < coalesce(token.expires_at, l.expires_at + 1)",
        "UPDATE main.token SET revoked_at = :now
         WHERE revoked_at IS NULL AND (
             connection_id IN (SELECT id FROM here.connection WHERE deleting IS NOT NULL)
             OR id NOT IN (SELECT id FROM here.token)
                 AND (:parted = 0 OR connection_id NOT IN (SELECT id FROM here.connection)))",
        // An Admin group that was taken back or changed since grants nothing.
        "UPDATE main.connection SET matching = l.matching, on_delete = l.on_delete,
             allowed_addresses = l.allowed_addresses,
             observing_since = coalesce(connection.observing_since, l.observing_since),
             admin_group_id = CASE WHEN l.admin_group_id = connection.admin_group_id THEN l.admin_group_id END
         FROM here.connection l WHERE l.id = connection.id",
        "UPDATE main.person SET role = 'member'
         WHERE connection_id IS NOT NULL AND role = 'admin' AND NOT EXISTS (
             SELECT 1 FROM main.connection c
             JOIN main.scim_group g ON g.id = c.admin_group_id AND g.connection_id = c.id AND g.deleted_at IS NULL
             JOIN main.member m ON m.group_id = g.id
             WHERE c.id = person.connection_id AND m.member_id = person.id)",
        "DELETE FROM main.setting WHERE key = 'scim.open_discovery'
             AND value IS NOT (SELECT l.value FROM here.setting l WHERE l.key = 'scim.open_discovery')",
        // With the latest time that was seen, so that an expired token does not revive.
        "DELETE FROM main.setting WHERE key LIKE 'recovery.%' OR key LIKE 'security.%' OR key = 'clock.latest'",
        "INSERT INTO main.setting (key, value) SELECT key, value FROM here.setting
         WHERE key LIKE 'recovery.%' OR key LIKE 'security.%' OR key = 'clock.latest'",
    ]
}

pub(super) const MEMBER_COUNTS: &str = "UPDATE main.scim_group SET members = (SELECT count(*) FROM main.member m WHERE m.group_id = scim_group.id)";
