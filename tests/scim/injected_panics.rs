//! A panic in each handler, where it begins and inside of its transaction: that request is answered 500 in SCIM form and changes
//! nothing, and everything else continues.

use axum::body::Body;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::ServerLimits;
use store::StoreEvent;
use store::injected_panic::{inject, is_waiting};
use tests::until;

use crate::bare_server::{BareServer, Tenant};
use crate::requests::{GROUP, USER, bulk, id, patch, search};

/// A request, and the status with which it succeeds.
type Case = (&'static str, String, Value, u16);

struct Scene {
    bare: BareServer,
    tenant: Tenant,
    ada: String,
    bob: String,
    crew: String,
}

impl Scene {
    async fn start() -> Self {
        let bare = BareServer::start(ServerLimits::default()).await;
        let tenant = bare.connect("First").await;
        let mut scene = Self { bare, tenant, ada: String::new(), bob: String::new(), crew: String::new() };
        scene.ada = scene.make("/Users", json!({"schemas": [USER], "userName": "ada"})).await;
        scene.bob = scene.make("/Users", json!({"schemas": [USER], "userName": "bob"})).await;
        scene.crew = scene.make("/Groups", json!({"schemas": [GROUP], "displayName": "Crew"})).await;
        scene
    }

    async fn make(&self, path: &str, body: Value) -> String {
        let (status, made) = self.send(&("POST", path.to_owned(), body, 201)).await;
        assert_eq!(status, 201, "{made}");
        id(&made)
    }

    async fn send(&self, (method, path, body, _): &Case) -> (u16, Value) {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let (parts, body) = self.bare.send(self.tenant.request(method, path, body)).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// All people and groups.
    async fn all(&self) -> [Value; 2] {
        let people = self.send(&("GET", "/Users".to_owned(), Value::Null, 200)).await;
        let groups = self.send(&("GET", "/Groups".to_owned(), Value::Null, 200)).await;
        assert_eq!((people.0, groups.0), (200, 200));
        [people.1, groups.1]
    }

    fn reads(&self) -> Vec<Case> {
        let found = search(json!({"filter": "userName eq \"ada\""}));
        let read = |path: &str| ("GET", path.to_owned(), Value::Null, 200);
        vec![
            read("/Users"),
            read("/Users?filter=userName%20eq%20%22ada%22"),
            read(&format!("/Users/{}", self.ada)),
            read("/Groups"),
            read(&format!("/Groups/{}", self.crew)),
            ("POST", "/Users/.search".to_owned(), found.clone(), 200),
            ("POST", "/.search".to_owned(), found, 200),
            read("/Schemas"),
            read(&format!("/Schemas/{USER}")),
            read("/ResourceTypes"),
            read("/ServiceProviderConfig"),
            ("GET", "/Me".to_owned(), Value::Null, 501),
            ("OPTIONS", "/Users".to_owned(), Value::Null, 204),
        ]
    }

    fn writes(&self) -> Vec<Case> {
        let (ada, bob) = (format!("/Users/{}", self.ada), format!("/Users/{}", self.bob));
        let crew = format!("/Groups/{}", self.crew);
        let title = patch(json!([{"op": "replace", "path": "title", "value": "Two"}]));
        let add = patch(json!([{"op": "add", "path": "members", "value": [{"value": self.ada}]}]));
        let whole = json!({"schemas": [USER], "userName": "ada", "title": "One"});
        let members = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": self.bob}]});
        vec![
            ("PUT", ada.clone(), whole, 200),
            ("PATCH", ada, title, 200),
            ("POST", "/Groups".to_owned(), json!({"schemas": [GROUP], "displayName": "New"}), 201),
            ("PUT", crew.clone(), members, 200),
            ("PATCH", crew.clone(), add, 200),
            ("DELETE", bob, Value::Null, 204),
            ("DELETE", crew, Value::Null, 204),
        ]
    }

    fn bulk(&self) -> Case {
        let title = patch(json!([{"op": "replace", "path": "title", "value": "Three"}]));
        let one = json!([{"method": "PATCH", "path": format!("/Users/{}", self.ada), "data": title}]);
        ("POST", "/Bulk".to_owned(), bulk(one), 200)
    }
}

/// It needs no one who is there.
fn creation() -> Case {
    ("POST", "/Users".to_owned(), json!({"schemas": [USER], "userName": "eve"}), 201)
}

/// A fault of ours in SCIM form. Its detail.
fn refused(case: &Case, (status, body): (u16, Value)) -> String {
    let form = json!(["urn:ietf:params:scim:api:messages:2.0:Error"]);
    assert_eq!((status, &body["schemas"], &body["status"]), (500, &form, &json!("500")), "{case:?}: {body}");
    body["detail"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_at_the_beginning_of_each_handler_fails_that_request_alone_and_is_recorded() {
    let scene = Scene::start().await;
    let before = scene.all().await;
    let mut cases = scene.reads();
    cases.extend(scene.writes());
    cases.extend([creation(), scene.bulk()]);
    for case in &cases {
        inject("a request");
        refused(case, scene.send(case).await);
        assert_eq!(scene.all().await, before, "{case:?} changes nothing, and the next requests are answered");
    }
    until("each of them is recorded", async || {
        let rows = scene.bare.store.activities(&scene.tenant.id, 500).await.unwrap();
        let defects = rows.iter().filter(|row| row.reason.as_deref() == Some("defect")).count();
        (defects == cases.len()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_the_transaction_of_each_write_undoes_that_write_alone() {
    let scene = Scene::start().await;
    for case in scene.writes() {
        let before = scene.all().await;
        inject("write");
        let detail = refused(&case, scene.send(&case).await);
        assert!(detail.contains("was not done"), "{case:?}: {detail}");
        assert_eq!(scene.all().await, before, "{case:?}: nothing of it is there");
        let (status, body) = scene.send(&case).await;
        assert_eq!(status, case.3, "{case:?}: the same request, sent again, is done: {body}");
    }
    let case = creation();
    let before = scene.all().await;
    // Those that cannot be created together are created each by itself, where there is another one.
    inject("write");
    inject("write");
    refused(&case, scene.send(&case).await);
    assert_eq!(scene.all().await, before);
    inject("write");
    let (status, body) = scene.send(&case).await;
    assert_eq!(status, 201, "by itself: {body}");
    let case = scene.bulk();
    inject("write");
    let (status, body) = scene.send(&case).await;
    assert_eq!((status, &body["Operations"][0]["status"]), (200, &json!("500")), "{body}");
    let (_, body) = scene.send(&case).await;
    assert_eq!(body["Operations"][0]["status"], "200", "{body}");
    assert!(!is_waiting("write"), "each of them happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_writer_undoes_its_batch_and_the_next_one_is_written() {
    let scene = Scene::start().await;
    let mut events = scene.bare.store.events();
    for case in [creation(), scene.writes().swap_remove(1), scene.writes().swap_remove(2)] {
        let before = scene.all().await;
        inject("batch of writes");
        let detail = refused(&case, scene.send(&case).await);
        assert!(detail.contains("was not done"), "{case:?}: {detail}");
        assert_eq!(scene.all().await, before, "{case:?}: nothing of it is there");
        let (status, body) = scene.send(&case).await;
        assert_eq!(status, case.3, "{case:?}: the same request, sent again, is done: {body}");
    }
    while let Ok(event) = events.try_recv() {
        assert_ne!(event, StoreEvent::Health, "it is no failure of the database: writing never stopped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_beside_a_request_changes_no_answer() {
    let scene = Scene::start().await;
    inject("an explanation");
    let unknown = ("GET", "/Users/0199d3c0-7c2e-7000-8000-00000000dead".to_owned(), Value::Null, 404);
    assert_eq!(scene.send(&unknown).await.0, 404, "it is refused without the explanation");
    inject("the rest of a body");
    assert_eq!(scene.send(&creation()).await.0, 201, "it is done");
    let rows = scene.bare.recorded(&scene.tenant, 5).await.len();
    inject("request log");
    assert_eq!(scene.all().await.len(), 2, "both are answered");
    scene.bare.recorded(&scene.tenant, rows + 2).await;
    for what in ["an explanation", "the rest of a body", "request log"] {
        assert!(!is_waiting(what), "{what} panicked");
    }
}
