//! Versions: entity tags and the two headers that compare them (RFC 7644 section 3.14, RFC 9110 section 13.1).

use crate::error::Error;

/// The entity tag of a version, as in the header and in `meta.version`.
pub fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

/// Evaluates `If-Match` (and the `version` of a Bulk operation) for a resource that exists: `Ok` if the header is
/// absent, `*`, or names the version.
///
/// # Errors
/// 412 with the present version of the resource in its detail.
pub fn if_match(header: Option<&str>, version: u64) -> Result<(), Error> {
    match header {
        None => Ok(()),
        Some(header) if names(header, version) => Ok(()),
        Some(header) => Err(Error::precondition_failed(format!(
            "If-Match: expected the present version {}, got {}; read the resource again",
            etag(version),
            crate::error::quoted(header)
        ))),
    }
}

/// Evaluates `If-None-Match` for a resource that exists: true if the header is `*` or names the version, which
/// makes the answer 304 to a GET and 412 to anything else.
pub fn if_none_match(header: Option<&str>, version: u64) -> bool {
    header.is_some_and(|header| names(header, version))
}

/// Whether a list of entity tags contains the version, by the weak comparison. Tags without quotes, as some
/// clients send them, count as quoted ones.
fn names(header: &str, version: u64) -> bool {
    let wanted = version.to_string();
    header.split(',').map(str::trim).any(|tag| {
        if tag == "*" {
            return true;
        }
        let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
        tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag) == wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_weak_strong_bare_starred_and_in_lists() {
        for header in ["W/\"7\"", "\"7\"", "7", "*", "W/\"1\", W/\"7\"", " \"7\" ", "w/\"7\""] {
            assert!(if_match(Some(header), 7).is_ok(), "{header} names version 7");
            assert!(if_none_match(Some(header), 7), "{header} names version 7");
        }
        for header in ["W/\"8\"", "\"77\"", "", "\"", "W/", "W/\"7"] {
            assert_eq!(if_match(Some(header), 7).map_err(|e| e.status), Err(412), "{header} does not");
            assert!(!if_none_match(Some(header), 7), "{header} does not");
        }
    }

    #[test]
    fn an_absent_header_sets_no_condition() {
        assert!(if_match(None, 7).is_ok());
        assert!(!if_none_match(None, 7));
    }
}
