//! Names and e-mail addresses as a person may enter them.

use scim::{fold, is_disguised};

use crate::error::Error;
use crate::input_rules::EMAIL;
use crate::limits::LONGEST_NAME;

/// A person's name: 1 to 120 characters, none of them invisible controls.
pub(crate) fn checked_name(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if fold(text).is_empty()
        || length > LONGEST_NAME
        || text.chars().any(char::is_control)
        || is_disguised(text)
    {
        return Err(Error::invalid(
            field,
            format!("The name has {length} characters; it needs 1 to {LONGEST_NAME} that can be seen."),
        ));
    }
    Ok(text.to_owned())
}

/// Something that can be an e-mail address. Whether it is one, only a message could tell.
pub(crate) fn checked_email(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let plausible = text.len() <= 320
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && !is_disguised(text)
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if plausible {
        Ok(text.to_owned())
    } else {
        let shown: String = text.chars().take(80).collect();
        Err(Error::invalid(field, format!("\"{shown}\" is not an e-mail address. {EMAIL}")))
    }
}
