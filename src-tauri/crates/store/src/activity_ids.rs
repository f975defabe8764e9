//! Ids in the request log: a UUID as its 16 bytes, any other id as text.

use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

/// How long a UUID is in the one form in which this program writes it.
const LENGTH: usize = 36;

/// The bytes of a UUID in lower case with hyphens. None for every other text, which could not be given back as it was.
fn bytes_of(id: &str) -> Option<[u8; 16]> {
    let is_plain = id.len() == LENGTH && !id.bytes().any(|byte| byte.is_ascii_uppercase());
    is_plain.then(|| Uuid::try_parse(id).ok()).flatten().map(Uuid::into_bytes)
}

/// Adds an id to the arguments of a statement.
pub(crate) fn add_id(arguments: &mut SqliteArguments, id: &str) -> Result<(), sqlx::error::BoxDynError> {
    use sqlx::Arguments as _;
    match bytes_of(id) {
        Some(bytes) => arguments.add(bytes.to_vec()),
        None => arguments.add(id),
    }
}

/// A statement whose first argument is this id.
pub(crate) fn with_id(id: &str) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    add_id(&mut arguments, id).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

/// The id in a column.
pub(crate) fn id_in(row: &SqliteRow, column: &str) -> Result<Option<String>, sqlx::Error> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    let is_text = value.type_info().name() == "TEXT";
    let decoded = <&[u8] as sqlx::Decode<Sqlite>>::decode(value).map_err(sqlx::Error::Decode)?;
    Ok(Some(match Uuid::from_slice(decoded) {
        Ok(uuid) if !is_text => uuid.to_string(),
        _ => String::from_utf8_lossy(decoded).into_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_given_back_as_it_was_is_shortened() {
        let id = "01a22591-4011-75ae-9ed9-1ac17d4ff927";
        let bytes = bytes_of(id).expect("an id of this program");
        assert_eq!(Uuid::from_bytes(bytes).to_string(), id);
        for other in [
            "01A22591-4011-75AE-9ED9-1AC17D4FF927",
            "01a22591401175ae9ed91ac17d4ff927",
            "{01a22591-4011-75ae-9ed9-1ac17d4ff927}",
            "exactly sixteen.",
            "",
        ] {
            assert_eq!(bytes_of(other), None, "{other}");
        }
    }
}
