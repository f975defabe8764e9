//! One order of a certificate by ACME (RFC 8555 section 7.4), whose challenge this server answers itself.

use std::net::SocketAddr;
use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, CertificateIdentifier, ChallengeHandle, ChallengeType, Error, Identifier,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use server::Tls;
use zeroize::Zeroizing;

use crate::server::acme::Acme;
use crate::server::acme_http::{detail, words};
use crate::server::acme_http01::Http01;
use crate::server::acme_pair::{self, Ordered};
use crate::server::low_port::missing_forward;

/// How long the authority may take to validate the challenge, and to sign.
const POLLING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));
/// The problems that an order can have because of the certificate that it replaces. RFC 9773 section 5 names the first; Let's Encrypt
/// (Boulder) answers the second where the authority does not know that certificate or it is for other names, and the third where it
/// is another account's.
const OF_REPLACING: [&str; 3] = [
    "urn:ietf:params:acme:error:alreadyReplaced",
    "urn:ietf:params:acme:error:malformed",
    "urn:ietf:params:acme:error:unauthorized",
];

/// Answers the challenge. Once this is dropped, no challenge is answered.
pub(crate) enum ChallengeResponder<'a> {
    /// TLS-ALPN-01 (RFC 8737): new connections where SCIM is served.
    TlsAlpn01(&'a Tls),
    /// HTTP-01: a listener of its own.
    Http01(Http01),
}

impl<'a> ChallengeResponder<'a> {
    /// The challenge that an Admin chose.
    ///
    /// # Errors
    /// Why it can't be answered, as a sentence.
    pub(crate) async fn start(acme: &Acme, host: &str, tls: &'a Tls) -> Result<Self, String> {
        match acme.http_address().map_err(|error| error.message)? {
            Some(listen) => Http01::start(listen, host).await.map(Self::Http01),
            None => Ok(Self::TlsAlpn01(tls)),
        }
    }

    const fn kind(&self) -> (ChallengeType, &'static str) {
        match self {
            Self::TlsAlpn01(_) => (ChallengeType::TlsAlpn01, "TLS-ALPN-01"),
            Self::Http01(_) => (ChallengeType::Http01, "HTTP-01"),
        }
    }

    fn answer(&self, host: &str, challenge: &ChallengeHandle<'_>) -> Result<(), String> {
        let key = challenge.key_authorization();
        match self {
            Self::TlsAlpn01(tls) => {
                tls.set_challenge(Some(acme_pair::challenge(host, key.digest().as_ref())?));
            }
            Self::Http01(http) => http.set(&challenge.token, key.as_str()),
        }
        Ok(())
    }

    /// What must lead here for an order, as sentences. `listen`: where SCIM is served.
    pub(crate) fn must_reach(&self, host: &str, listen: SocketAddr) -> String {
        match self {
            Self::TlsAlpn01(_) => missing_forward(443, host, listen),
            Self::Http01(http) => http.must_reach(host),
        }
    }

    /// Answers nothing any more; another order can begin.
    pub(crate) async fn end(&mut self) {
        match self {
            Self::TlsAlpn01(tls) => tls.set_challenge(None),
            Self::Http01(http) => http.end().await,
        }
    }
}

impl Drop for ChallengeResponder<'_> {
    fn drop(&mut self) {
        // The listener of HTTP-01 ends by itself.
        if let Self::TlsAlpn01(tls) = self {
            tls.set_challenge(None);
        }
    }
}

/// Orders a certificate for a host. `former`: the one that it replaces.
///
/// # Errors
/// Why there is no certificate, in the words of the authority.
pub(crate) async fn order(
    account: &Account,
    host: &str,
    responder: &ChallengeResponder<'_>,
    former: Option<CertificateIdentifier<'static>>,
) -> Result<Ordered, String> {
    let failed = |error: Error| words(&error);
    let identifiers = [Identifier::Dns(host.to_owned())];
    let mut order = place(account, &identifiers, former).await.map_err(failed)?;
    prove(&mut order, host, responder).await?;
    let status = order.poll_ready(&POLLING).await;
    if !matches!(status, Ok(OrderStatus::Ready)) {
        let why = reason(&mut order).await;
        return Err(why
            .or_else(|| status.err().as_ref().map(words))
            .unwrap_or_else(|| "it gives no reason".to_owned()));
    }
    let key = order.finalize().await.map(Zeroizing::new).map_err(failed)?;
    let chain = order.poll_certificate(&POLLING).await.map_err(failed)?;
    Ok(Ordered { chain, key })
}

/// Places an order that says which certificate it replaces (RFC 9773 section 5), where the authority takes that.
async fn place(
    account: &Account,
    identifiers: &[Identifier],
    former: Option<CertificateIdentifier<'static>>,
) -> Result<Order, Error> {
    if let Some(former) = former {
        let placed = account.new_order(&NewOrder::new(identifiers).replaces(former)).await;
        if !placed.as_ref().is_err_and(refuses_to_replace) {
            return placed;
        }
    }
    account.new_order(&NewOrder::new(identifiers)).await
}

/// Whether the certificate that is to be replaced can be what is in the way of an order. A rate limit or a failure is in the way of
/// each.
fn refuses_to_replace(error: &Error) -> bool {
    match error {
        // It has no renewal information.
        Error::Unsupported(_) => true,
        Error::Api(problem) => problem.r#type.as_deref().is_some_and(|kind| OF_REPLACING.contains(&kind)),
        // The order does not say what it replaces, unless the request has failed.
        Error::Other(why) => !why.is::<reqwest::Error>(),
        _ => false,
    }
}

/// Lets the authority validate the challenge of each host without a valid authorization.
async fn prove(order: &mut Order, host: &str, responder: &ChallengeResponder<'_>) -> Result<(), String> {
    let failed = |error: Error| words(&error);
    let (kind, name) = responder.kind();
    let mut authorizations = order.authorizations();
    while let Some(found) = authorizations.next().await {
        let mut authorization = found.map_err(failed)?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let Some(mut challenge) = authorization.challenge(kind.clone()) else {
            return Err(format!("it does not offer the challenge {name}"));
        };
        responder.answer(host, &challenge)?;
        challenge.set_ready().await.map_err(failed)?;
    }
    Ok(())
}

/// Why a challenge was not passed.
async fn reason(order: &mut Order) -> Option<String> {
    let mut authorizations = order.authorizations();
    while let Some(found) = authorizations.next().await {
        let mut authorization = found.ok()?;
        let state = authorization.refresh().await.ok()?;
        if let Some(problem) = state.challenges.iter().find_map(|challenge| challenge.error.as_ref()) {
            return Some(detail(problem));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_the_replaced_certificate_is_followed_by_an_order_without_it() {
        for (kind, is_followed) in [
            ("alreadyReplaced", true),
            ("malformed", true),
            ("unauthorized", true),
            ("rateLimited", false),
            ("rejectedIdentifier", false),
            ("serverInternal", false),
        ] {
            let problem = format!(r#"{{"type": "urn:ietf:params:acme:error:{kind}", "detail": "No."}}"#);
            let error = Error::Api(serde_json::from_str(&problem).unwrap());
            assert_eq!(refuses_to_replace(&error), is_followed, "{kind}");
        }
        assert!(refuses_to_replace(&Error::Unsupported("renewal information")), "it can't know it");
        assert!(refuses_to_replace(&Error::Other("replaces field mismatch".into())), "it does not repeat it");
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let failed = client.get("no address").build().unwrap_err();
        assert!(!refuses_to_replace(&Error::Other(failed.into())), "nothing was answered");
    }
}
