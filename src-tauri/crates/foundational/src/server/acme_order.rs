//! One order of a certificate by ACME (RFC 8555 section 7.4), whose challenge this server answers itself (RFC 8737).

use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewOrder, Order, OrderStatus, RetryPolicy,
};
use server::Tls;
use zeroize::Zeroizing;

use crate::server::acme_http::{said, words};
use crate::server::acme_pair::{self, Ordered};

/// How long the authority may take to look at the challenge, and to sign.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));

/// No challenge is answered once this is dropped.
struct Answering<'a>(&'a Tls);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.set_challenge(None);
    }
}

/// Orders a certificate for a host. Until it ends, new connections to `tls` answer the challenge.
///
/// # Errors
/// Why there is none, in the words of the authority.
pub(crate) async fn order(account: &Account, host: &str, tls: &Tls) -> Result<Ordered, String> {
    let failed = |error: instant_acme::Error| words(&error);
    let _answering = Answering(tls);
    let identifiers = [Identifier::Dns(host.to_owned())];
    let mut order = account.new_order(&NewOrder::new(&identifiers)).await.map_err(failed)?;
    prove(&mut order, host, tls).await?;
    let status = order.poll_ready(&PATIENCE).await;
    if !matches!(status, Ok(OrderStatus::Ready)) {
        let why = reason(&mut order).await;
        return Err(why
            .or_else(|| status.err().as_ref().map(words))
            .unwrap_or_else(|| "it gives no reason".to_owned()));
    }
    let key = order.finalize().await.map(Zeroizing::new).map_err(failed)?;
    let chain = order.poll_certificate(&PATIENCE).await.map_err(failed)?;
    Ok(Ordered { chain, key })
}

/// Lets the authority look at the challenge of each host that it does not believe already.
async fn prove(order: &mut Order, host: &str, tls: &Tls) -> Result<(), String> {
    let failed = |error: instant_acme::Error| words(&error);
    let mut authorizations = order.authorizations();
    while let Some(found) = authorizations.next().await {
        let mut authorization = found.map_err(failed)?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
            return Err("it does not offer the challenge TLS-ALPN-01".to_owned());
        };
        let digest = challenge.key_authorization().digest();
        tls.set_challenge(Some(acme_pair::challenge(host, digest.as_ref())?));
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
            return Some(said(problem));
        }
    }
    None
}
