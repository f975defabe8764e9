//! Does the public address lead to this very process? A nonce goes out through it and must come back.

use std::time::Duration;

use server::CHECK_PATH;

use crate::app::Foundational;
use crate::error::{Code, Error};
use crate::sessions::Actor;
use crate::views::{AddressCheck, AddressStep, AddressVerdict, Nothing};

impl Foundational {
    pub(crate) async fn check_public_url(&self, _: Actor, _: Nothing) -> Result<AddressCheck, Error> {
        let Some(url) = self.server_view().public_url else {
            return Err(Error::new(Code::Conflict, "No public address is set.").hinting("Enter it first."));
        };
        let mut steps = Vec::new();
        let (verdict, message) = self.knock(&url, &mut steps).await?;
        Ok(AddressCheck { verdict, message, steps, checked_at: self.now() })
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
        Ok(match answer {
            Ok(204) => {
                step(
                    "Certificate and answer",
                    true,
                    "The certificate is trusted, and our own sign came back.".to_owned(),
                );
                (AddressVerdict::Reachable, "Reachable: the address leads to this computer.".to_owned())
            }
            Ok(status) => {
                step("Certificate and answer", false, format!("Something else answered, with {status}."));
                let message =
                    "Not reachable: something answers there, but it does not lead to this Foundational.";
                (AddressVerdict::NotReachable, message.to_owned())
            }
            Err(error) => {
                step("Certificate and answer", false, error);
                let message = "Not reachable: the connection could not be secured, or broke off.";
                (AddressVerdict::NotReachable, message.to_owned())
            }
        })
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

/// The status of a GET, without following redirects; an error in the words of the layer that failed.
async fn fetch(url: &str) -> Result<u16, String> {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| error.to_string())?;
    let response = client.get(url).send().await.map_err(|error| {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = inner.to_string();
            cause = inner.source();
        }
        text
    })?;
    Ok(response.status().as_u16())
}
