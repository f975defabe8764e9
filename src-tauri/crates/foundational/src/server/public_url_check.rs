//! Does the public address lead to this very process? A nonce goes out through it and must come back.

use std::time::Duration;

use jiff::Timestamp;
use server::REACHABILITY_PATH;

use crate::access::sessions::Actor;
use crate::context::Room as _;
use crate::diagnosis::thresholds::ENDS;
use crate::error::{Code, Error};
use crate::random::random_hex;
use crate::server::ScimServer;
use crate::server::certificate::{self, Trouble};
use crate::server::served::place_of;
use crate::server::views::{AddressCheck, AddressStep, AddressVerdict, Moved, Reach};
use crate::shapes::Nothing;

/// How long an arrival over HTTPS makes a check of its own needless.
const FRESH: Duration = Duration::from_mins(10);
/// How often the certificate is looked at while requests come through, and how often once it is near its end.
const LOOK: Duration = Duration::from_hours(24);
const RENEWAL: Duration = Duration::from_hours(1);

impl ScimServer {
    pub(crate) async fn check_public_url(&self, _: Actor, _: Nothing) -> Result<AddressCheck, Error> {
        let Some(url) = self.exposure.public_url() else {
            return Err(Error::new(Code::Conflict, "No public address is set.").hinting("Enter it first."));
        };
        self.check(url).await
    }

    /// Checks the public address, if there is one.
    pub(crate) async fn check_known(&self) -> Result<(), Error> {
        if let Some(url) = self.exposure.public_url() {
            self.check(url).await?;
        }
        Ok(())
    }

    /// Looks again by itself at an address that was checked before, so that a tunnel that went down is reported, and one
    /// that is up again as well. An address that can't be tested from here is left alone.
    pub(crate) async fn check_again(&self) -> Result<(), Error> {
        let known = self.exposure.reach.known();
        let (Some(url), Some(reach)) = (self.exposure.public_url(), known) else { return Ok(()) };
        let arrived = self.store().last_secure_request().await?;
        let fresh = arrived.is_some_and(|at| at + FRESH > self.now()) && !self.is_certificate_due(&reach);
        if fresh || reach.verdict == AddressVerdict::CantTell || !self.exposure.is_listening() {
            return Ok(());
        }
        let known = reach.verdict;
        let found = self.check(url.clone()).await?.verdict;
        // One lost connection is no outage.
        if known == AddressVerdict::Reachable && found != known {
            self.check(url).await?;
        }
        Ok(())
    }

    /// Requests that come through show nothing of the certificate: what is known of it grows old, and once it is near its
    /// end a new one is expected.
    fn is_certificate_due(&self, reach: &Reach) -> bool {
        let ends_soon = reach.certificate_ends.is_some_and(|end| end <= self.now() + ENDS);
        let age = if ends_soon { RENEWAL } else { LOOK };
        self.exposure.reach.checked_at().is_none_or(|at| at + age <= self.now())
    }

    async fn check(&self, url: String) -> Result<AddressCheck, Error> {
        let _only_one = self.exposure.reach.checking.lock().await;
        let mut steps = Vec::new();
        let mut found = self.knock(&url, &mut steps).await?;
        // Where a check came through once, a network that does not allow it is no excuse.
        if let (AddressVerdict::CantTell, Some(_)) = (found.verdict, self.exposure.reach.came_through()) {
            found = Found::lost(
                "Not reachable: nothing answers there any more. A proxy or tunnel may be down.",
                "Start the proxy or tunnel again.",
            );
        }
        let check = AddressCheck {
            verdict: found.verdict,
            message: found.message.clone(),
            steps,
            checked_at: self.now(),
            certificate_ends: found.certificate_ends,
        };
        // The address may have been changed while it was being checked.
        if self.exposure.public_url().as_ref() == Some(&url) {
            let reach = Reach {
                verdict: found.verdict,
                message: found.message,
                hint: found.hint,
                at: check.checked_at,
                certificate_ends: found.certificate_ends,
            };
            self.save_reach(url, reach).await?;
            self.clear_port_change_if_reached().await?;
        }
        Ok(check)
    }

    async fn knock(&self, url: &str, steps: &mut Vec<AddressStep>) -> Result<Found, Error> {
        let mut step = |name: &str, ok: bool, detail: String| {
            steps.push(AddressStep { name: name.to_owned(), ok, detail });
        };
        let authority = url.trim_start_matches("https://");
        let target = if authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            authority.to_owned()
        } else {
            format!("{authority}:443")
        };
        let addresses: Vec<_> = match tokio::net::lookup_host(&target).await {
            Ok(found) => found.collect(),
            Err(error) => {
                step("Name", false, format!("{authority} is not known: {error}"));
                return Ok(Found::lost(
                    format!("Not reachable: the name {authority} is not known in DNS."),
                    "Correct the address, or publish the name in DNS.",
                ));
            }
        };
        let shown: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        step("Name", true, format!("{authority} is {}", shown.join(", ")));
        let connect = tokio::net::TcpStream::connect(addresses.as_slice());
        match tokio::time::timeout(Duration::from_secs(5), connect).await {
            Ok(Ok(_stream)) => step("Connection", true, "The address takes connections.".to_owned()),
            Ok(Err(error)) => {
                step("Connection", false, error.to_string());
                return Ok(Found::cannot_tell());
            }
            Err(_elapsed) => {
                step("Connection", false, "Nothing answered within 5 s.".to_owned());
                return Ok(Found::cannot_tell());
            }
        }
        let nonce = random_hex::<16>()?.to_string();
        self.server().expect_reachability_check(Some(nonce.clone()));
        let answer = fetch(&format!("{url}{REACHABILITY_PATH}{nonce}")).await;
        let has_arrived = self.server().expect_reachability_check(None);
        let ((verdict, message, detail), certificate_ends) = match answer {
            Ok((status, ends)) => (self.answered(status, has_arrived), ends),
            Err(trouble) => (certificate::describe(&trouble, authority), trouble.ended()),
        };
        let is_reachable = verdict == AddressVerdict::Reachable;
        let hint = (!is_reachable).then(|| detail.clone());
        step("Certificate and answer", is_reachable, detail);
        Ok(Found { verdict, message, hint, certificate_ends })
    }

    fn answered(&self, status: u16, has_arrived: bool) -> (AddressVerdict, String, String) {
        let listen = self.exposure.listen().to_string();
        let moved = self.exposure.served().and_then(|served| served.moved);
        match (status, moved) {
            (204, _) if has_arrived => (
                AddressVerdict::Reachable,
                "Reachable: the address leads to this computer.".to_owned(),
                "The certificate is trusted, and our own request arrived here.".to_owned(),
            ),
            (_, Some(Moved { from, .. })) => (
                AddressVerdict::NotReachable,
                format!(
                    "Not reachable: Foundational moved from {} to {}, and the proxy or tunnel does not follow yet.",
                    place_of(&from, &listen),
                    place_of(&listen, &from)
                ),
                format!("Let it pass requests on to http://{listen}."),
            ),
            (502..=504, None) => (
                AddressVerdict::NotReachable,
                "Not reachable: a proxy answers there, but it does not reach this Foundational.".to_owned(),
                format!("The proxy says {status}. Let it pass requests on to http://{listen}."),
            ),
            _ => (
                AddressVerdict::NotReachable,
                "Not reachable: something answers there, but it does not lead to this Foundational."
                    .to_owned(),
                format!("The certificate is trusted. Something else answered, with {status}."),
            ),
        }
    }
}

/// What a check found.
struct Found {
    verdict: AddressVerdict,
    message: String,
    hint: Option<String>,
    certificate_ends: Option<Timestamp>,
}

impl Found {
    fn lost(message: impl Into<String>, hint: &str) -> Self {
        Self {
            verdict: AddressVerdict::NotReachable,
            message: message.into(),
            hint: Some(hint.to_owned()),
            certificate_ends: None,
        }
    }

    fn cannot_tell() -> Self {
        let message = "We couldn't test the address from this computer; some networks don't allow it. The first request \
                       from your identity provider will settle it.";
        Self {
            verdict: AddressVerdict::CantTell,
            message: message.to_owned(),
            hint: None,
            certificate_ends: None,
        }
    }
}

/// The status of a GET, without following redirects, and when the certificate ends. The certificate is held to what this computer's operating system
/// trusts, a company's own authority included.
async fn fetch(url: &str) -> Result<(u16, Option<Timestamp>), Trouble> {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_info(true)
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| Trouble::NoAuthorities(certificate::innermost(&error)))?;
    let response = client.get(url).send().await.map_err(|error| certificate::trouble(&error))?;
    let tls = response.extensions().get::<reqwest::tls::TlsInfo>();
    let ends = tls.and_then(reqwest::tls::TlsInfo::peer_certificate).and_then(certificate::end_of);
    Ok((response.status().as_u16(), ends))
}
