//! Why a certificate is not accepted, and what to do about it, in words.

use crate::server::certificate::{Certificate, Trouble};
use crate::server::views::AddressVerdict;
use crate::words::{day, upper};

/// Why the certificate is not accepted, and what to do about it. `shown`: the certificate that the address shows. `is_here`: it
/// is an address of this computer itself, with neither a proxy nor a tunnel before it.
///
/// Verdict, cause as it follows a colon, and hint; where nothing can be concluded, the whole sentence.
pub(crate) fn describe(
    trouble: &Trouble,
    authority: &str,
    shown: Option<&Certificate>,
    is_here: bool,
) -> (AddressVerdict, String, String) {
    let either = |proxied: &str, own: &str| if is_here { own } else { proxied }.to_owned();
    let other_program =
        "Another program answers there, not this server: stop the program that listens at this port.";
    let (cause, hint) = match trouble {
        Trouble::Expired(since) => {
            let when = since.map(|at| format!(" on {}", day(at))).unwrap_or_default();
            (
                format!("the certificate expired{when}."),
                either(
                    "Renew it where TLS terminates, at the proxy or tunnel.",
                    "Choose a valid one in Settings > Server.",
                ),
            )
        }
        Trouble::NotYet => (
            "the certificate is not valid yet.".to_owned(),
            "Check the clock of this computer, and the date from which the certificate is valid.".to_owned(),
        ),
        Trouble::OtherName(names) => {
            let whose = if names.is_empty() { "another name".to_owned() } else { names.join(", ") };
            (
                format!("the certificate is for {whose}, not for {authority}."),
                either(
                    "Use a certificate that names the public address.",
                    "Choose one in Settings > Server that names this computer.",
                ),
            )
        }
        Trouble::Untrusted if shown.is_some_and(|shown| shown.is_self_signed) => (
            "the certificate is self-signed.".to_owned(),
            "Okta and Azure trust public authorities only: let the proxy get a certificate of one, for example by ACME."
                .to_owned(),
        ),
        Trouble::Untrusted if shown.is_some_and(|shown| shown.is_public) => (
            "the certificate chain is incomplete.".to_owned(),
            "Let the proxy send the certificate with its intermediate ones, often a file fullchain.pem. If it does, this \
             computer's list of authorities is too old."
                .to_owned(),
        ),
        Trouble::Untrusted => (
            "the certificate comes from an authority that this computer does not trust.".to_owned(),
            "Okta and Azure trust public authorities only. If it comes from one, let the proxy send the whole chain. For \
             your company's own authority, add it to those that this computer trusts."
                .to_owned(),
        ),
        Trouble::Revoked => (
            "the certificate was revoked.".to_owned(),
            either(
                "Get a new one where TLS terminates, at the proxy or tunnel.",
                "Choose another one in Settings > Server.",
            ),
        ),
        Trouble::Version => (
            "the address speaks only versions of TLS that are too old.".to_owned(),
            either("Allow TLS 1.2 and 1.3 where TLS terminates, at the proxy or tunnel.", other_program),
        ),
        Trouble::Plain => (
            "the address does not speak TLS.".to_owned(),
            either(
                "Let the proxy take HTTPS at this port, or enter the port at which it does.",
                other_program,
            ),
        ),
        Trouble::NoAuthorities(why) => {
            let message = "We couldn't test the address: this computer has no list of trusted authorities.";
            let hint = format!("{why} Install your system's package of CA certificates.");
            return (AddressVerdict::CantTell, message.to_owned(), hint);
        }
        Trouble::Other(why) => {
            ("the connection could not be secured, or broke off.".to_owned(), upper(why))
        }
    };
    (AddressVerdict::NotReachable, cause, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_proxy_no_hint_is_about_one() {
        let of_the_certificate =
            [Trouble::Expired(None), Trouble::OtherName(Vec::new()), Trouble::Revoked, Trouble::NotYet];
        for trouble in of_the_certificate.into_iter().chain([Trouble::Version, Trouble::Plain]) {
            let (_, cause, hint) = describe(&trouble, "scim.corp.example", None, true);
            let is_about = ["proxy", "tunnel", "public"].iter().any(|word| hint.contains(word));
            assert!(!is_about, "{cause} {hint}");
        }
        let (_, _, hint) = describe(&Trouble::Expired(None), "scim.example.com", None, false);
        assert!(hint.contains("proxy"), "before the public address there may be one: {hint}");
    }
}
