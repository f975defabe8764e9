//! The list of all people or groups of a connection, in the order of their ids. A page at any place costs the same: the
//! place is found by counts of blocks of the list (the table `list_block`), which triggers maintain in the transaction of
//! each change, so that they always agree with the rows beside them.

use scim::ResourceType;
use sqlx::sqlite::SqliteConnection;

use crate::page::{Page, PageStart};
use crate::sql_values::{signed, unsigned};
use crate::{Error, Scope};

/// The total, and the ids of the page as a JSON list in no order: one row, or none where the connection is gone.
/// `$1` is the connection, `$2` how many ids at most. A limit that is a parameter by itself would have SQLite prepare the
/// statement again each time that the parameter is bound.
macro_rules! page_sql {
    ($blocks:expr, $table:literal, $total:literal, $place:literal) => {
        concat!(
            $blocks,
            "SELECT c.",
            $total,
            ", (SELECT json_group_array(id) FROM (SELECT id FROM ",
            $table,
            " WHERE connection_id = $1 AND deleted_at IS NULL AND ",
            $place,
            ")) FROM connection c WHERE c.id = $1"
        )
    };
}

/// The block of each level in which the place after `$3` resources is, and how many are before it.
macro_rules! blocks {
    ($resource_type:literal) => {
        concat!(
            "WITH upper AS (
                 SELECT first, upto - count AS before FROM (
                     SELECT first, count, sum(count) OVER (ORDER BY first ROWS UNBOUNDED PRECEDING) AS upto
                     FROM list_block WHERE connection_id = $1 AND resource_type = '",
            $resource_type,
            "' AND level = 1
                 ) WHERE upto > $3 LIMIT 1
             ), lower AS (
                 SELECT first, upto - count AS before FROM (
                     SELECT first, count, (SELECT before FROM upper)
                         + sum(count) OVER (ORDER BY first ROWS UNBOUNDED PRECEDING) AS upto
                     FROM list_block WHERE connection_id = $1 AND resource_type = '",
            $resource_type,
            "' AND level = 0 AND first >= (SELECT first FROM upper)
                 ) WHERE upto > $3 LIMIT 1
             ) "
        )
    };
}

/// The statements of a resource type: a page at a place, after an id, and before one.
macro_rules! pages {
    ($resource_type:literal, $table:literal, $total:literal) => {
        [
            page_sql!(
                blocks!($resource_type),
                $table,
                $total,
                "id >= (SELECT first FROM lower) ORDER BY id
                 LIMIT $2 + 0 OFFSET coalesce($3 - (SELECT before FROM lower), 0)"
            ),
            page_sql!("", $table, $total, "id > $3 ORDER BY id LIMIT $2 + 0"),
            page_sql!("", $table, $total, "id < $3 ORDER BY id DESC LIMIT $2 + 0"),
        ]
    };
}

const PEOPLE: [&str; 3] = pages!("User", "person", "people");
const GROUPS: [&str; 3] = pages!("Group", "scim_group", "groups");

/// A page of all people or groups of the scope's connection, in the order of ids. It is fast whatever their number.
pub(crate) async fn page_of_all(
    conn: &mut SqliteConnection,
    scope: &Scope,
    resource_type: ResourceType,
    from: &PageStart,
    limit: u64,
) -> Result<Page, Error> {
    let [at, after, before] = match resource_type {
        ResourceType::User => PEOPLE,
        ResourceType::Group => GROUPS,
    };
    let sql = match from {
        PageStart::Offset(_) => at,
        PageStart::After(_) => after,
        PageStart::Before(_) => before,
    };
    let one_more = if limit == 0 { 0 } else { signed(limit.saturating_add(1)) };
    let query = sqlx::query_as(sql).bind(scope.connection_id()).bind(one_more);
    let query = match from {
        PageStart::Offset(offset) => query.bind(signed(*offset)),
        PageStart::After(id) | PageStart::Before(id) => query.bind(id),
    };
    let found: Option<(i64, String)> = query.fetch_optional(conn).await?;
    let Some((total, ids)) = found else { return Ok(Page { rows: Vec::new(), total: 0, more: false }) };
    let mut rows: Vec<String> =
        serde_json::from_str(&ids).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    rows.sort_unstable();
    let more = limit > 0 && rows.len() as u64 > limit;
    match from {
        PageStart::Before(_) if more => drop(rows.remove(0)),
        _ => rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX)),
    }
    Ok(Page { rows, total: unsigned(total), more })
}
