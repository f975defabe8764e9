//! Can a computer of this network reach this server? What can be tested from here is tested hop by hop, as the public address is;
//! what only the other computer shows is named.

use std::net::IpAddr;

use server::{host_of, without_brackets};

use crate::context::Room as _;
use crate::error::Error;
use crate::random::random_hex;
use crate::server::ScimServer;
use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::views::AddressCheck;
use crate::server::public_url_check::walk::Walk;
use crate::server::public_url_check::walked::{Fault, Walked};
use crate::server::views::AddressVerdict;

impl ScimServer {
    /// Checks the address by which the computers of this network call. `caller`: who is to call, as in "Okta's provisioning
    /// agent". `has_called`: a request of the connection has arrived from this network.
    pub(crate) async fn check_network(&self, caller: &str, has_called: bool) -> Result<AddressCheck, Error> {
        let _only_one = self.exposure.reach.checking.lock().await;
        let (url, root) = (self.exposure.own_url(), self.exposure.root());
        let has_root = root.is_some();
        let walked = if self.exposure.listen().ip().is_loopback() {
            unheard()
        } else {
            let walk = Walk {
                server: self.server(),
                url: &url,
                is_here: true,
                moved: None,
                own_url: url.clone(),
                root,
                is_public_needed: false,
                now: self.now(),
                is_whole: false,
            };
            walk.follow(random_hex::<16>()?.to_string()).await
        };
        let Walked { steps, faults, certificate_ends, .. } = walked;
        let failing = faults.first().map(|fault| fault.hop);
        let (verdict, message) = match faults.first() {
            Some(fault) => (fault.verdict, fault.message()),
            None if has_called => {
                let message = format!(
                    "Reachable: a request with a valid token has arrived from this network, probably of {caller}."
                );
                (AddressVerdict::Reachable, message)
            }
            None => (
                AddressVerdict::CantTell,
                format!(
                    "Can't tell from this computer: what it can test passes, and the computer of {caller} shows the rest."
                ),
            ),
        };
        let elsewhere = match verdict {
            AddressVerdict::CantTell => elsewhere(&url, has_root),
            AddressVerdict::Reachable | AddressVerdict::NotReachable => Vec::new(),
        };
        let (checked_at, fixes) = (self.now(), Vec::new());
        Ok(AddressCheck { verdict, message, failing, steps, checked_at, certificate_ends, fixes, elsewhere })
    }
}

/// No other computer can connect.
fn unheard() -> Walked {
    let mut walked = Walked::default();
    walked.failed(
        Fault::stopping(Hop::Connection, "this server listens for this computer alone.")
            .seen("It listens for this computer alone.")
            .hint("Choose a certificate in Settings > Server, and then a listen address that other computers reach."),
    );
    walked
}

/// What to look at on the computer that is to call, as sentences.
fn elsewhere(url: &str, has_root: bool) -> Vec<String> {
    let mut all = Vec::new();
    let host = host_of(url).map(|host| without_brackets(&host).to_owned());
    if let Some(name) = host.filter(|host| host.parse::<IpAddr>().is_err()) {
        all.push(format!(
            "Look up {name} there, with nslookup {name}: the answer must be an address of this computer."
        ));
    }
    if has_root {
        all.push(
            "The root certificate of this server must be trusted there: export it in Settings > Server."
                .to_owned(),
        );
    }
    all.push(format!(
        "Open {url} in a browser there. Any answer of this server shows that no firewall is in the way; a warning shows that \
         the certificate is not trusted there."
    ));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_look_at_elsewhere_follows_from_the_address_and_the_certificate() {
        for (url, has_root, beginnings) in [
            (
                "https://scim.corp.example:8470",
                true,
                &["Look up scim.corp.example", "The root ", "Open https://scim"][..],
            ),
            (
                "https://scim.corp.example",
                false,
                &["Look up scim.corp.example", "Open https://scim.corp.example in"],
            ),
            ("https://192.0.2.7:8470", false, &["Open https://192.0.2.7:8470 in"]),
            ("https://[2001:db8::7]:8470", true, &["The root ", "Open https://[2001:db8::7]:8470 in"]),
        ] {
            let all = elsewhere(url, has_root);
            assert_eq!(all.len(), beginnings.len(), "{all:?}");
            for (sentence, beginning) in all.iter().zip(beginnings) {
                assert!(sentence.starts_with(beginning), "{beginning}: {sentence}");
            }
        }
    }
}
