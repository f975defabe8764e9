//! The challenge HTTP-01 (RFC 8555 section 8.3), answered by a listener of its own while an order runs.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use server::{ListenError, Listener};

use crate::server::low_port::{missing_forward, missing_rights};
use crate::server::port_holder;

/// Where an authority looks, at port 80 of the host.
const WELL_KNOWN: &str = "/.well-known/acme-challenge/";

/// The listener. It ends with this.
pub(crate) struct Http01 {
    listener: Listener,
    challenge: Challenge,
}

/// The challenge that is answered, once the authority has named it. Cheap to clone.
#[derive(Clone, Default)]
struct Challenge(Arc<Mutex<Option<ActiveChallenge>>>);

struct ActiveChallenge {
    path: String,
    key_authorization: String,
    /// A request for it has arrived.
    is_seen: bool,
}

impl Http01 {
    /// Listens, and answers nothing yet.
    ///
    /// # Errors
    /// Why it can't listen there, and what to do, as a sentence.
    pub(crate) async fn start(listen: SocketAddr, host: &str) -> Result<Self, String> {
        let challenge = Challenge::default();
        let router: Router = Router::new()
            .fallback(|State(challenge): State<Challenge>, method: Method, uri: Uri| {
                ready(challenge.respond(&method, &uri))
            })
            .with_state(challenge.clone());
        match Listener::start_beside(&router, listen) {
            Ok(listener) => Ok(Self { listener, challenge }),
            Err(error) => {
                let host = host.to_owned();
                // Looking through the processes waits for the disk now and then.
                let why = tokio::task::spawn_blocking(move || unavailable(&error, listen, &host)).await;
                Err(why.unwrap_or_else(|error| error.to_string()))
            }
        }
    }

    /// What is answered from now on.
    pub(crate) fn set(&self, token: &str, key_authorization: &str) {
        *self.challenge.known() = Some(ActiveChallenge {
            path: format!("{WELL_KNOWN}{token}"),
            key_authorization: key_authorization.to_owned(),
            is_seen: false,
        });
    }

    /// What must lead here for an order, and whether the authority was seen, as sentences.
    pub(crate) fn must_reach(&self, host: &str) -> String {
        let address = self.listener.address();
        let is_missed = self.challenge.known().as_ref().is_some_and(|known| !known.is_seen);
        let missed = if is_missed { "Its request did not arrive here. " } else { "" };
        format!("{missed}{}", missing_forward(80, host, address))
    }

    /// Ends the listener, and waits until nothing listens any more.
    pub(crate) async fn end(&mut self) {
        self.listener.end().await;
    }
}

impl Drop for Http01 {
    fn drop(&mut self) {
        self.listener.break_off();
    }
}

impl Challenge {
    fn known(&self) -> MutexGuard<'_, Option<ActiveChallenge>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address is compared as it arrives: nothing in it is decoded or resolved.
    fn respond(&self, method: &Method, uri: &Uri) -> Response {
        let wanted = uri.path_and_query().map(PathAndQuery::as_str);
        let mut known = self.known();
        let Some(known) =
            known.as_mut().filter(|known| method == Method::GET && wanted == Some(known.path.as_str()))
        else {
            return StatusCode::NOT_FOUND.into_response();
        };
        known.is_seen = true;
        let headers = [
            (header::CONTENT_TYPE, "application/octet-stream"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, known.key_authorization.clone()).into_response()
    }
}

/// Why nothing can listen there, and what to do.
fn unavailable(error: &ListenError, listen: SocketAddr, host: &str) -> String {
    let port = listen.port();
    let elsewhere = format!("choose another port for the challenge, and forward port 80 of {host} to it");
    let why = match error {
        ListenError::InUse(address) => {
            let holder = port_holder::holder(*address).unwrap_or_else(|| "another program".to_owned());
            format!("port {port} is used by {holder}. End that program, or {elsewhere}.")
        }
        ListenError::Denied(_) => {
            format!("this user may not use port {port}. {} Or {elsewhere}.", missing_rights(listen))
        }
        other => format!("{other}. Choose an address of this computer."),
    };
    format!("The challenge HTTP-01 can't be answered at {listen}: {why}")
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    const HOST: &str = "scim.example.com";

    async fn started() -> Http01 {
        Http01::start("127.0.0.1:0".parse().unwrap(), HOST).await.unwrap()
    }

    /// The whole answer to a request whose first line begins like this.
    async fn answer(address: SocketAddr, line: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_challenge_is_answered_at_its_one_address_and_everything_else_is_404() {
        let mut http = started().await;
        let address = http.listener.address();
        let right = format!("GET {WELL_KNOWN}Tok-en_1");
        assert!(answer(address, &right).await.starts_with("HTTP/1.1 404 "), "it is not named yet");
        http.set("Tok-en_1", "Tok-en_1.thumbprint");
        for line in [
            "GET /".to_owned(),
            "GET /scim/v2/Users".to_owned(),
            format!("GET {WELL_KNOWN}"),
            format!("GET {WELL_KNOWN}Tok-en_2"),
            format!("GET {WELL_KNOWN}tok-en_1"),
            format!("GET {WELL_KNOWN}Tok-en_1/"),
            format!("GET {WELL_KNOWN}Tok-en_1/../Tok-en_1"),
            format!("GET {WELL_KNOWN}../acme-challenge/Tok-en_1"),
            format!("GET {WELL_KNOWN}%54ok-en_1"),
            format!("GET {WELL_KNOWN}Tok-en_1%00"),
            format!("GET {WELL_KNOWN}Tok-en_1?a=b"),
            format!("GET /{WELL_KNOWN}Tok-en_1"),
            "GET /%2ewell-known/acme-challenge/Tok-en_1".to_owned(),
            format!("HEAD {WELL_KNOWN}Tok-en_1"),
            format!("POST {WELL_KNOWN}Tok-en_1"),
            format!("DELETE {WELL_KNOWN}Tok-en_1"),
        ] {
            let found = answer(address, &line).await;
            assert!(found.starts_with("HTTP/1.1 404 ") && found.ends_with("\r\n\r\n"), "{line}: {found}");
        }
        assert!(http.must_reach(HOST).starts_with("Its request did not arrive here."), "no one asks for it");
        let mut silent = Vec::new();
        for _ in 0..20 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let found = answer(address, &right).await;
        assert!(
            found.starts_with("HTTP/1.1 200 ") && found.ends_with("\r\n\r\nTok-en_1.thumbprint"),
            "{found}"
        );
        let needed = http.must_reach(HOST);
        assert!(needed.starts_with("It must reach port 80 of scim.example.com"), "{needed}");
        http.end().await;
        assert!(TcpStream::connect(address).await.is_err(), "nothing listens after the order");
    }

    #[tokio::test]
    async fn an_order_that_breaks_off_leaves_no_listener() {
        let http = started().await;
        let address = http.listener.address();
        drop(TcpStream::connect(address).await.unwrap());
        drop(http);
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn an_address_that_cannot_be_used_says_what_is_missing() {
        let listen: SocketAddr = "[::]:80".parse().unwrap();
        let other = || ListenError::Other(listen, Error::from(ErrorKind::AddrNotAvailable));
        for (error, needed) in [
            (ListenError::Denied(listen), missing_rights(listen).as_str()),
            (ListenError::Denied(listen), "forward port 80 of scim.example.com to it"),
            (other(), "Choose an address of this computer."),
        ] {
            let said = unavailable(&error, listen, HOST);
            assert!(said.starts_with("The challenge HTTP-01 can't be answered at [::]:80: "), "{said}");
            assert!(said.contains(needed), "{needed}: {said}");
        }
    }
}
