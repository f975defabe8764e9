//! Who answers questions about Foundational in this company: an e-mail address or a page.

use store::AuditAct;
use url::Url;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::about_views::{About, SetContact, SupportContact};
use crate::error::Error;
use crate::mail_address::mailto;
use crate::settings::SUPPORT_CONTACT;
use crate::shapes::Nothing;

/// In bytes; the longest e-mail address has 254 (RFC 5321 section 4.5.3.1).
const LONGEST: usize = 500;

impl Diagnosis {
    /// Sets who answers questions; with nothing or an empty text there is no contact.
    pub(crate) async fn set_support_contact(&self, actor: Actor, args: SetContact) -> Result<About, Error> {
        let text = args.contact.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let contact = text.map(checked).transpose()?.map(|contact| contact.text);
        let entry =
            actor.audit(AuditAct::SupportContactSet).with(contact.as_deref().unwrap_or("none at all"));
        SUPPORT_CONTACT.set_audited(self.store(), contact.as_ref(), entry).await?;
        self.about(actor, Nothing {}).await
    }

    /// Who answers questions, if an Admin has named it.
    pub(crate) async fn support_contact(&self) -> Result<Option<SupportContact>, Error> {
        Ok(SUPPORT_CONTACT.get(self.store()).await?.and_then(|text| contact(&text)))
    }
}

fn checked(text: &str) -> Result<SupportContact, Error> {
    contact(text).ok_or_else(|| {
        Error::invalid("contact", "Enter an e-mail address or an https URL.")
            .hinting("It looks like help@example.com or https://help.example.com.")
    })
}

/// The contact that a text is, with the address that a mail program or a browser opens.
fn contact(text: &str) -> Option<SupportContact> {
    let found = if let Some(address) = mailto(text) {
        SupportContact { text: text.to_owned(), address }
    } else {
        let url = Url::parse(text).ok()?;
        let is_page = url.scheme() == "https"
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none();
        is_page.then(|| SupportContact { text: url.to_string(), address: url.to_string() })?
    };
    // Each letter beyond ASCII is longer in a URL. What is stored is read by the same rule.
    (found.text.len() <= LONGEST).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_e_mail_address_or_an_https_page() {
        for (text, address) in [
            ("help@acme.example", Some("mailto:help@acme.example")),
            ("it+scim@acme-group.example", Some("mailto:it+scim@acme-group.example")),
            ("https://help.acme.example", Some("https://help.acme.example/")),
            ("https://acme.example/help?team=it#scim", Some("https://acme.example/help?team=it#scim")),
            ("http://help.acme.example", None),
            ("file:///etc/passwd", None),
            ("javascript:alert(1)", None),
            ("https://ada:secret@acme.example", None),
            ("mailto:help@acme.example", None),
            ("help@acme.example?bcc=eve@evil.example", None),
            ("help@acme.example,eve@evil.example", None),
            ("help%0a@acme.example", None),
            ("help", None),
            ("@acme.example", None),
            ("", None),
        ] {
            assert_eq!(contact(text).map(|found| found.address).as_deref(), address, "{text}");
        }
        assert!(contact(&format!("https://acme.example/{}", "x".repeat(LONGEST))).is_none(), "too long");
    }

    #[test]
    fn what_is_stored_of_a_contact_is_that_contact_again() {
        for letters in [60, 70, 80, 90, 200] {
            let set = contact(&format!("https://acme.example/{}", "é".repeat(letters)));
            let stored = set.as_ref().map(|set| set.text.clone());
            assert_eq!(
                stored.and_then(|text| contact(&text)),
                set,
                "{letters} letters of six bytes in a URL"
            );
        }
        assert!(contact(&format!("https://acme.example/{}", "é".repeat(79))).is_some(), "495 bytes");
        assert!(contact(&format!("https://acme.example/{}", "é".repeat(80))).is_none(), "501 bytes");
    }
}
