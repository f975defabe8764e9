//! What an Admin says of the authority from which a certificate is requested by ACME (RFC 8555).

use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use crate::error::Error;
use crate::mail_address::mailto;

/// The directory of Let's Encrypt (<https://letsencrypt.org/docs/acme-protocol-updates/>).
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Where the challenge HTTP-01 is answered unless another address is chosen: at every one of this computer, IPv4 and IPv6.
pub const HTTP_LISTEN: &str = "[::]:80";

/// An authority, and what it learns of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Acme {
    /// The https URL of its directory (RFC 8555 section 7.1.1).
    pub directory: String,
    /// An e-mail address for the authority.
    pub contact: Option<String>,
    /// The full path of a root certificate in PEM, by which the directory is trusted beside those of the system.
    pub root: Option<String>,
    /// Address and port of this computer at which the challenge HTTP-01 is answered while an order runs; port 80 of the public
    /// address leads there. Nothing: the challenge is TLS-ALPN-01, answered where SCIM is served.
    pub http_listen: Option<String>,
    /// The Admin accepts the terms of service of the authority.
    pub accepts_terms: bool,
}

/// An account elsewhere, to which the account with the authority is bound (RFC 8555 section 7.3.4). It is used once and not
/// stored.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ExternalAccount {
    pub key_id: String,
    /// In base64url, as authorities show it.
    pub key: String,
}

impl Acme {
    /// What an Admin who enters nothing else asks for, before the terms are accepted.
    pub(crate) fn defaults() -> Self {
        Self {
            directory: LETS_ENCRYPT.to_owned(),
            contact: None,
            root: None,
            http_listen: Some(HTTP_LISTEN.to_owned()),
            accepts_terms: false,
        }
    }

    /// What was entered, without spaces around it.
    ///
    /// # Errors
    /// Which input cannot be taken.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let text =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let acme = Self {
            directory: self.directory.trim().to_owned(),
            contact: text(self.contact),
            root: text(self.root),
            http_listen: text(self.http_listen),
            accepts_terms: self.accepts_terms,
        };
        if !Url::parse(&acme.directory).is_ok_and(|url| url.scheme() == "https" && url.has_host()) {
            return Err(Error::invalid("directory", "Enter the https URL of the authority's directory."));
        }
        if acme.contact.as_ref().is_some_and(|contact| mailto(contact).is_none()) {
            return Err(Error::invalid("contact", "Enter an e-mail address, or nothing."));
        }
        if acme.root.as_ref().is_some_and(|root| !Path::new(root).is_absolute()) {
            return Err(Error::invalid("root", "Enter the full path of the file."));
        }
        acme.http_address()?;
        if !acme.accepts_terms {
            return Err(Error::invalid("acceptsTerms", "Accept the terms of service of the authority."));
        }
        Ok(acme)
    }

    /// Where the challenge HTTP-01 is answered, if it is the one.
    ///
    /// # Errors
    /// [`Error::invalid`] where it is no address with a fixed port.
    pub(crate) fn http_address(&self) -> Result<Option<SocketAddr>, Error> {
        let Some(text) = &self.http_listen else { return Ok(None) };
        let address = text.parse::<SocketAddr>().ok().filter(|address| address.port() != 0);
        address.map(Some).ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            let message = format!("\"{shown}\" is not an address and a fixed port such as {HTTP_LISTEN}.");
            Error::invalid("httpListen", message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_is_checked_before_the_authority_is_called() {
        let good = Acme {
            directory: format!(" {LETS_ENCRYPT} "),
            contact: Some("  ".to_owned()),
            root: None,
            http_listen: None,
            accepts_terms: true,
        };
        let checked = good.clone().checked().unwrap();
        assert_eq!((checked.directory.as_str(), checked.contact), (LETS_ENCRYPT, None));
        let http = Acme { http_listen: Some(format!(" {HTTP_LISTEN} ")), ..good.clone() }.checked().unwrap();
        assert_eq!(http.http_address().unwrap(), Some("[::]:80".parse().unwrap()));
        for (wrong, field) in [
            (Acme { directory: "http://acme.example.com".to_owned(), ..good.clone() }, "directory"),
            (Acme { contact: Some("ada@example.com?x".to_owned()), ..good.clone() }, "contact"),
            (Acme { root: Some("root.pem".to_owned()), ..good.clone() }, "root"),
            (Acme { http_listen: Some("80".to_owned()), ..good.clone() }, "httpListen"),
            (Acme { http_listen: Some("[::]:0".to_owned()), ..good.clone() }, "httpListen"),
            (Acme { accepts_terms: false, ..good.clone() }, "acceptsTerms"),
        ] {
            assert_eq!(wrong.checked().unwrap_err().field.as_deref(), Some(field));
        }
    }
}
