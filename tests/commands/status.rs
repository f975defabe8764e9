//! The one state of the server and of a connection: each cause is made, over the real core, and every place that shows it
//! is read.

use std::time::Duration;

use foundational::Caller;
use serde_json::{Value, json};
use tests::{Api, until};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const OUTSIDE: [(&str, &str); 2] = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];

/// What every place shows at one moment.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// The pill, Home and the lock screen.
    server: String,
    /// The head of the connection.
    connection: String,
    /// Its row.
    row: String,
    /// The tray.
    tray: String,
    troubled: u64,
    /// The lines of Home about what needs a person.
    attention: Vec<String>,
}

async fn shown(api: &Api) -> Shown {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let status = api.command("workspace.status", json!({})).await;
    let show = api.command("connection.show", json!({"id": api.connection_id})).await;
    let list = api.command("connection.list", json!({})).await;
    let summary = api.command("provisioning.summary", json!({})).await;
    let home = api.command("home.show", json!({})).await;
    Shown {
        server: word(&status["server"]["state"]),
        connection: word(&show["status"]),
        row: word(&list[0]["status"]),
        tray: word(&summary["state"]),
        troubled: summary["troubled"].as_u64().unwrap(),
        attention: home["attention"].as_array().unwrap().iter().map(|line| word(&line["code"])).collect(),
    }
}

/// The same word for the server and its connection, everywhere.
fn both(state: &str, troubled: u64, attention: &[&str]) -> Shown {
    each(state, state, troubled, attention)
}

fn each(server: &str, connection: &str, troubled: u64, attention: &[&str]) -> Shown {
    Shown {
        server: server.to_owned(),
        connection: connection.to_owned(),
        row: connection.to_owned(),
        tray: server.to_owned(),
        troubled,
        attention: attention.iter().map(|&code| code.to_owned()).collect(),
    }
}

/// One request, after which it is recorded. `own_token`: with the token of the connection.
async fn call(api: &Api, headers: &[(&str, &str)], own_token: bool, status: u16) {
    api.clock.advance(MINUTE);
    let answer = if own_token {
        api.scim_with("GET", "/Users", headers, None).await
    } else {
        let mut request = axum::http::Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", "Bearer wrong");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        api.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    answer.expect(status, "the provider's request");
    api.recorded_now().await;
}

/// A workspace that listens, with a connection that is set up and was called.
async fn serving() -> Api {
    let api = Api::start("okta").await;
    api.app.serve().await.unwrap();
    listen(&api, &format!("127.0.0.1:{}", free_port())).await;
    call(&api, &[], true, 200).await;
    api.command("wizard.finish", json!({"id": api.connection_id})).await;
    assert_eq!(shown(&api).await, each("serving", "live", 0, &[]), "at first");
    api
}

async fn listen(api: &Api, text: &str) -> Value {
    api.command("server.listen", json!({ "listen": text })).await
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_stopped_everywhere() {
    let api = serving().await;
    api.command("provisioning.pause", json!({})).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let other = taken.local_addr().unwrap();
    // The place in which it listened is taken while it is elsewhere.
    let old = api.command("workspace.status", json!({})).await["server"]["listen"].clone();
    api.app.close().await;
    let taken_now = std::net::TcpListener::bind(old.as_str().unwrap()).unwrap();
    drop(taken);
    let options = foundational::Options {
        data: api.folder().to_owned(),
        listen: None,
        public_url: None,
        insist: false,
    };
    let app =
        foundational::Foundational::open_at(options, api.clock.clone(), store::Ids::random()).await.unwrap();
    app.serve().await.unwrap();
    let ask = async |command: &str, args: Value| app.call(&Caller::Operator, command, args).await.unwrap();
    let status = ask("workspace.status", json!({})).await;
    assert_eq!(status["server"]["state"], "stopped", "worse than the pause: {status}");
    let show = ask("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!((&show["status"], &show["statusText"]), (&json!("stopped"), &json!("Stopped")), "{show}");
    let summary = ask("provisioning.summary", json!({})).await;
    assert_eq!((&summary["state"], &summary["troubled"]), (&json!("stopped"), &json!(1)), "{summary}");
    assert_eq!(summary["live"], json!([]), "nothing is lost by quitting: {summary}");
    let notification =
        app.desktop().due_notifications(&Caller::Window("main".to_owned())).await.unwrap().remove(0);
    assert!(notification.title.starts_with("The server isn't running: port"), "{notification:?}");
    drop(taken_now);
    ask("server.listen", json!({"listen": other.to_string()})).await;
    assert_eq!(
        ask("workspace.status", json!({})).await["server"]["state"],
        "paused",
        "and then what is left"
    );
    app.close().await;
}

#[tokio::test]
async fn everything_paused_is_paused_everywhere_and_one_connection_that_continues_is_not() {
    let api = serving().await;
    let (second, _) = api.connect("Second", "azure").await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    assert_eq!(shown(&api).await.server, "serving", "one of two");
    api.command("provisioning.pause", json!({})).await;
    assert_eq!(shown(&api).await, both("paused", 0, &[]), "both, each in its way");
    api.command("provisioning.resume", json!({})).await;
    assert_eq!(shown(&api).await, each("serving", "paused", 0, &[]), "what was paused alone waits");
    api.command("connection.pause", json!({ "id": second })).await;
    assert_eq!(shown(&api).await.server, "paused", "one after the other is the same");
    api.command("connection.delete", json!({"id": second, "people": "delete"})).await;
    api.command("connection.resume", json!({"id": api.connection_id})).await;
    assert_eq!(shown(&api).await, each("serving", "live", 0, &[]));
    api.app.close().await;
}

#[tokio::test]
async fn an_address_that_is_lost_is_shown_for_every_connection_and_once_on_home() {
    let api = serving().await;
    api.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    api.clock.advance(MINUTE);
    api.command("server.checkPublicUrl", json!({})).await;
    assert_eq!(shown(&api).await, both("notReachable", 1, &["address.notReachable"]));
    api.command("provisioning.pause", json!({})).await;
    assert_eq!(
        shown(&api).await,
        both("paused", 0, &["address.notReachable"]),
        "Home shows what remains after the pause"
    );
    api.command("provisioning.resume", json!({})).await;
    call(&api, &[], true, 200).await;
    assert_eq!(
        shown(&api).await,
        each("notReachable", "live", 0, &["address.notReachable"]),
        "a client on this computer works, whatever the address does"
    );
    call(&api, &[("x-forwarded-proto", "https")], true, 200).await;
    assert_eq!(shown(&api).await.server, "notReachable", "a header that anybody can write proves nothing");
    call(&api, &OUTSIDE, false, 401).await;
    assert_eq!(shown(&api).await.server, "notReachable", "nor does a request without a valid token");
    call(&api, &OUTSIDE, true, 200).await;
    assert_eq!(shown(&api).await, each("serving", "live", 0, &[]), "this one arrived through the address");
    api.app.close().await;
}

#[tokio::test]
async fn a_port_that_moved_is_shown_until_a_request_has_arrived() {
    let api = serving().await;
    // Nothing answers there, so that the check can't tell.
    let url = format!("https://localhost:{}", free_port());
    api.command("server.publicUrl", json!({ "publicUrl": url })).await;
    let from = api.command("workspace.status", json!({})).await["server"]["listen"].clone();
    let to = format!("127.0.0.1:{}", free_port());
    api.clock.advance(MINUTE);
    let moved = listen(&api, &to).await;
    let port = |listen: &str| listen.rsplit_once(':').unwrap().1.to_owned();
    let message =
        format!("Foundational moved from port {} to port {}.", port(from.as_str().unwrap()), port(&to));
    assert_eq!(moved["moved"]["message"], message, "{moved}");
    until("the address is checked again by itself", async || {
        let status = api.command("workspace.status", json!({})).await;
        (status["server"]["reach"]["verdict"] == "cantTell").then_some(())
    })
    .await;
    assert_eq!(shown(&api).await, both("portChanged", 1, &["server.portChanged"]));
    let home = api.command("home.show", json!({})).await;
    let line = home["attention"][0]["message"].as_str().unwrap();
    assert!(
        line.ends_with(&format!("Let the proxy or tunnel of {url} pass requests on to http://{to}.")),
        "{line}"
    );
    let doctor = api.command("workspace.doctor", json!({})).await.to_string();
    assert!(doctor.contains(line), "{doctor}");
    assert!(
        !notifications(&api).await.contains(&"The port has changed.".to_owned()),
        "the person who did it knows"
    );
    api.clock.advance(10 * MINUTE);
    assert!(notifications(&api).await.contains(&"The port has changed.".to_owned()), "but not for long");

    call(&api, &[], true, 200).await;
    assert_eq!(
        shown(&api).await.server,
        "portChanged",
        "a request of this computer shows nothing of the proxy"
    );
    call(&api, &OUTSIDE, true, 200).await;
    assert_eq!(shown(&api).await, each("serving", "live", 0, &[]), "the proxy follows");
    api.clock.advance(MINUTE);
    listen(&api, from.as_str().unwrap()).await;
    assert_eq!(shown(&api).await.server, "portChanged", "back is a move as well");
    listen(&api, &to).await;
    assert_eq!(shown(&api).await.server, "serving", "where the proxy leads");
    api.app.close().await;
}

async fn notifications(api: &Api) -> Vec<String> {
    let due = api.app.desktop().due_notifications(&Caller::Window("main".to_owned())).await.unwrap();
    due.into_iter().map(|notification| notification.title).collect()
}

#[tokio::test]
async fn without_a_public_address_a_move_changes_the_endpoints() {
    let api = serving().await;
    let to = format!("127.0.0.1:{}", free_port());
    api.clock.advance(MINUTE);
    listen(&api, &to).await;
    assert_eq!(shown(&api).await, both("portChanged", 1, &["server.portChanged"]));
    let home = api.command("home.show", json!({})).await;
    assert!(home["attention"][0]["message"].as_str().unwrap().contains("Paste the new endpoint"), "{home}");
    let show = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert!(show["endpoint"].as_str().unwrap().starts_with(&format!("http://{to}/")), "{show}");
    call(&api, &[], true, 200).await;
    assert_eq!(shown(&api).await, each("serving", "live", 0, &[]), "it was called there");
    api.app.close().await;
}

#[tokio::test]
async fn the_token_that_expired_is_the_state_also_while_requests_are_refused() {
    let api = serving().await;
    api.clock.advance(366 * DAY);
    assert_eq!(
        shown(&api).await,
        each("serving", "tokenExpired", 1, &["token.expired"]),
        "no request was sent"
    );
    for _ in 0..4 {
        call(&api, &[], true, 401).await;
    }
    let shown = shown(&api).await;
    assert_eq!(
        shown,
        each("serving", "tokenExpired", 1, &["token.expired"]),
        "the cause, not what follows from it"
    );
    let home = api.command("home.show", json!({})).await;
    let message = "First: the token has expired. Requests are being refused.";
    assert_eq!(home["attention"][0]["message"], message, "{home}");
    api.app.close().await;
}

#[tokio::test]
async fn a_connection_whose_tokens_were_all_revoked_is_not_live() {
    let api = serving().await;
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    api.command("token.revoke", json!({"id": tokens[0]["id"]})).await;
    assert_eq!(shown(&api).await, each("serving", "noToken", 1, &["token.none"]));
    api.app.close().await;
}
