//! The way from the public address to here, part by part: up to the first that stops all requests, and then everything that
//! stops some of them.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use server::{Server, is_of_this_computer};

use crate::server::certificate::{self, Certificate, Trouble};
use crate::server::certificate_words::describe;
use crate::server::pair::Root;
use crate::server::public_url_check::arrived;
use crate::server::public_url_check::beyond;
use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::probe::{Outcome, Probe, certificate_of};
use crate::server::public_url_check::walked::{Fault, Walked};
use crate::server::views::AddressVerdict;
use crate::words::day;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// What is known before a check: whose way it is.
pub(crate) struct Walk<'a> {
    pub server: &'a Server,
    pub url: &'a str,
    /// It is an address of this computer itself, with neither a proxy nor the internet before it.
    pub is_here: bool,
    /// Under which URL this server answers by itself.
    pub own_url: String,
    /// The root of its private authority, where that has signed its certificate and those who call can trust it.
    pub root: Option<Root>,
    /// From where it moved, if nothing has come through since: "port 8470", and where it is now.
    pub moved: Option<(String, String)>,
    pub now: Timestamp,
    /// A provider is to call that trusts public authorities alone.
    pub is_public_needed: bool,
    /// What stops only some requests is looked for too. It sends a body of 1 MiB.
    pub is_whole: bool,
}

impl Walk<'_> {
    /// Follows it.
    pub(crate) async fn follow(&self, nonce: String) -> Walked {
        let mut walked = Walked::default();
        if let Err(fault) = self.walk(nonce, &mut walked).await {
            walked.failed(fault);
        }
        walked
    }

    /// Host and port as the address names them.
    fn authority(&self) -> &str {
        self.url.trim_start_matches("https://")
    }

    async fn walk(&self, nonce: String, walked: &mut Walked) -> Result<(), Fault> {
        self.connect(walked).await?;
        let probe = match Probe::new(self.server, self.url, self.root.clone(), nonce) {
            Ok(probe) => probe,
            Err(trouble) => return Err(self.untrusted(&trouble, walked).await),
        };
        let outcome = match probe.send(Method::GET, 0).await {
            Ok(outcome) => outcome,
            Err(error) => {
                return Err(match certificate::trouble(&error) {
                    Trouble::Other(why) if !error.is_connect() => self.unanswered(&why, walked),
                    trouble => self.untrusted(&trouble, walked).await,
                });
            }
        };
        walked.certificate_ends = outcome.certificate.as_ref().and_then(|certificate| certificate.ends);
        walked.proxy.clone_from(&outcome.proxy);
        walked.passed(Hop::Certificate, trusted(outcome.certificate.as_ref(), self.root.as_ref()));
        self.answer(&probe, &outcome, walked)?;
        if let Some(arrival) = &outcome.arrival {
            arrived::look(&probe, arrival, walked);
        }
        // What stops all requests is fixed first.
        if self.is_whole && walked.faults.is_empty() {
            beyond::look(&probe, &outcome, self.is_public_needed, self.now, walked).await;
        }
        Ok(())
    }

    async fn connect(&self, walked: &mut Walked) -> Result<(), Fault> {
        let authority = self.authority();
        let target = if authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            authority.to_owned()
        } else {
            format!("{authority}:443")
        };
        let addresses: Vec<_> = match tokio::net::lookup_host(&target).await {
            Ok(found) => found.collect(),
            Err(error) => {
                return Err(Fault::stopping(Hop::Name, format!("the name {authority} is not known in DNS."))
                    .seen(format!("{authority} is not known: {error}."))
                    .hint("Correct the address, or publish the name in DNS."));
            }
        };
        let shown: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        let mut seen = format!("{authority} is {}", shown.join(", "));
        if self.is_here {
            if !addresses.iter().any(|address| is_of_this_computer(address.ip())) {
                return Err(Fault::stopping(
                    Hop::Name,
                    format!("the name {authority} leads to another computer."),
                )
                .seen(format!("{seen}, and none of it is an address of this computer."))
                .hint("Correct the name in DNS, or use a certificate with another name of this computer."));
            }
            if addresses.iter().all(|address| address.ip().is_loopback()) {
                seen.push_str(", as this computer calls itself; DNS may answer others with another address");
            }
        }
        walked.passed(Hop::Name, seen);
        let connect = tokio::net::TcpStream::connect(addresses.as_slice());
        let seen = match tokio::time::timeout(CONNECT, connect).await {
            Ok(Ok(_stream)) => {
                walked.passed(Hop::Connection, "The address takes connections.");
                return Ok(());
            }
            Ok(Err(error)) => format!("{error}."),
            Err(_elapsed) => format!("Nothing answered within {} s.", CONNECT.as_secs()),
        };
        if self.is_here {
            return Err(Fault::stopping(Hop::Connection, "the address takes no connections.").seen(seen).hint(
                "Let the server listen at it in Settings > Server, and the firewall of this computer pass its port.",
            ));
        }
        Err(Fault {
            verdict: AddressVerdict::CantTell,
            ..Fault::stopping(
                Hop::Connection,
                "We couldn't test the address from this computer; some networks don't allow it. The first request from \
                 your identity provider will settle it.",
            )
            .seen(seen)
        })
    }

    async fn untrusted(&self, trouble: &Trouble, walked: &mut Walked) -> Fault {
        walked.certificate_ends = trouble.ended();
        let shown = match trouble {
            Trouble::Untrusted => certificate_of(self.url).await,
            _ => None,
        };
        if self.is_here && *trouble == Trouble::Untrusted {
            let cause = "This computer does not trust the authority of the certificate. The one that calls may: that is seen there.";
            let fault =
                Fault { verdict: AddressVerdict::CantTell, ..Fault::stopping(Hop::Certificate, cause) };
            return match shown {
                Some(shown) => fault.seen(format!("It is signed by {}.", shown.issuer)),
                None => fault,
            };
        }
        let (verdict, cause, hint) = describe(trouble, self.authority(), shown.as_ref(), self.is_here);
        let at = |hop: Hop| Fault { verdict, ..Fault::stopping(hop, cause).hint(hint) };
        match shown {
            _ if *trouble == Trouble::Version => at(Hop::Version).seen("TLS 1.2 and 1.3 are refused."),
            Some(shown) if !shown.is_self_signed => {
                at(Hop::Certificate).seen(format!("It is signed by {}.", shown.issuer))
            }
            _ => at(Hop::Certificate),
        }
    }

    /// The connection is secured, and nothing is answered.
    fn unanswered(&self, why: &str, walked: &mut Walked) -> Fault {
        walked.passed(Hop::Certificate, trusted(None, None));
        let own_url = &self.own_url;
        Fault::stopping(Hop::Answer, "something takes our request there, and does not answer it.")
            .seen(format!("The connection broke off: {why}."))
            .hint(format!("Let it pass requests on to {own_url}."))
    }

    fn redirect(&self, probe: &Probe, to: &str) -> Fault {
        let own = probe.shown(&format!("{}{}", self.url, probe.path()));
        if to == own {
            return Fault::stopping(Hop::Redirect, "the address answers with a redirect to itself.").hint(
                "The proxy takes each request for one over plain HTTP. Let it redirect only those, and pass on what \
                 arrives over HTTPS.",
            );
        }
        Fault::stopping(Hop::Redirect, format!("the address answers with a redirect to {to}.")).hint(
            "Providers do not follow a redirect with their token. Let the proxy answer at this address itself, or enter \
             the address that it leads to.",
        )
    }

    /// Whether our own request has arrived, and if not, who answered.
    fn answer(&self, probe: &Probe, outcome: &Outcome, walked: &mut Walked) -> Result<(), Fault> {
        let (status, own_url) = (outcome.status, &self.own_url);
        if let Some(to) = outcome.location.as_ref().filter(|_| (300..=399).contains(&status)) {
            return Err(self.redirect(probe, to).seen(format!("Our request was answered with {status}.")));
        }
        walked.passed(Hop::Redirect, "The address answers by itself.");
        if outcome.arrival.is_some() {
            walked.passed(Hop::Answer, "Our own request arrived here.");
            return Ok(());
        }
        Err(match (status, &self.moved) {
            (_, Some((from, to))) => Fault::stopping(
                Hop::Answer,
                format!("Foundational moved from {from} to {to}, and the proxy or tunnel does not follow yet."),
            )
            .hint(format!("Let it pass requests on to {own_url}.")),
            (502..=504, None) => Fault::stopping(
                Hop::Answer,
                "a proxy answers there, but it does not reach this Foundational.",
            )
            .seen(format!("The proxy says {status}."))
            .hint(format!("Let it pass requests on to {own_url}.")),
            (401 | 403 | 407, None) => {
                Fault::stopping(Hop::Answer, "something in front refuses our request before it gets here.")
                    .seen(format!("It was answered with {status}."))
                    .hint(
                        "Switch off its own sign-in or firewall rule for this address: providers have their token alone.",
                    )
            }
            _ => Fault::stopping(
                Hop::Answer,
                "something answers there, but it does not lead to this Foundational.",
            )
            .seen(format!("The certificate is trusted. Something else answered, with {status}.")),
        })
    }
}

fn trusted(certificate: Option<&Certificate>, root: Option<&Root>) -> String {
    match certificate {
        Some(Certificate { ends: Some(ends), issuer, .. })
            if root.is_some_and(|root| root.name == *issuer) =>
        {
            let ends = day(*ends);
            format!(
                "It is signed by this server's private authority, whose root each client must trust, and is valid until {ends}."
            )
        }
        Some(Certificate { ends: Some(ends), issuer, .. }) => {
            let ends = day(*ends);
            format!("It is signed by {issuer}, which this computer trusts, and is valid until {ends}.")
        }
        _ => "This computer trusts it.".to_owned(),
    }
}
