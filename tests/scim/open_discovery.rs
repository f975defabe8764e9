//! Discovery without a token (RFC 7644 section 4): only when it is switched on, and nothing else with it.

use axum::body::Body;
use axum::http::Request;
use foundational::{Caller, Foundational, Options};
use serde_json::json;
use tests::{Api, Reply, never_made};

use crate::requests::{USER, person};

async fn anonymous(api: &Api, method: &str, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(format!("/scim/v2/{}{path}", api.connection_id));
    api.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn discovery_is_closed_until_it_is_opened_and_after_it_is_closed() {
    let api = Api::start("custom").await;
    let one = format!("/Schemas/{USER}");
    let paths = ["/ServiceProviderConfig", "/Schemas", &one, "/ResourceTypes", "/ResourceTypes/User"];
    for path in paths {
        anonymous(&api, "GET", path).await.refused(401, None);
    }
    api.command("server.openDiscovery", json!({"open": true})).await;
    for path in paths {
        anonymous(&api, "GET", path).await.expect(200, path);
        assert_eq!(anonymous(&api, "HEAD", path).await.status, 200, "{path}");
    }
    api.command("server.openDiscovery", json!({"open": false})).await;
    for path in paths {
        anonymous(&api, "GET", path).await.refused(401, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_changes_at_once_the_stored_one_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
    for round in 0..10 {
        let app = Foundational::open(options.clone()).await.unwrap();
        let stored = app.server().is_discovery_open();
        let changes = [!stored, stored, !stored, stored, !stored, stored, !stored, stored].map(|open| {
            let app = app.clone();
            tokio::spawn(async move {
                app.call(&Caller::Operator, "server.openDiscovery", json!({ "open": open })).await.unwrap();
            })
        });
        for change in changes {
            change.await.unwrap();
        }
        let in_force = app.server().is_discovery_open();
        app.close().await;
        let again = Foundational::open(options.clone()).await.unwrap();
        assert_eq!(
            again.server().is_discovery_open(),
            in_force,
            "round {round}: what is read at the next start"
        );
        again.close().await;
    }
}

#[tokio::test]
async fn nothing_else_is_opened_with_discovery() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    api.command("server.openDiscovery", json!({"open": true})).await;
    for (method, path) in [
        ("GET", "/Users"),
        ("GET", "/Groups"),
        ("GET", "/Me"),
        ("GET", "/"),
        ("GET", "/Schemas/../Users"),
        ("GET", "/Schemas/a/b"),
        ("POST", "/Schemas"),
        ("PUT", "/ServiceProviderConfig"),
        ("OPTIONS", "/Users"),
        ("POST", "/Bulk"),
        ("POST", "/.search"),
    ] {
        anonymous(&api, method, path).await.refused(401, None);
    }
    // Who brings a token is held to it.
    let reply = Request::get(format!("/scim/v2/{}/Schemas", api.connection_id))
        .header("authorization", format!("Bearer {}", never_made()))
        .body(Body::empty())
        .unwrap();
    api.send(reply).await.refused(401, None);
    let elsewhere =
        Request::get("/scim/v2/00000000-0000-4000-8000-000000000000/Schemas").body(Body::empty()).unwrap();
    api.send(elsewhere).await.refused(404, None);
}
