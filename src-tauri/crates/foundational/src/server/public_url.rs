//! The public URL under which providers reach the server.

use server::host_of;
use store::{AuditAct, AuditActor, AuditEntry, HostOrigin, Store};
use url::{ParseError, Url};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::server::ScimServer;
use crate::server::acme_orders::Orders;
use crate::server::views::{PublicUrl, ServerView};
use crate::settings;

/// Saves a public URL, or with `None` none. One that is saved already is no act.
pub(crate) async fn save_public_url(
    store: &Store,
    actor: AuditActor,
    url: Option<&str>,
) -> Result<Option<String>, Error> {
    let url = url.map(checked_public_url).transpose()?;
    let former = settings::PUBLIC_URL.get(store).await?;
    if former == url {
        return Ok(url);
    }
    let entry = match (&url, &former) {
        (Some(url), _) => AuditEntry::new(actor, AuditAct::PublicUrlSet).with(url),
        (None, former) => {
            AuditEntry::new(actor, AuditAct::PublicUrlRemove).with(former.as_deref().unwrap_or_default())
        }
    };
    let host = url.as_deref().and_then(host_of);
    let former = former.as_deref().and_then(host_of).filter(|former| host.as_ref() != Some(former));
    let saved = url.clone();
    let done: Result<(), Error> = store
        .write(async move |tx| {
            // Providers that were set up with it call by it until they are changed over.
            if let Some(former) = former {
                tx.allow_host(&former, HostOrigin::Former, None).await?;
            }
            settings::PUBLIC_URL.set_in(tx, saved.as_ref()).await?;
            // An order for another host has nothing to wait for.
            settings::ACME_ORDERS.set_in(tx, None).await?;
            Ok(tx.audit(&entry).await?)
        })
        .await;
    done?;
    Ok(url)
}

impl ScimServer {
    pub(crate) async fn public_url(&self, actor: Actor, args: PublicUrl) -> Result<ServerView, Error> {
        let url = args.public_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        let one_at_a_time = self.change.lock().await;
        let saved = save_public_url(self.store(), actor.audit_actor(), url).await?;
        let has_changed = self.exposure.state().public_url != saved;
        if has_changed {
            // What was found out about the old address says nothing about the new one.
            self.forget_reach().await?;
            self.clear_port_change().await?;
        }
        {
            let mut state = self.exposure.state();
            state.public_url = saved;
            if has_changed {
                state.orders = Orders::default();
            }
        }
        self.server().read_hosts().await?;
        self.exposure.show_address(self.server());
        drop(one_at_a_time);
        // Its certificate is for the host of this address; where that takes an authority, it is ordered at once.
        if self.exposure.renews_itself() {
            Box::pin(self.reload_certificate()).await?;
            if has_changed {
                self.exposure.look.notify_one();
            }
        }
        self.server_view().await
    }
}

/// An https URL with a host and nothing behind it, in the form of the WHATWG URL standard without the last slash.
pub(crate) fn checked_public_url(text: &str) -> Result<String, Error> {
    let shown: String = text.chars().take(120).collect();
    let refuse = |why: &str| {
        Error::invalid("publicUrl", format!("\"{shown}\" {why}"))
            .hinting("It looks like https://scim.example.com, without a path.")
    };
    let text = text.trim();
    if !text.starts_with("https://") {
        return Err(refuse("does not begin with https://; providers send nothing over plain http."));
    }
    let more = "must be a host name alone, without a path.";
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::InvalidPort => refuse("has a port that is not a number from 1 to 65535."),
        ParseError::EmptyHost => refuse(more),
        other => {
            tracing::debug!(%other, "a public URL that cannot be read");
            refuse("is not a host name.")
        }
    })?;
    let is_bare =
        url.path().trim_matches('/').is_empty() && url.query().is_none() && url.fragment().is_none();
    if !is_bare || !url.username().is_empty() || url.password().is_some() || !text.is_ascii() {
        return Err(refuse(more));
    }
    if url.port() == Some(0) {
        return Err(refuse("has a port that is not a number from 1 to 65535."));
    }
    // Okta refuses a base URL whose host has an underscore.
    if url.host_str().is_some_and(|host| host.contains('_')) {
        return Err(refuse("has an underscore in its host name, which Okta does not accept."));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_are_https_and_nothing_but_a_host() {
        for (text, wanted) in [
            ("https://scim.example.com", Some("https://scim.example.com")),
            ("  https://SCIM.example.com/ ", Some("https://scim.example.com")),
            ("https://scim.example.com:8443", Some("https://scim.example.com:8443")),
            ("https://[2001:db8::1]:8443", Some("https://[2001:db8::1]:8443")),
            ("http://scim.example.com", None),
            ("scim.example.com", None),
            ("https://", None),
            ("https://user@scim.example.com", None),
            ("https://scim.example.com/scim/v2", None),
            ("https://my_host.example.com", None),
            ("https://scim.example.com:0", None),
            ("https://scim.example.com:port", None),
            ("https://scim example.com", None),
        ] {
            assert_eq!(checked_public_url(text).ok().as_deref(), wanted, "{text}");
        }
    }
}
