//! The server listens elsewhere than before: the proxy or tunnel in front of it must follow, and until something has come
//! through, it is unknown whether it does.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, catch_panic};

use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::views::{Event, Moved, Topic};

const SERVED: &str = "server.served";

/// Where the server listened last, and from where it moved if nothing has come through since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Served {
    listen: SocketAddr,
    pub(crate) moved: Option<Moved>,
}

impl Served {
    pub(crate) async fn read(store: &Store) -> Result<Option<Self>, store::Error> {
        let stored = store.setting(SERVED).await?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// What is known once it listens at `listen`. `follows`: something in front of it may still lead to the place before.
    fn at(before: Option<Self>, listen: SocketAddr, now: Timestamp, follows: bool) -> Self {
        let Some(before) = before else { return Self { listen, moved: None } };
        let moved = match before.moved {
            moved if before.listen == listen => moved,
            // Back at the place that was right.
            Some(moved) if moved.from == listen.to_string() => None,
            Some(moved) => Some(Moved { at: now, ..moved }),
            None => follows.then(|| Moved { from: before.listen.to_string(), at: now }),
        };
        Self { listen, moved }
    }
}

impl Foundational {
    /// Notes where the server listens. When that is another place than before, the public address is checked at once.
    pub(crate) async fn record_listen_address(&self, listen: SocketAddr) -> Result<(), Error> {
        let before = self.exposure().served();
        let follows = self.exposure().public_url().is_some() || !self.store().connections().await?.is_empty();
        let was_moved = before.as_ref().and_then(|served| served.moved.clone());
        let served = Served::at(before, listen, self.now(), follows);
        let has_moved = served.moved.is_some() && served.moved != was_moved;
        self.save_served(served).await?;
        if has_moved && self.exposure().public_url().is_some() {
            let app = self.clone();
            drop(tokio::spawn(async move {
                if let Ok(Err(error)) = catch_panic("check after a move", app.check_known()).await {
                    tracing::warn!(%error, "the public address was not checked after the move");
                }
            }));
        }
        Ok(())
    }

    /// Takes back that it moved, once something has come through since: our own check, a request that proves the way here,
    /// or, without a public address, any request with a valid token.
    pub(crate) async fn clear_port_change_if_reached(&self) -> Result<(), Error> {
        let Some(served) = self.exposure().served() else { return Ok(()) };
        let Some(moved) = &served.moved else { return Ok(()) };
        let arrived = if self.exposure().public_url().is_some() {
            self.exposure().reach.came_through().max(self.store().last_secure_request().await?)
        } else {
            self.store().token_uses().await?.values().map(|used| used.at).max()
        };
        if arrived.is_some_and(|at| at > moved.at) {
            self.clear_port_change().await?;
            self.tell(Event { topic: Topic::Server, connection_id: None, id: None });
        }
        Ok(())
    }

    /// Nothing has to follow any more.
    pub(crate) async fn clear_port_change(&self) -> Result<(), Error> {
        match self.exposure().served() {
            Some(served) if served.moved.is_some() => {
                self.save_served(Served { moved: None, ..served }).await
            }
            _ => Ok(()),
        }
    }

    async fn save_served(&self, served: Served) -> Result<(), Error> {
        let stored =
            serde_json::to_string(&served).map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        self.exposure().set_served(served);
        if self.store().setting(SERVED).await?.as_ref() == Some(&stored) {
            return Ok(());
        }
        self.store().write(async move |tx| Ok::<(), Error>(tx.set(SERVED, Some(&stored)).await?)).await
    }
}

/// "port 8471", or the whole address where more than the port differs.
pub(crate) fn place_of(listen: &str, other: &str) -> String {
    match (listen.rsplit_once(':'), other.rsplit_once(':')) {
        (Some((host, port)), Some((other, _))) if host == other => format!("port {port}"),
        _ => listen.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_known_until_the_server_is_back() {
        let now = Timestamp::UNIX_EPOCH;
        let port = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let from = |served: &Served| served.moved.as_ref().map(|moved| moved.from.clone());
        let first = Served::at(None, port(8470), now, true);
        assert_eq!(from(&first), None, "it was nowhere before");
        let alone = Served::at(Some(first.clone()), port(8471), now, false);
        assert_eq!(from(&alone), None, "nothing has to follow");
        let moved = Served::at(Some(first), port(8471), now, true);
        assert_eq!(from(&moved).as_deref(), Some("127.0.0.1:8470"));
        let again = Served::at(Some(moved.clone()), port(8471), now, true);
        assert_eq!(from(&again).as_deref(), Some("127.0.0.1:8470"), "over a restart");
        let on = Served::at(Some(again), port(8472), now, true);
        assert_eq!(from(&on).as_deref(), Some("127.0.0.1:8470"), "the last place that was right");
        assert_eq!(from(&Served::at(Some(on), port(8470), now, true)), None, "back again");
    }

    #[test]
    fn a_place_is_called_by_its_port_where_that_is_enough() {
        assert_eq!(place_of("127.0.0.1:8471", "127.0.0.1:8470"), "port 8471");
        assert_eq!(place_of("[::1]:8471", "127.0.0.1:8470"), "[::1]:8471");
    }
}
