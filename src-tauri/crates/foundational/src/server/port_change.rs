//! The server listens elsewhere than before: the proxy or tunnel in front of it must follow, and until something has come
//! through, it is unknown whether it does.

use std::net::SocketAddr;

use store::catch_panic;

use crate::context::Room as _;
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::served::Served;
use crate::settings;

impl ScimServer {
    /// Records where the server listens. When that is another place than before, the public address is checked at once.
    pub(crate) async fn record_listen_address(&self, listen: SocketAddr) -> Result<(), Error> {
        let before = self.exposure.served();
        let follows = self.exposure.public_url().is_some() || !self.store().known_connections().is_empty();
        let was_moved = before.as_ref().and_then(|served| served.moved.clone());
        let served = Served::at(before, listen, self.now(), follows);
        let has_moved = served.moved.is_some() && served.moved != was_moved;
        self.save_served(served).await?;
        if has_moved {
            self.check_soon();
        }
        Ok(())
    }

    /// Begins to check the public address if there is one: the server is called in another way than before.
    pub(crate) fn check_soon(&self) {
        if self.exposure.public_url().is_none() {
            return;
        }
        let app = self.clone();
        drop(tokio::spawn(async move {
            if let Ok(Err(error)) = catch_panic("check after a change", app.check_known()).await {
                tracing::warn!(%error, "the public address was not checked after the change");
            }
        }));
    }

    /// Clears the port change once something has come through since: our own check, a request that proves the way here,
    /// or, where no identity provider needs a public address, any request with a valid token.
    pub(crate) async fn clear_port_change_if_reached(&self) -> Result<(), Error> {
        let Some(served) = self.exposure.served() else { return Ok(()) };
        let Some(moved) = &served.moved else { return Ok(()) };
        let arrived = if self.exposure.public_url().is_some() && self.is_public_url_used() {
            self.exposure.reach.came_through().max(self.store().last_secure_request().await?)
        } else {
            self.store().token_uses().await?.values().map(|used| used.at).max()
        };
        if arrived.is_some_and(|at| at > moved.at) {
            self.clear_port_change().await?;
            self.send(Event::of(Topic::Server));
        }
        Ok(())
    }

    /// Nothing has to follow any more.
    pub(crate) async fn clear_port_change(&self) -> Result<(), Error> {
        match self.exposure.served() {
            Some(served) if served.moved.is_some() => {
                self.save_served(Served { moved: None, ..served }).await
            }
            _ => Ok(()),
        }
    }

    async fn save_served(&self, served: Served) -> Result<(), Error> {
        self.exposure.state().served = Some(served.clone());
        settings::SERVED.set(self.store(), Some(&served)).await
    }
}
