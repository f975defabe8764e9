//! Where the server listens and what it is called.

use std::net::SocketAddr;

use foundational::Caller;
use foundational::commands::Need::{Admin, Confirmed};
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_taken_port_is_a_problem_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let api = Api::start("custom").await;
    let listen = |text: String| api.app.call(&Caller::Operator, "server.listen", json!({ "listen": text }));
    api.app.serve().await.unwrap();
    let refused = listen(format!("127.0.0.1:{port}")).await.unwrap_err();
    assert!(refused.message.contains(&format!("port {port} is used by")), "{refused:?}");
    assert!(refused.message.contains(&std::process::id().to_string()), "it names the program: {refused:?}");
    assert!(refused.hint.is_some_and(|hint| hint.contains("is free")), "and offers another port");
    drop(taken);
    listen(format!("127.0.0.1:{port}")).await.expect("free now");
    api.app.close().await;
}

#[tokio::test]
async fn a_port_is_looked_at_before_it_is_taken_and_nothing_changes_by_that() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let api = Api::start("custom").await;
    api.app.serve().await.unwrap();
    let before = api.command("workspace.status", json!({})).await["server"].clone();
    let look = async |text: &str| api.command("server.port", json!({ "listen": text })).await;
    let shown = look(&format!("127.0.0.1:{port}")).await;
    assert_eq!(shown["state"], "inUse", "{shown}");
    assert!(
        shown["holder"].as_str().unwrap().contains(&std::process::id().to_string()),
        "by which program: {shown}"
    );
    drop(taken);
    assert_eq!(look(&format!("127.0.0.1:{port}")).await["state"], "free", "as soon as it is let go");
    assert_eq!(
        look(before["listen"].as_str().unwrap()).await["state"],
        "own",
        "where the server listens itself"
    );
    for text in ["0.0.0.0:8470", "nonsense", "127.0.0.1:99999"] {
        let shown = look(text).await;
        assert!(shown["state"] == "unusable" && shown["problem"].is_string(), "{text}: {shown}");
    }
    assert_eq!(api.command("workspace.status", json!({})).await["server"], before, "it serves where it did");
    api.app.close().await;
}

/// Ports that are free at this moment.
fn free_ports<const N: usize>() -> [u16; N] {
    let held: [std::net::TcpListener; N] =
        std::array::from_fn(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|socket| socket.local_addr().unwrap().port())
}

fn is_served(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_moves_at_once_one_listener_remains() {
    let api = Api::start("custom").await;
    api.app.serve().await.unwrap();
    let ports: [u16; 4] = free_ports();
    let moves = ports.map(|port| {
        let app = api.app.clone();
        tokio::spawn(async move {
            let args = json!({ "listen": format!("127.0.0.1:{port}") });
            app.call(&Caller::Operator, "server.listen", args).await
        })
    });
    for done in moves {
        done.await.unwrap().expect("each of them is free");
    }
    let shown = api.command("workspace.status", json!({})).await["server"]["listen"].clone();
    let served: Vec<String> =
        ports.into_iter().filter(|port| is_served(*port)).map(|port| format!("127.0.0.1:{port}")).collect();
    assert_eq!(json!(served), json!([shown]), "the one that is shown");
    api.app.close().await;
    assert!(!ports.into_iter().any(is_served), "and none after the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_during_the_end_leaves_nothing_listening() {
    for _ in 0..8 {
        let api = Api::start("custom").await;
        api.app.serve().await.unwrap();
        let [port] = free_ports();
        let moving = api.app.call(
            &Caller::Operator,
            "server.listen",
            json!({ "listen": format!("127.0.0.1:{port}") }),
        );
        let (_moved_or_refused, ()) = tokio::join!(moving, api.app.close());
        assert!(!is_served(port), "the workspace is closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_over_the_bridge_is_finished_although_its_client_disconnects() {
    let api = Api::start("custom").await;
    api.app.serve().await.unwrap();
    let view = api.command("server.listen", json!({ "listen": "127.0.0.1:0" })).await;
    let old: SocketAddr = view["listen"].as_str().unwrap().parse().unwrap();
    // The move waits for this request.
    let mut unfinished = TcpStream::connect(old).await.unwrap();
    let head = format!(
        "POST /scim/v2/{}/Users HTTP/1.1\r\nhost: {old}\r\nauthorization: Bearer {}\r\ncontent-length: 500\r\n\r\n{{",
        api.connection_id, api.token
    );
    unfinished.write_all(head.as_bytes()).await.unwrap();
    let [port] = free_ports();
    let ticket = std::fs::read_to_string(api.folder().join("bridge.json")).unwrap();
    let ticket: Value = serde_json::from_str(&ticket).unwrap();
    let bridge = ticket["url"].as_str().unwrap().trim_start_matches("http://");
    let mut client = TcpStream::connect(bridge).await.unwrap();
    let body = json!({ "command": "server.listen", "args": { "listen": format!("127.0.0.1:{port}") } });
    let body = body.to_string();
    let call = format!(
        "POST /bridge/call HTTP/1.1\r\nhost: {bridge}\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
        ticket["secret"].as_str().unwrap(),
        body.len()
    );
    client.write_all(call.as_bytes()).await.unwrap();
    until("the old address is given up", async || (!is_served(old.port())).then_some(())).await;
    client.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty(), "the bridge has ended the call before it was answered");
    drop(unfinished);
    until("the new address is served", async || is_served(port).then_some(())).await;
    let shown = api.command("workspace.status", json!({})).await["server"]["listen"].clone();
    assert_eq!(shown, format!("127.0.0.1:{port}"));
    api.app.close().await;
}

#[tokio::test]
async fn only_this_computer_can_be_listened_on_without_tls() {
    let api = Api::start("custom").await;
    for text in ["0.0.0.0:8470", "192.0.2.1:8470", "nonsense", "127.0.0.1"] {
        let refused =
            api.app.call(&Caller::Operator, "server.listen", json!({ "listen": text })).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (Code::Invalid, Some("listen")),
            "{text}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn the_public_url_makes_the_endpoint_and_asks_for_https() {
    let api = Api::start("custom").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com/"})).await;
    let view = api.command("connection.show", json!({"id": api.connection_id})).await;
    let endpoint = format!("https://scim.example.com/scim/v2/{}", api.connection_id);
    assert_eq!((&view["endpoint"], &view["endpointIsPublic"]), (&json!(endpoint), &json!(true)), "{view}");
    let made =
        api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "from this computer itself");
    let location = made["meta"]["location"].as_str().unwrap();
    assert!(location.starts_with(&endpoint), "never from the Host header: {location}");
    let proxied = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];
    api.scim_with("GET", "/Users", &proxied, None).await.expect(200, "through a proxy that terminated TLS");
    let clear = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "http")];
    let detail = api.scim_with("GET", "/Users", &clear, None).await.refused(403, None);
    assert!(detail.contains("plain http"), "{detail}");
    let none: Value = api.command("server.publicUrl", json!({"publicUrl": null})).await;
    assert!(none["publicUrl"].is_null(), "and it can be taken back");
}

#[tokio::test]
async fn only_a_check_that_waits_is_answered_and_only_for_its_own_nonce() {
    let api = Api::start("custom").await;
    let knock = async |nonce: &str| {
        let path = format!("{}{nonce}/Users", server::REACHABILITY_PATH);
        let request =
            axum::http::Request::get(path).header("host", "x").body(axum::body::Body::empty()).unwrap();
        api.send(request).await.status.as_u16()
    };
    assert_eq!(knock("abc").await, 404, "no one waits");
    api.app.server().expect_reachability_check(Some("abc".to_owned()));
    assert_eq!(
        (knock("abc").await, knock("abd").await, knock("").await),
        (204, 404, 404),
        "this one and no other"
    );
    let arrived = api.app.server().take_reachability_arrivals();
    assert_eq!(arrived.len(), 1, "and it is noted: {arrived:?}");
    assert!(arrived[0].path.contains("abc"), "with what is left of it: {arrived:?}");
    api.app.server().expect_reachability_check(None);
    assert_eq!(knock("abc").await, 404, "once");
}

#[tokio::test]
async fn a_check_of_the_public_address_says_which_step_failed() {
    let api = Api::start("custom").await;
    let none = api.app.call(&Caller::Operator, "server.checkPublicUrl", json!({})).await.unwrap_err();
    assert_eq!(none.code, Code::Conflict, "there is nothing to check");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = plain.local_addr().unwrap().port();
    // It takes connections and speaks no TLS.
    tokio::spawn(async move {
        while let Ok((stream, _)) = plain.accept().await {
            drop(stream);
        }
    });
    for (url, verdict, step) in [
        ("https://unknown.invalid".to_owned(), "notReachable", "Name"),
        (format!("https://localhost:{closed}"), "cantTell", "Connection"),
        (format!("https://localhost:{open}"), "notReachable", "Certificate"),
    ] {
        api.command("server.publicUrl", json!({ "publicUrl": url })).await;
        let check = api.command("server.checkPublicUrl", json!({})).await;
        assert_eq!(check["verdict"], verdict, "{url}: {check}");
        let last = check["steps"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["name"], &last["ok"]), (&json!(step), &json!(false)), "{url}: {check}");
    }
}

#[tokio::test]
async fn the_names_of_the_server_are_an_admins_and_need_the_password() {
    let need = |command: &str| {
        foundational::commands::TABLE.iter().find(|(name, ..)| *name == command).map(|(_, need, _)| *need)
    };
    assert_eq!(need("server.hosts"), Some(Admin), "to read");
    assert_eq!(
        (need("server.addHost"), need("server.removeHost")),
        (Some(Confirmed), Some(Confirmed)),
        "to change"
    );
    let server = tests::Headless::start().await;
    let none = server.command(&["address", "list"]).await;
    assert_eq!(none, json!({"hosts": [], "learnsUntil": null}));
    let added = server.command(&["address", "add", "Proxy.example.com:443"]).await;
    assert_eq!(added["hosts"][0]["name"], "proxy.example.com", "{added}");
    let listed = server.command(&["address", "list"]).await;
    assert_eq!(listed, added, "through the running instance");
    let removed = server.command(&["address", "remove", "proxy.example.com"]).await;
    assert_eq!(removed["hosts"], json!([]));
}
