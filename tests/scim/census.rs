//! Every address of the router, by every method, in every spelling, with everything but the valid token. The addresses come
//! from the router's own table, so a new one is tried as soon as it is there.

mod spellings;
mod workspace;

use tests::Api;

use self::spellings::{At, SPELLINGS};
use self::workspace::{Credentials, Workspace};
use crate::access::METHODS;
use crate::addresses::addresses;
use crate::raw_socket::RawSocket;
use crate::requests::{id, person, read};

/// Sends every method to every address of the first connection in every spelling. The plain one is answered with this status;
/// each other one is answered alike, or is refused as no address.
async fn assert_refused_everywhere(workspace: &Workspace, credentials: &Credentials, status: u16) {
    let first = &workspace.first;
    for path in addresses(&first.person, &first.group) {
        let at = At { connection: &first.id, path: &path, home: &credentials.home };
        for method in METHODS {
            let body = workspace.body(method, &path);
            let plain = workspace.ask(method, &at.plain(), &body, credentials).await;
            assert_eq!(plain.status, status, "{}: {method} {path}: {plain:?}", credentials.what);
            first.assert_hidden(&plain, &at.plain());
            for (spelling, write) in SPELLINGS {
                let uri = write(&at);
                let answer = workspace.ask(method, &uri, &body, credentials).await;
                assert!(
                    answer == plain || [400, 404].contains(&answer.status),
                    "{}: {method} {uri} ({spelling}): {answer:?} and not {plain:?}",
                    credentials.what
                );
                first.assert_hidden(&answer, &uri);
            }
        }
    }
}

/// All resources of the first connection.
async fn resources(api: &Api) -> [serde_json::Value; 2] {
    [read(api, "/Users").await, read(api, "/Groups").await]
}

#[tokio::test]
async fn no_address_in_any_spelling_answers_without_a_valid_token() {
    let workspace = Workspace::start().await;
    let before = resources(&workspace.api).await;
    for credentials in workspace.wrong_credentials().await {
        assert_refused_everywhere(&workspace, &credentials, 401).await;
    }
    assert_eq!(resources(&workspace.api).await, before, "and nothing happened");
    workspace.report();
}

#[tokio::test]
async fn a_paused_connection_answers_at_no_address_in_any_spelling() {
    let workspace = Workspace::start().await;
    let before = resources(&workspace.api).await;
    let connection = serde_json::json!({"id": workspace.first.id});
    workspace.api.command("connection.pause", connection.clone()).await;
    assert_refused_everywhere(&workspace, &workspace.first.credentials(), 503).await;
    workspace.api.command("connection.resume", connection).await;
    assert_eq!(resources(&workspace.api).await, before, "and nothing happened");
    workspace.report();
}

#[tokio::test]
async fn a_valid_token_reaches_the_same_in_every_spelling_or_nothing() {
    let workspace = Workspace::start().await;
    let first = &workspace.first;
    let credentials = first.credentials();
    for path in addresses(&first.person, &first.group) {
        let at = At { connection: &first.id, path: &path, home: &first.id };
        for method in ["GET", "HEAD", "OPTIONS"] {
            let plain = workspace.ask(method, &at.plain(), "", &credentials).await;
            if method == "OPTIONS" {
                assert_eq!(plain.status, 204, "{path} is an address: {plain:?}");
            }
            workspace.second.assert_hidden(&plain, &at.plain());
            for (spelling, write) in SPELLINGS {
                let uri = write(&at);
                let answer = workspace.ask(method, &uri, "", &credentials).await;
                assert!(
                    answer == plain || [400, 404].contains(&answer.status),
                    "{method} {uri} ({spelling}): {answer:?} and not {plain:?}"
                );
                workspace.second.assert_hidden(&answer, &uri);
            }
        }
    }
    workspace.report();
}

#[tokio::test]
async fn resources_of_another_connection_are_answered_as_missing_ones() {
    let workspace = Workspace::start().await;
    let (first, second) = (&workspace.first, &workspace.second);
    let before = resources(&workspace.api).await;
    let credentials = second.credentials();
    // They differ from the ids of the first connection in their last digit.
    let [no_person, no_group] = [&first.person, &first.group].map(|id| {
        let (start, last) = id.split_at(id.len() - 1);
        format!("{start}{}", if last == "0" { "1" } else { "0" })
    });
    let ids = [&*first.person, &*first.group, &*no_person, &*no_group];
    let foreign = addresses(&first.person, &first.group);
    for (path, never) in foreign.iter().zip(addresses(&no_person, &no_group)) {
        let at = At { connection: &second.id, path, home: &second.id };
        let nowhere = At { path: &never, ..at };
        for method in METHODS {
            let body = workspace.body(method, path);
            let plain = workspace.ask(method, &at.plain(), &body, &credentials).await;
            assert!(plain.status < 500 || path == "/Me", "{method} {path}: {plain:?}");
            first.assert_hidden(&plain, &format!("{} {body}", at.plain()));
            if *path == never {
                continue;
            }
            assert!([204, 404, 405].contains(&plain.status), "{method} {path}: {plain:?}");
            let unknown = workspace.ask(method, &nowhere.plain(), &body, &credentials).await;
            assert_eq!(plain.without(&ids), unknown.without(&ids), "{method} {path}");
            for (spelling, write) in SPELLINGS {
                let one = workspace.ask(method, &write(&at), &body, &credentials).await;
                let other = workspace.ask(method, &write(&nowhere), &body, &credentials).await;
                first.assert_hidden(&one, &write(&at));
                assert_eq!(one.without(&ids), other.without(&ids), "{method} {path} ({spelling})");
            }
        }
    }
    assert_eq!(resources(&workspace.api).await, before, "untouched");
    workspace.report();
}

#[tokio::test]
async fn open_discovery_opens_its_addresses_alone_in_every_spelling() {
    let workspace = Workspace::start().await;
    workspace.api.command("server.openDiscovery", serde_json::json!({"open": true})).await;
    let first = &workspace.first;
    let no_one = Credentials { what: "nothing", home: first.id.clone(), headers: Vec::new() };
    let open = ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"];
    for path in addresses(&first.person, &first.group) {
        let at = At { connection: &first.id, path: &path, home: &first.id };
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let body = workspace.body(method, &path);
            let plain = workspace.ask(method, &at.plain(), &body, &no_one).await;
            let is_open = ["GET", "HEAD"].contains(&method) && open.iter().any(|open| path.starts_with(open));
            assert_eq!(plain.status, if is_open { 200 } else { 401 }, "{method} {path}: {plain:?}");
            for (spelling, write) in SPELLINGS {
                let uri = write(&at);
                let answer = workspace.ask(method, &uri, &body, &no_one).await;
                assert!(
                    answer == plain || [400, 401, 404].contains(&answer.status),
                    "{method} {uri} ({spelling}): {answer:?} and not {plain:?}"
                );
                first.assert_hidden(&answer, &uri);
            }
        }
    }
    workspace.report();
}

/// What no HTTP library sends, as bytes over a socket.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_request_targets_reach_nothing() {
    let wire = RawSocket::open().await;
    let ada = id(&person(&wire.api, "ada@people.example").await);
    let (_, other) = wire.api.connect("Second", "custom").await;
    let connection = &wire.api.connection_id;
    let right = format!("/scim/v2/{connection}/Users/{ada}");
    let targets: [(&str, Vec<u8>); 11] = [
        ("NUL", [right.as_bytes(), b"\0"].concat()),
        ("a control character", [right.as_bytes(), b"\x7f"].concat()),
        ("a tab", [right.as_bytes(), b"\tx"].concat()),
        ("a space", format!("/scim/v2/{connection} /Users/{ada}").into_bytes()),
        ("overlong UTF-8", [format!("/scim/v2/{connection}").as_bytes(), b"\xc0\xafUsers"].concat()),
        ("a backslash", format!("/scim/v2/{connection}\\Users\\{ada}").into_bytes()),
        ("no slash", right.as_bytes()[1..].to_vec()),
        ("a star", b"*".to_vec()),
        ("a name without a path", wire.address.clone().into_bytes()),
        ("another host", format!("http://elsewhere.example{right}").into_bytes()),
        ("two slashes and a host", format!("//elsewhere.example{right}").into_bytes()),
    ];
    for (what, target) in targets {
        for token in [String::new(), format!("authorization: Bearer {other}\r\n")] {
            for method in ["GET", "DELETE"] {
                let head = format!(" HTTP/1.1\r\nhost: {}\r\n{token}connection: close\r\n\r\n", wire.address);
                let request = [method.as_bytes(), b" ", &target, head.as_bytes()].concat();
                let received = wire.say(request, false).await;
                let text = String::from_utf8_lossy(&received);
                assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{method} {what}: {text}");
                assert!(!text.contains("ada@people.example"), "{method} {what}: {text}");
            }
        }
    }
    assert_eq!(read(&wire.api, "/Users").await["totalResults"], 1, "and no one is gone");
    wire.assert_alive().await;
}
