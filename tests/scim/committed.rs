//! What is answered after a commit. A change that was made is never answered as one that was not, so that nothing is
//! read for its answer that could fail, and the answer shows what this change left, not what a later one did.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Response;
use futures_util::stream;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::ServerLimits;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::bare_server::{BareServer, Tenant};
use crate::requests::{GROUP, USER, bulk, patch, values};

/// Status, ETag and body.
async fn parts(answer: Response<Body>) -> (u16, Option<String>, Value) {
    let (parts, body) = answer.into_parts();
    let etag = parts.headers.get("etag").map(|etag| etag.to_str().unwrap().to_owned());
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), etag, serde_json::from_slice(&body).unwrap())
}

/// A request of which the body arrives last, after all connections to the database that read were taken away.
async fn without_readers(
    bare: &BareServer,
    tenant: &Tenant,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Option<String>, Value) {
    let (reads, is_read) = oneshot::channel();
    let (go, goes) = oneshot::channel::<()>();
    let bytes = Bytes::from(body.to_string());
    let late = stream::once(async move {
        // The body is read after the token.
        reads.send(()).unwrap();
        goes.await.unwrap();
        Ok::<_, std::io::Error>(bytes)
    });
    let request = tenant.request(method, path, Body::from_stream(late));
    let answer = tokio::spawn(bare.server.router().oneshot(request));
    is_read.await.unwrap();
    let taken = bare.take_readers().await;
    go.send(()).unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(5), answer)
        .await
        .unwrap_or_else(|_| panic!("{method} {path} reads something outside of its transaction"));
    drop(taken);
    parts(answer.unwrap().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_answered_although_nothing_can_be_read_any_more() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let send = async |method: &str, path: &str, body: &Value| {
        without_readers(&bare, &tenant, method, path, body).await
    };
    let ada = json!({"schemas": [USER], "userName": "ada"});
    let (status, etag, ada) = send("POST", "/Users", &ada).await;
    assert_eq!((status, etag.as_deref()), (201, Some("W/\"1\"")), "{ada}");
    let crew = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": ada["id"]}]});
    let (status, _, crew) = send("POST", "/Groups", &crew).await;
    assert_eq!((status, values(&crew["members"]).len()), (201, 1), "with its member: {crew}");
    let person = format!("/Users/{}", ada["id"].as_str().unwrap());
    let leaves = patch(json!([{"op": "replace", "path": "active", "value": false}]));
    let (status, etag, after) = send("PATCH", &person, &leaves).await;
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
        let (status, etag, after) = send(method, path, &body).await;
        assert_eq!((status, &after["meta"]["version"]), (200, &json!(etag)), "{method} {path}: {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_large_group_is_answered_before_its_members_are_read() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let posts: Vec<Value> = (0..250)
        .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"schemas": [USER], "userName": format!("p{n}")}}))
        .collect();
    let made = bare.send(tenant.request("POST", "/Bulk", Body::from(bulk(posts).to_string()))).await;
    let (_, _, made) = parts(made).await;
    let member = |done: &Value| json!({"value": done["location"].as_str().unwrap().rsplit('/').next()});
    let members: Vec<Value> = made["Operations"].as_array().unwrap().iter().map(member).collect();
    let crew = json!({"schemas": [GROUP], "displayName": "Crew", "members": members[..249]});
    let (status, etag, crew) =
        without_readers(&bare, &tenant, "POST", "/Groups?attributes=members", &crew).await;
    assert_eq!((status, etag.as_deref()), (201, Some("W/\"1\"")), "{crew}");
    assert_eq!(values(&crew["members"]).len(), 249, "its members follow");
    let path = format!("/Groups/{}?attributes=members,meta", crew["id"].as_str().unwrap());
    let add = patch(json!([{"op": "add", "path": "members", "value": members}]));
    let (status, etag, after) = without_readers(&bare, &tenant, "PATCH", &path, &add).await;
    assert_eq!((status, &after["meta"]["version"]), (200, &json!(etag)), "{after}");
    assert_eq!(values(&after["members"]).len(), 250, "of this change");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_concurrent_patches_is_answered_with_its_own_state_and_version() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let ada = tenant.request("POST", "/Users", Body::from(json!({"userName": "ada"}).to_string()));
    let (_, _, ada) = parts(bare.send(ada).await).await;
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    // All of them wait for the writer and are committed together.
    let occupied = bare.occupy_writer().await;
    let mut patches = JoinSet::new();
    let (read, mut reads) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..16 {
        let (title, read) = (format!("Title {n}"), read.clone());
        let body = patch(json!([{"op": "replace", "path": "title", "value": title}])).to_string();
        let body = Body::from_stream(stream::once(async move {
            read.send(()).unwrap();
            Ok::<_, std::io::Error>(Bytes::from(body))
        }));
        let answer = bare.server.router().oneshot(tenant.request("PATCH", &path, body));
        patches.spawn(async move { (title, answer.await.unwrap()) });
    }
    for _ in 0..16 {
        reads.recv().await.unwrap();
    }
    occupied.release().await;
    let mut versions = Vec::new();
    for (title, answer) in patches.join_all().await {
        let (status, etag, body) = parts(answer).await;
        assert_eq!((status, &body["title"]), (200, &json!(title)), "its own title: {body}");
        assert_eq!(body["meta"]["version"], json!(etag), "the ETag is that of the body: {body}");
        versions.push(etag.unwrap());
    }
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), 16, "each has a version of its own: {versions:?}");
}
