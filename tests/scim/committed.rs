//! What is answered after a commit. A change that was made is never answered as one that was not, so that nothing is
//! read for its answer that could fail.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::stream;
use http_body_util::BodyExt as _;
use idp::Provider;
use serde_json::{Value, json};
use server::{Address, Server};
use store::{Clock, Error, Ids, Origin, Scope, Store, TokenText};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::said::{GROUP, USER, patch, values};

/// A server over a store that the test has in hand.
struct Bare {
    store: Store,
    server: Server,
    connection_id: String,
    token: String,
    _folder: tempfile::TempDir,
}

impl Bare {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-11-24T10:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), clock, Ids::random()).await.unwrap();
        let token = TokenText::generate().unwrap();
        let text = token.reveal().to_owned();
        let made: Result<String, Error> = store
            .write(async move |tx| {
                let id = tx.create_connection("First", Provider::Custom, "{}").await?.id;
                tx.create_token(&id, &token, None, None, &Origin::default()).await?;
                Ok(id)
            })
            .await;
        let address = Address { base: "http://127.0.0.1:8470".to_owned(), public: false };
        let server = Server::new(store.clone(), address);
        Self { store, server, connection_id: made.unwrap(), token: text, _folder: folder }
    }

    /// A request of which the body comes last, after all connections that read were taken away.
    async fn without_readers(&self, method: &str, path: &str, body: &Value) -> (u16, Option<String>, Value) {
        let (proven, is_proven) = oneshot::channel();
        let (go, goes) = oneshot::channel::<()>();
        let bytes = Bytes::from(body.to_string());
        let late = stream::once(async move {
            // The body is asked for once the token was looked at.
            proven.send(()).unwrap();
            goes.await.unwrap();
            Ok::<_, std::io::Error>(bytes)
        });
        let request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", self.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/scim+json")
            .body(Body::from_stream(late))
            .unwrap();
        let answer = tokio::spawn(self.server.router().oneshot(request));
        is_proven.await.unwrap();
        let mut taken = Vec::new();
        for scope in ["a", "a", "b", "b"] {
            taken.push(self.store.reader(&Scope::of(scope)).await.unwrap());
        }
        go.send(()).unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(5), answer)
            .await
            .unwrap_or_else(|_| panic!("{method} {path} reads something outside of its transaction"));
        drop(taken);
        let (parts, body) = answer.unwrap().unwrap().into_parts();
        let etag = parts.headers.get("etag").map(|etag| etag.to_str().unwrap().to_owned());
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), etag, serde_json::from_slice(&body).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_answered_although_nothing_can_be_read_any_more() {
    let bare = Bare::start().await;
    let ada = json!({"schemas": [USER], "userName": "ada"});
    let (status, etag, ada) = bare.without_readers("POST", "/Users", &ada).await;
    assert_eq!((status, etag.as_deref()), (201, Some("W/\"1\"")), "{ada}");
    let crew = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": ada["id"]}]});
    let (status, _, crew) = bare.without_readers("POST", "/Groups", &crew).await;
    assert_eq!((status, values(&crew["members"]).len()), (201, 1), "with its member: {crew}");
    let person = format!("/Users/{}", ada["id"].as_str().unwrap());
    let leaves = patch(json!([{"op": "replace", "path": "active", "value": false}]));
    let (status, etag, after) = bare.without_readers("PATCH", &person, &leaves).await;
    assert_eq!(
        (status, &after["active"], &after["meta"]["version"]),
        (200, &json!(false), &json!(etag)),
        "{after}"
    );
    assert_eq!(values(&after["groups"]), [crew["id"].as_str().unwrap()], "of the same moment: {after}");
    let group = format!("/Groups/{}", crew["id"].as_str().unwrap());
    let emptied = json!({"schemas": [GROUP], "displayName": "Crew", "members": []});
    for (method, path, body) in
        [("PUT", &group, emptied), ("PUT", &person, json!({"schemas": [USER], "userName": "ada"}))]
    {
        let (status, etag, after) = bare.without_readers(method, path, &body).await;
        assert_eq!((status, &after["meta"]["version"]), (200, &json!(etag)), "{method} {path}: {after}");
    }
}
