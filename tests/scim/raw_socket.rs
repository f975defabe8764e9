//! Bytes over a real socket as a test composes them, and what is answered.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest that anything here may take; the server's own limits are shorter than that or tested with a clock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) struct RawSocket {
    pub api: Api,
    pub address: String,
}

/// What the server sent on a connection.
#[derive(Debug)]
pub(crate) struct Received {
    pub status: u16,
    pub head: String,
    pub body: Value,
}

impl RawSocket {
    pub async fn open() -> Self {
        let api = Api::start("custom").await;
        let view = api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
        let address = view["listen"].as_str().unwrap().to_owned();
        Self { api, address }
    }

    /// Sends the bytes and reads until the server closes, or until one whole answer is there.
    pub async fn say(&self, bytes: Vec<u8>, first_only: bool) -> Vec<u8> {
        let stream = TcpStream::connect(&self.address).await.expect("it listens");
        let (mut from, mut to) = stream.into_split();
        // A server may answer and close before it has read everything; then writing fails, and that is fine.
        let writing = tokio::spawn(async move {
            let _ = to.write_all(&bytes).await;
            to
        });
        let mut received = Vec::new();
        let reading = async {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut piece).await {
                received.extend_from_slice(&piece[..count]);
                if first_only && is_whole(&received) {
                    break;
                }
            }
        };
        timeout(PATIENCE, reading).await.expect("the answer comes in time");
        writing.abort();
        received
    }

    pub async fn request_raw(&self, bytes: Vec<u8>) -> Option<Received> {
        let received = self.say(bytes, true).await;
        let text = String::from_utf8_lossy(&received).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Received {
            status,
            head: head.to_ascii_lowercase(),
            body: serde_json::from_str(body).unwrap_or(Value::Null),
        })
    }

    /// A request line and headers with the right token, and the body behind them.
    pub fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        [self.start(method, path, headers).as_bytes(), b"\r\n", body].concat()
    }

    /// The same without the end of its head.
    pub fn start(&self, method: &str, path: &str, headers: &str) -> String {
        format!(
            "{method} /scim/v2/{}{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{headers}",
            self.api.connection_id, self.address, self.api.token
        )
    }

    pub fn with_length(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let headers = format!(
            "content-type: application/scim+json\r\ncontent-length: {}\r\nconnection: close\r\n",
            body.len()
        );
        self.request(method, path, &headers, body)
    }

    /// After everything, ordinary requests are answered as before.
    pub async fn assert_alive(&self) {
        let received =
            self.request_raw(self.with_length("GET", "/Users?count=0", b"")).await.expect("an answer");
        assert_eq!(received.status, 200, "{received:?}");
    }
}

/// Whether an answer with its whole body, as its Content-Length tells, is there.
fn is_whole(received: &[u8]) -> bool {
    let text = String::from_utf8_lossy(received);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let start = received.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0) + 4;
    length.is_some_and(|length| received.len() >= start + length)
}
