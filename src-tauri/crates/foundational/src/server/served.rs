//! Where the server listened last, and whether it has moved since something in front of it could follow.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::server::views::{Moved, MovedView};

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

impl MovedView {
    /// A move to the address at which it listens now, with its own URL there, and what has to follow it.
    pub(crate) fn of(moved: &Moved, listen: &str, own_url: &str, public_url: Option<&str>) -> Self {
        let (from, to) = (place_of(&moved.from, listen), place_of(listen, &moved.from));
        let hint = match public_url {
            Some(url) => format!("Let the proxy or tunnel of {url} pass requests on to {own_url}."),
            None => "Paste the new endpoint of each connection in its identity provider.".to_owned(),
        };
        Self {
            at: moved.at,
            message: format!("Foundational moved from {from} to {to}."),
            hint,
            is_public: public_url.is_some(),
        }
    }

    /// The move and what has to follow, as one text.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.message, self.hint)
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
    fn what_has_to_follow_a_move_depends_on_the_public_url() {
        let moved = Moved { from: "127.0.0.1:8470".to_owned(), at: Timestamp::UNIX_EPOCH };
        let text = |url| MovedView::of(&moved, "127.0.0.1:8471", "http://127.0.0.1:8471", url).text();
        assert_eq!(
            text(Some("https://scim.example.com")),
            "Foundational moved from port 8470 to port 8471. Let the proxy or tunnel of https://scim.example.com pass requests on to http://127.0.0.1:8471."
        );
        assert_eq!(
            text(None),
            "Foundational moved from port 8470 to port 8471. Paste the new endpoint of each connection in its identity provider."
        );
    }

    #[test]
    fn a_place_is_called_by_its_port_where_that_is_enough() {
        assert_eq!(place_of("127.0.0.1:8471", "127.0.0.1:8470"), "port 8471");
        assert_eq!(place_of("[::1]:8471", "127.0.0.1:8470"), "[::1]:8471");
    }
}
