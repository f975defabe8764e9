//! Where the server listened last, and whether it has moved since something in front of it could follow.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::server::views::{Moved, ServerView};

/// Where the server listened last, and from where it moved if nothing has come through since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Served {
    pub listen: SocketAddr,
    pub(crate) moved: Option<Moved>,
}

impl Served {
    /// What is known once it listens at `listen`. `follows`: something in front of it may still lead to the place before.
    pub(crate) fn at(before: Option<Self>, listen: SocketAddr, now: Timestamp, follows: bool) -> Self {
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

/// "port 8471", or the whole address where more than the port differs.
pub(crate) fn place_of(listen: &str, other: &str) -> String {
    match (listen.rsplit_once(':'), other.rsplit_once(':')) {
        (Some((host, port)), Some((other, _))) if host == other => format!("port {port}"),
        _ => listen.to_owned(),
    }
}

/// What has to follow the server to another port.
pub(crate) fn follow(moved: &Moved, view: &ServerView) -> String {
    let (from, to) = (place_of(&moved.from, &view.listen), place_of(&view.listen, &moved.from));
    match view.public_url {
        Some(_) => format!(
            "Foundational moved from {from} to {to}. Let the proxy or tunnel pass requests on to http://{}.",
            view.listen
        ),
        None => format!(
            "Foundational moved from {from} to {to}. Paste the new endpoint of each connection in its identity provider."
        ),
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
