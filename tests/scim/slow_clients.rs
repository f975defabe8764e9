//! Clients that send slowly. The limits are the test's own, so that it takes no longer than they do.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use server::{ServerLimits, SocketLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::bare_server::BareServer;

/// Sends the beginning, then one byte after the other, until the server ends the connection; what it answered.
async fn trickle(address: SocketAddr, beginning: String) -> String {
    let (mut from, mut to) = TcpStream::connect(address).await.unwrap().into_split();
    to.write_all(beginning.as_bytes()).await.unwrap();
    let writing = tokio::spawn(async move {
        while to.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = Vec::new();
    // A reset instead of an orderly end is an end as well.
    drop(from.read_to_end(&mut answer).await);
    writing.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_are_cut_off_and_others_are_served_at_the_same_time() {
    let sockets = SocketLimits { head_time: Duration::from_millis(500), ..SocketLimits::default() };
    let limits = ServerLimits { sockets, body_time: Duration::from_secs(1), ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let tenant = bare.connect("First").await;
    let (_listener, address) = bare.listen();
    let slow = tenant.head("POST", "/Users", "x-slow: ");
    let head = trickle(address, slow.trim_end().to_owned());
    let body = trickle(address, tenant.head("POST", "/Users", "content-length: 1000\r\n"));
    let slow = async { tokio::join!(head, body) };
    let others = async {
        loop {
            let answer = bare.send(tenant.request("GET", "/Users?count=0", Body::empty())).await;
            assert_eq!(answer.status(), 200, "others are served");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (head, body) = tokio::select! { ended = slow => ended, () = others => unreachable!() };
    assert_eq!(head, "", "a head that does not end is no request");
    assert!(body.starts_with("HTTP/1.1 408") && body.contains("\"status\":\"408\""), "{body:?}");
    let rows = bare.recorded(&tenant, 2).await;
    assert!(rows.iter().any(|row| row.status == 408), "the one with a token is recorded");
    assert!(rows.iter().any(|row| row.status == 200), "others were served before it was cut off");
}
