//! The bridge: who may call it. It is a port of this computer, which every process and every web page in a browser reaches.

use serde_json::{Value, json};
use tests::Api;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where the bridge listens, and the secret of this launch.
struct Bridge {
    address: String,
    secret: String,
}

impl Bridge {
    fn of(api: &Api) -> Self {
        let ticket = std::fs::read_to_string(api.folder().join("bridge.json")).unwrap();
        let ticket: Value = serde_json::from_str(&ticket).unwrap();
        let text = |name: &str| ticket[name].as_str().unwrap().to_owned();
        Self { address: text("url").trim_start_matches("http://").to_owned(), secret: text("secret") }
    }

    /// Sends a request with these headers and a call of a command; answers the head and what arrived of the body.
    async fn send(&self, line: &str, headers: &str) -> String {
        let body = json!({"command": "workspace.status", "args": {}}).to_string();
        let request = format!(
            "{line} HTTP/1.1\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut socket = TcpStream::connect(&self.address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 64 * 1024];
        let read = socket.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    async fn status(&self, line: &str, headers: &str) -> String {
        self.send(line, headers).await.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

const ROUTES: [&str; 3] = ["POST /bridge/call", "POST /bridge/show", "GET /bridge/events"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_for_a_caller_who_does_not_have_the_secret_of_this_launch() {
    let api = Api::start("custom").await;
    api.app.serve().await.unwrap();
    let bridge = Bridge::of(&api);
    let (address, secret) = (&bridge.address, &bridge.secret);
    let shorter = &secret[..secret.len() - 1];
    for route in ROUTES {
        for headers in [
            String::new(),
            "authorization: Bearer \r\n".to_owned(),
            format!("authorization: Bearer {shorter}\r\n"),
            format!("authorization: Bearer {secret}0\r\n"),
            format!("authorization: Bearer {}\r\n", secret.to_uppercase()),
            format!("authorization: Basic {secret}\r\n"),
            format!("cookie: secret={secret}\r\n"),
            format!("authorization: Bearer {}\r\n", api.token),
        ] {
            let status = bridge.status(route, &format!("host: {address}\r\n{headers}")).await;
            assert_eq!(status, "403", "{route} with {headers:?}");
        }
        let in_address = format!("{route}?secret={secret}&client=x");
        assert_eq!(bridge.status(&in_address, &format!("host: {address}\r\n")).await, "403", "{in_address}");
    }
    let right = format!("host: {address}\r\nauthorization: Bearer {secret}\r\n");
    assert_eq!(bridge.status(ROUTES[0], &right).await, "200", "with the secret");
    api.app.close().await;
    assert!(!api.folder().join("bridge.json").exists(), "the secret ends with the process");
}

/// A web page whose name leads to this computer (DNS rebinding), or which asks from its own origin.
#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_reads_no_answer_whatever_name_it_calls_this_computer_by() {
    let api = Api::start("custom").await;
    api.app.serve().await.unwrap();
    let bridge = Bridge::of(&api);
    let port = bridge.address.rsplit_once(':').unwrap().1;
    for route in ROUTES {
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", "[::1]"] {
            let headers = format!("host: {host}:{port}\r\nauthorization: Bearer {}\r\n", bridge.secret);
            assert_eq!(bridge.status(route, &headers).await, "403", "{route} by {host}");
        }
    }
    // A page that knew the secret could call, which the preflight refuses it; its answer it could not read.
    for (line, status) in [("OPTIONS /bridge/call", "405"), ("POST /bridge/call", "200")] {
        let headers = format!(
            "host: {}\r\norigin: https://evil.example\r\naccess-control-request-method: POST\r\n\
             access-control-request-headers: authorization\r\nauthorization: Bearer {}\r\n",
            bridge.address, bridge.secret
        );
        let answer = bridge.send(line, &headers).await.to_ascii_lowercase();
        assert!(answer.starts_with(&format!("http/1.1 {status}")), "{line}: {answer}");
        assert!(!answer.contains("access-control-allow"), "no other origin may read an answer: {answer}");
    }
    api.app.close().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_another_one_at_each_launch_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let api = Api::start("custom").await;
        api.app.serve().await.unwrap();
        let bridge = Bridge::of(&api);
        assert!(bridge.address.starts_with("127.0.0.1:"), "this computer alone: {}", bridge.address);
        assert_eq!(bridge.secret.len(), 64, "256 bits");
        let mode = std::fs::metadata(api.folder().join("bridge.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "for its owner only");
        secrets.push(bridge.secret);
        api.app.close().await;
    }
    assert_ne!(secrets[0], secrets[1], "each launch has its own");
}
