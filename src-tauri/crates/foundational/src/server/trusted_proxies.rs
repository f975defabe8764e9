//! The reverse proxies on other computers whose `Forwarded` and `X-Forwarded-` headers are believed.

use server::is_proxy_range;
use store::AuditAct;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::trusted_proxies_views::TrustedProxies;
use crate::settings;
use crate::shapes::Nothing;

/// The most addresses and ranges on the list.
const MOST: usize = 50;

impl ScimServer {
    pub(crate) async fn trusted_proxies(&self, _: Actor, _: Nothing) -> Result<TrustedProxies, Error> {
        let proxies = settings::TRUSTED_PROXIES.get(self.store()).await?.unwrap_or_default();
        Ok(TrustedProxies { proxies })
    }

    pub(crate) async fn set_trusted_proxies(
        &self,
        actor: Actor,
        args: TrustedProxies,
    ) -> Result<TrustedProxies, Error> {
        let proxies = checked(&args.proxies)?;
        let _one_at_a_time = self.change.lock().await;
        let list = if proxies.is_empty() { "this computer alone".to_owned() } else { proxies.join(", ") };
        let entry = actor.audit(AuditAct::ProxiesSet).with(list);
        let saved = Some(&proxies).filter(|proxies| !proxies.is_empty());
        settings::TRUSTED_PROXIES.set_audited(self.store(), saved, entry).await?;
        self.server().set_trusted_proxies(&proxies);
        self.send(Event::of(Topic::Server));
        Ok(TrustedProxies { proxies })
    }
}

/// Each address and range once, in its order.
fn checked(list: &[String]) -> Result<Vec<String>, Error> {
    let mut proxies: Vec<String> = Vec::new();
    for text in list.iter().map(|text| text.trim()) {
        if !is_proxy_range(text) {
            let shown: String = text.chars().take(80).collect();
            let message = format!(
                "\"{shown}\" is not an IP address or a CIDR range; a range of all addresses is not allowed."
            );
            return Err(Error::invalid("proxies", message).hinting(
                "It looks like 10.0.0.4, 10.0.0.0/24 or 2001:db8::/64, and not like ::ffff:10.0.0.0/24.",
            ));
        }
        if !proxies.iter().any(|known| known == text) {
            proxies.push(text.to_owned());
        }
    }
    if proxies.len() > MOST {
        return Err(Error::invalid("proxies", format!("There are more than {MOST} addresses on the list."))
            .hinting("Name the network of the proxies instead, such as 10.0.0.0/24."));
    }
    Ok(proxies)
}
