//! The rows that record exchanges, written many at once.

use std::sync::LazyLock;

use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::activity_bodies::BodyPacker;
use crate::activity_detail::Detail;
use crate::activity_ids::add_id;
use crate::{Activity, Error};

const COLUMNS: &str = "seq, id, at, connection_id, resource_id, has_token, detail";
const WIDTH: usize = 7;
const BODY_WIDTH: usize = 2;

/// How many rows one statement takes: the largest that still fits is used, so that each of them is prepared once.
const SIZES: [usize; 3] = [64, 8, 1];

struct Statements {
    size: usize,
    rows: SqlStr,
    bodies: SqlStr,
}

static STATEMENTS: LazyLock<[Statements; 3]> = LazyLock::new(|| {
    SIZES.map(|size| {
        let values = |width| {
            let row = format!("({})", vec!["?"; width].join(", "));
            vec![row; size].join(", ")
        };
        let sql = |text: String| AssertSqlSafe(text).into_sql_str();
        Statements {
            size,
            rows: sql(format!("INSERT INTO activity ({COLUMNS}) VALUES {}", values(WIDTH))),
            bodies: sql(format!("INSERT INTO activity_body (seq, bodies) VALUES {}", values(BODY_WIDTH))),
        }
    })
});

/// Takes as many as one statement takes from the front of a list, with the statement.
fn piece<T>(list: &mut Vec<T>) -> Option<(&'static Statements, Vec<T>)> {
    let statements = STATEMENTS.iter().find(|statements| statements.size <= list.len())?;
    let rest = list.split_off(statements.size);
    Some((statements, std::mem::replace(list, rest)))
}

/// Writes the rows of exchanges, numbered by `number` from the place in the list.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    packer: &mut BodyPacker,
    rows: &[Activity],
    number: impl Fn(usize) -> i64,
) -> Result<(), Error> {
    let mut bodies = Vec::new();
    let mut numbered: Vec<(i64, &Activity)> =
        rows.iter().enumerate().map(|(place, row)| (number(place), row)).collect();
    while let Some((statements, piece)) = piece(&mut numbered) {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(statements.size * WIDTH, 0);
        for (seq, row) in piece {
            add_row(&mut arguments, seq, row).map_err(sqlx::Error::Encode)?;
            // Without its bodies and headers a request is still recorded.
            bodies.extend(packer.pack(row).ok().flatten().map(|stored| (seq, stored)));
        }
        sqlx::query_with(statements.rows.clone(), arguments).execute(&mut *conn).await?;
    }
    while let Some((statements, piece)) = piece(&mut bodies) {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(statements.size * BODY_WIDTH, 0);
        for (seq, stored) in piece {
            arguments.add(seq).map_err(sqlx::Error::Encode)?;
            arguments.add(stored).map_err(sqlx::Error::Encode)?;
        }
        sqlx::query_with(statements.bodies.clone(), arguments).execute(&mut *conn).await?;
    }
    Ok(())
}

fn add_row(
    arguments: &mut SqliteArguments,
    seq: i64,
    row: &Activity,
) -> Result<(), sqlx::error::BoxDynError> {
    arguments.add(seq)?;
    add_id(arguments, &row.id)?;
    arguments.add(row.at.as_millisecond())?;
    add_id(arguments, &row.connection_id)?;
    match &row.resource_id {
        Some(id) => add_id(arguments, id)?,
        None => arguments.add(None::<&str>)?,
    }
    arguments.add(row.token_id.is_some())?;
    arguments.add(serde_json::to_string(&Detail::of(row))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_piece_and_in_order() {
        for length in [0, 1, 7, 8, 63, 64, 65, 200] {
            let mut list: Vec<usize> = (0..length).collect();
            let mut found = Vec::new();
            while let Some((statements, piece)) = piece(&mut list) {
                assert_eq!(piece.len(), statements.size, "{length} rows");
                found.extend(piece);
            }
            assert_eq!(found, (0..length).collect::<Vec<_>>(), "{length} rows");
        }
    }
}
