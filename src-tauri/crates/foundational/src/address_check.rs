//! Does the public address lead to this very process? A nonce goes out through it and must come back.

use std::time::Duration;

use server::CHECK_PATH;

use crate::app::Foundational;
use crate::certificate::{self, Trouble};
use crate::error::{Code, Error};
use crate::sessions::Actor;
use crate::views::{AddressCheck, AddressStep, AddressVerdict, Nothing, Reach};

/// How long an arrival over HTTPS makes a check of its own needless.
const FRESH: Duration = Duration::from_mins(10);

impl Foundational {
    pub(crate) async fn check_public_url(&self, _: Actor, _: Nothing) -> Result<AddressCheck, Error> {
        let Some(url) = self.server_view().public_url else {
            return Err(Error::new(Code::Conflict, "No public address is set.").hinting("Enter it first."));
        };
        self.check(url).await
    }

    /// Looks again by itself at an address that was checked before, so that a tunnel that went down is told, and one
    /// that is up again as well. An address that can't be told from here is left alone.
    pub(crate) async fn check_again(&self) -> Result<(), Error> {
        let view = self.server_view();
        let (Some(url), Some(reach)) = (view.public_url, view.reach) else { return Ok(()) };
        let arrived = self.store().last_secure_request().await?;
        let fresh = arrived.is_some_and(|at| at + FRESH > self.now());
        if fresh || reach.verdict == AddressVerdict::CantTell || view.since.is_none() {
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

    async fn check(&self, url: String) -> Result<AddressCheck, Error> {
        let _only_one = self.exposure().reach.checking.lock().await;
        let mut steps = Vec::new();
        let (mut verdict, mut message) = self.knock(&url, &mut steps).await?;
        // Where a check came through once, a network that does not allow it is no excuse.
        if let (AddressVerdict::CantTell, Some(_)) = (verdict, self.exposure().reach.came_through()) {
            verdict = AddressVerdict::NotReachable;
            "Not reachable: nothing answers there any more. A proxy or tunnel may be down."
                .clone_into(&mut message);
        }
        let check = AddressCheck { verdict, message, steps, checked_at: self.now() };
        // Somebody may have changed the address while it was being checked.
        if self.server_view().public_url.as_ref() == Some(&url) {
            let reach = Reach { verdict, message: check.message.clone(), at: check.checked_at };
            self.keep_reach(url, reach).await?;
        }
        Ok(check)
    }

    async fn knock(
        &self,
        url: &str,
        steps: &mut Vec<AddressStep>,
    ) -> Result<(AddressVerdict, String), Error> {
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
                let message = format!("Not reachable: the name {authority} is not known in DNS.");
                return Ok((AddressVerdict::NotReachable, message));
            }
        };
        let shown: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        step("Name", true, format!("{authority} is {}", shown.join(", ")));
        let connect = tokio::net::TcpStream::connect(addresses.as_slice());
        match tokio::time::timeout(Duration::from_secs(5), connect).await {
            Ok(Ok(_stream)) => step("Connection", true, "The address takes connections.".to_owned()),
            Ok(Err(error)) => {
                step("Connection", false, error.to_string());
                return Ok(cannot_tell());
            }
            Err(_elapsed) => {
                step("Connection", false, "Nothing answered within 5 s.".to_owned());
                return Ok(cannot_tell());
            }
        }
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        let nonce: String = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hex).collect();
        self.server().expect_check(Some(nonce.clone()));
        let answer = fetch(&format!("{url}{CHECK_PATH}{nonce}")).await;
        self.server().expect_check(None);
        let (verdict, message, detail) = match answer {
            Ok(status) => self.answered(status),
            Err(trouble) => certificate::told(&trouble, authority),
        };
        step("Certificate and answer", verdict == AddressVerdict::Reachable, detail);
        Ok((verdict, message))
    }

    fn answered(&self, status: u16) -> (AddressVerdict, String, String) {
        match status {
            204 => (
                AddressVerdict::Reachable,
                "Reachable: the address leads to this computer.".to_owned(),
                "The certificate is trusted, and our own sign came back.".to_owned(),
            ),
            502..=504 => (
                AddressVerdict::NotReachable,
                "Not reachable: a proxy answers there, but it does not reach this Foundational.".to_owned(),
                format!(
                    "The proxy says {status}. Let it pass requests on to http://{}.",
                    self.server_view().listen
                ),
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

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0')
}

fn cannot_tell() -> (AddressVerdict, String) {
    let message = "We couldn't test the address from this computer; some networks don't allow it. The first request \
                   from your identity provider will settle it.";
    (AddressVerdict::CantTell, message.to_owned())
}

/// The status of a GET, without following redirects. The certificate is held to what this computer's operating system
/// trusts, a company's own authority included.
async fn fetch(url: &str) -> Result<u16, Trouble> {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| Trouble::NoAuthorities(certificate::innermost(&error)))?;
    let response = client.get(url).send().await.map_err(|error| certificate::trouble(&error))?;
    Ok(response.status().as_u16())
}
