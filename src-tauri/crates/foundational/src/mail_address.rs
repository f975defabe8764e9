//! E-mail addresses that become a `mailto` URL: of the support contact, and of the contact for an authority of certificates.

/// Beside letters and digits. Others would have to be encoded in a mailto URL (RFC 6068 section 2), or begin its headers or another
/// address.
const PLAIN: &str = "@.+-_";

/// The URL that writes to an address (RFC 6068 section 2); none where the text is no address of plain characters.
pub(crate) fn mailto(text: &str) -> Option<String> {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || PLAIN.contains(one);
    (store::is_address(text) && text.chars().all(is_plain)).then(|| format!("mailto:{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_that_writes_to_it_alone() {
        for (text, url) in [
            ("help@acme.example", Some("mailto:help@acme.example")),
            ("it+scim@acme-group.example", Some("mailto:it+scim@acme-group.example")),
            ("mailto:help@acme.example", None),
            ("help@acme.example?bcc=eve@evil.example", None),
            ("help@acme.example,eve@evil.example", None),
            ("help@acme.example&x", None),
            ("help%0a@acme.example", None),
            ("help @acme.example", None),
            ("a@b@acme.example", None),
            ("help", None),
            ("@acme.example", None),
            ("help@", None),
            ("", None),
        ] {
            assert_eq!(mailto(text).as_deref(), url, "{text}");
        }
    }
}
