//! A resource's document as it is stored: JSON text, of a bounded size.

use serde_json::{Map, Value};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Error;

/// How many bytes of JSON a resource may have after a write. The members of a group are rows and do not count.
pub const MAX_BYTES: usize = 512 * 1024;

pub(crate) fn document_of(row: &SqliteRow) -> Result<Map<String, Value>, sqlx::Error> {
    let text: String = row.try_get("document")?;
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The text of a document that takes the place of `before`.
///
/// # Errors
/// [`Error::TooLarge`] beyond [`MAX_BYTES`], unless it is smaller than what was there: an older version stored larger
/// ones, and a leaver must be deactivated whatever the size.
pub(crate) fn text_of(
    document: &Map<String, Value>,
    before: Option<&Map<String, Value>>,
) -> Result<String, Error> {
    let text = json(document)?;
    if text.len() > MAX_BYTES {
        let was = before.map(json).transpose()?.map_or(0, |text| text.len());
        if text.len() >= was {
            return Err(Error::TooLarge { bytes: text.len(), most: MAX_BYTES });
        }
    }
    Ok(text)
}

fn json(document: &Map<String, Value>) -> Result<String, Error> {
    serde_json::to_string(document).map_err(|error| Error::unreadable("document", &error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(letters: usize) -> Map<String, Value> {
        Map::from_iter([("title".to_owned(), json!("x".repeat(letters)))])
    }

    #[test]
    fn a_document_that_is_too_large_can_only_become_smaller() {
        let frame = r#"{"title":""}"#.len();
        assert!(text_of(&of(MAX_BYTES - frame), None).is_ok(), "exactly the limit");
        let beyond = text_of(&of(MAX_BYTES - frame + 1), None);
        assert!(matches!(beyond, Err(Error::TooLarge { .. })), "one byte more: {beyond:?}");
        let large = of(MAX_BYTES * 2);
        assert!(text_of(&of(MAX_BYTES + 9), Some(&large)).is_ok(), "smaller than before, still too large");
        assert!(text_of(&large, Some(&large)).is_err(), "no smaller than before");
    }
}
