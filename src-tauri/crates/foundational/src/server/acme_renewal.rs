//! The certificate that is requested by ACME: when it is, and what is known of the last order.

use std::net::IpAddr;

use server::{Tls, host_of};
use store::{AuditAct, AuditEntry};
use tokio::sync::MutexGuard;

use crate::context::{Lifecycle, Room as _};
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::acme::{Acme, ExternalAccount};
use crate::server::acme_account::{account, open};
use crate::server::acme_order::{ChallengeResponder, order};
use crate::server::acme_orders::Orders;
use crate::server::acme_pair;
use crate::server::acme_window::{Renewal, ask, identifier};
use crate::server::certificate_source::CertificateSource;
use crate::server::pair::PairFacts;
use crate::settings;

/// The host of a public address, as an authority signs for it: a name of DNS.
///
/// # Errors
/// Why there is no such host, as a sentence.
pub(crate) fn acme_host(public_url: Option<&str>) -> Result<String, String> {
    let Some(host) = public_url.and_then(host_of) else {
        return Err("An authority signs for the public address, and none is set. Enter it first.".to_owned());
    };
    if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return Err(format!("An authority signs for a host name, and the public address is {host}."));
    }
    Ok(host)
}

impl ScimServer {
    /// Opens the account that an order needs, or updates it. An account that is bound to an external one is always opened.
    /// Whether it is another one.
    pub(crate) async fn open_account(
        &self,
        acme: &Acme,
        external: Option<&ExternalAccount>,
    ) -> Result<bool, Error> {
        acme_host(self.exposure.public_url().as_deref()).map_err(|why| Error::new(Code::Invalid, why))?;
        let opened = Box::pin(open(self.store().folder(), acme, external)).await;
        opened.map_err(|why| Error::invalid("directory", why))
    }

    /// Requests a certificate if one is due. `is_asked`: by an Admin, also where one was requested a short time ago.
    pub(crate) async fn order_if_due(&self, is_asked: bool) -> Result<(), Error> {
        let Some(CertificateSource::Acme(acme)) = self.exposure.certificate() else { return Ok(()) };
        if self.lifecycle() != Lifecycle::Serving || !self.exposure.is_listening() {
            return Ok(());
        }
        // One at a time.
        let Ok(_one) = self.exposure.ordering.try_lock() else { return Ok(()) };
        let now = self.now();
        let (tls, public_url, may_order) = {
            let state = self.exposure.state();
            let tls = state.pair.as_ref().map(|pair| pair.tls.clone());
            (tls, state.public_url.clone(), state.orders.may_order(now))
        };
        let Some(tls) = tls.filter(|_| may_order || is_asked) else { return Ok(()) };
        let done = match acme_host(public_url.as_deref()) {
            Ok(host) => {
                let folder = self.store().folder().to_owned();
                let (directory, known) = (acme.directory.clone(), host.clone());
                let signed = tokio::task::spawn_blocking(move || {
                    acme_pair::read(&folder, &directory, &known, now).map(|known| known.facts)
                });
                let signed = signed.await.unwrap_or_default();
                if let Some(facts) = &signed
                    && !self.is_to_be_renewed(&acme, facts).await
                {
                    let mut orders = self.exposure.state().orders.clone();
                    if orders.trouble.take().is_some() {
                        self.remember(orders).await;
                    }
                    return Ok(());
                }
                Box::pin(self.request(&acme, &host, &tls, signed.as_ref())).await
            }
            Err(why) => Err(why),
        };
        if !self.is_wanted(&acme, public_url.as_deref()) {
            // It says nothing of what was chosen since, for which the next round places an order.
            return Ok(());
        }
        self.settle(done).await
    }

    /// Whether it is time to renew a certificate. Its authority is asked now and then.
    async fn is_to_be_renewed(&self, acme: &Acme, facts: &PairFacts) -> bool {
        let now = self.now();
        let known = self.exposure.state().renewal.clone().filter(|known| known.is_known(facts, now));
        if let Some(known) = known {
            return known.is_due(now);
        }
        let answer = Box::pin(ask(self.store().folder(), acme, facts)).await;
        let renewal = Renewal::after(answer, facts, now);
        let is_due = renewal.is_due(now);
        self.exposure.state().renewal = Some(renewal);
        is_due
    }

    /// Whether this authority is the source and this the public address: an Admin can change both during an order.
    fn is_wanted(&self, acme: &Acme, public_url: Option<&str>) -> bool {
        let state = self.exposure.state();
        let is_source = matches!(&state.certificate, Some(CertificateSource::Acme(source)) if source == acme);
        is_source && state.public_url.as_deref() == public_url
    }

    /// Holds orders back while an authority is chosen: one that is under way would store what the former authority signs.
    ///
    /// # Errors
    /// [`Code::Conflict`] while one is under way.
    pub(crate) fn without_orders(&self) -> Result<MutexGuard<'_, ()>, Error> {
        self.exposure.ordering.try_lock().map_err(|_one_is_under_way| {
            Error::new(Code::Conflict, "A certificate is being requested at this moment.")
                .hinting("Nothing was changed. Try again in some minutes.")
        })
    }

    /// `former`: the certificate that is renewed.
    async fn request(
        &self,
        acme: &Acme,
        host: &str,
        tls: &Tls,
        former: Option<&PairFacts>,
    ) -> Result<(), String> {
        let folder = self.store().folder();
        acme_pair::try_to_write(folder)?;
        let account = account(folder, acme).await?;
        let mut responder = ChallengeResponder::start(acme, host, tls).await?;
        let ordered = order(&account, host, &responder, former.and_then(identifier)).await;
        responder.end().await;
        let ordered = ordered.map_err(|why| {
            format!(
                "The authority did not sign a certificate for {host}: {}. {}",
                why.trim_end_matches('.'),
                responder.must_reach(host, self.exposure.listen())
            )
        })?;
        acme_pair::write(folder, &acme.directory, &ordered, host, self.now())?;
        self.record_act_if_possible(AuditEntry::by_program(AuditAct::CertificateOrder).with(host)).await;
        Ok(())
    }

    /// What is known after an order; what it gave is used from now on.
    async fn settle(&self, done: Result<(), String>) -> Result<(), Error> {
        let orders = self.exposure.state().orders.after(done, self.now());
        self.remember(orders).await;
        self.send(Event::of(Topic::Server));
        Box::pin(self.reload_certificate()).await
    }

    /// Remembers what is known of the orders, also over a restart: an order that fails is not placed again by it.
    async fn remember(&self, orders: Orders) {
        self.exposure.state().orders = orders.clone();
        if let Err(error) = settings::ACME_ORDERS.set(self.store(), Some(&orders)).await {
            tracing::warn!(%error, "when a certificate may be ordered again is not stored");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_signs_for_the_host_name_of_the_public_address() {
        assert_eq!(acme_host(Some("https://scim.example.com:8443")).as_deref(), Ok("scim.example.com"));
        for (url, why) in [
            (None, "none is set"),
            (Some("https://192.0.2.7"), "for a host name"),
            (Some("https://[2001:db8::1]:8443"), "for a host name"),
        ] {
            let refused = acme_host(url).unwrap_err();
            assert!(refused.contains(why), "{why}: {refused}");
        }
    }
}
