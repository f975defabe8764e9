//! Clients that trickle. These tests take as long as the limits they are about, side by side.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::Api;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends the beginning, then a byte a second, until the server has enough; tells what it said and after how long.
async fn trickle(address: &str, beginning: String) -> (String, Duration) {
    let began = Instant::now();
    let (mut from, mut to) = TcpStream::connect(address).await.unwrap().into_split();
    to.write_all(beginning.as_bytes()).await.unwrap();
    let writing = tokio::spawn(async move {
        while to.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let mut heard = Vec::new();
    // A reset instead of an orderly end is an end as well.
    let _ = timeout(Duration::from_secs(40), from.read_to_end(&mut heard)).await.expect("it ends by itself");
    writing.abort();
    (String::from_utf8_lossy(&heard).into_owned(), began.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trickles_is_given_up_and_others_are_served_meanwhile() {
    let api = Api::start("custom").await;
    let view = api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    let address = view["listen"].as_str().unwrap();
    let start = format!("POST /scim/v2/{}/Users HTTP/1.1\r\nhost: {address}\r\n", api.connection_id);
    let proven = format!("{start}authorization: Bearer {}\r\n", api.token);
    let others = async {
        for _ in 0..10 {
            let began = Instant::now();
            api.scim("GET", "/Users", None).await.expect(200, "others are served");
            assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let (head, body, ()) = tokio::join!(
        trickle(address, format!("{start}x-slow: ")),
        trickle(address, format!("{proven}content-length: 1000\r\n\r\n")),
        others
    );
    assert!((8..15).contains(&head.1.as_secs()), "a head has 10 s: {head:?}");
    assert!((18..26).contains(&body.1.as_secs()), "a body has 20 s: {body:?}");
    assert!(body.0.starts_with("HTTP/1.1 408") && body.0.contains("\"status\":\"408\""), "{body:?}");
}
