//! Numbers, lists and arguments as SQLite has them.

use serde_json::json;

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
    json!(ids).to_string()
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or(0)
}
