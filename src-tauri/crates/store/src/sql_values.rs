//! Numbers, lists and arguments as SQLite has them.

use serde::Serialize;
use sqlx::sqlite::SqliteArguments;

/// Adds values to the arguments of a statement.
macro_rules! more_arguments {
    ($arguments:expr, $($value:expr),+ $(,)?) => {{
        let add = |mut arguments: sqlx::sqlite::SqliteArguments| {
            $(sqlx::Arguments::add(&mut arguments, $value)?;)+
            Ok::<_, sqlx::error::BoxDynError>(arguments)
        };
        add($arguments).map_err(sqlx::Error::Encode)
    }};
}
pub(crate) use more_arguments;

/// These values as the arguments of a statement.
macro_rules! arguments {
    ($($value:expr),+ $(,)?) => {
        $crate::sql_values::more_arguments!(sqlx::sqlite::SqliteArguments::default(), $($value),+)
    };
}
pub(crate) use arguments;

pub(crate) fn json_list(ids: &[String]) -> String {
    json_text(ids)
}

/// Each key with each of its values, as a list of pairs.
pub(crate) fn json_pairs<'k>(of: impl Iterator<Item = (&'k str, Vec<String>)>) -> String {
    let pairs = of.flat_map(|(key, values)| values.into_iter().map(move |value| (key, value)));
    json_text(&pairs.collect::<Vec<_>>())
}

fn json_text(list: &[impl Serialize]) -> String {
    serde_json::to_string(list).expect("texts are JSON")
}

/// `VALUES` with so many rows of so many parameters, which are taken in their order.
pub(crate) fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("VALUES {}", vec![row; rows].join(", "))
}

/// Adds NULL for so many parameters.
pub(crate) fn nulls(mut arguments: SqliteArguments, count: usize) -> Result<SqliteArguments, sqlx::Error> {
    for _ in 0..count {
        arguments = more_arguments!(arguments, None::<i64>)?;
    }
    Ok(arguments)
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or(0)
}
