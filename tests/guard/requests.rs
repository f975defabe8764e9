//! A server with a few people, and one request of each kind.

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use idp::Provider;
use serde_json::{Value, json};
use server::{Address, Server};
use store::{ChangeSource, Clock, Ids, Store, StoreEvent, TokenText};
use tempfile::TempDir;
use tokio::sync::broadcast;
use tower::ServiceExt as _;

/// Makes the next request of a kind.
pub type Sent = fn(&mut Requests) -> Request<Body>;

/// How many people there are; each is read, changed or deleted by one request.
const PEOPLE: usize = 200;
/// How many members the group has.
const MEMBERS: usize = 100;

#[derive(Default)]
struct Person {
    id: String,
    name: String,
}

pub struct Requests {
    server: Server,
    events: broadcast::Receiver<StoreEvent>,
    connection: String,
    token: String,
    revoked: String,
    /// The people that no request was about yet.
    fresh: Vec<Person>,
    /// The one who is read repeatedly.
    known: Person,
    group: String,
    /// The ids of the group's members.
    members: Vec<String>,
    made: usize,
    /// The place in the list up to which pages were read.
    read_up_to: usize,
    _folder: TempDir,
}

impl Requests {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Clock::system(), Ids::random()).await.unwrap();
        let [text, old] = [TokenText::generate().unwrap(), TokenText::generate().unwrap()];
        let (token, revoked) = (text.reveal().to_owned(), old.reveal().to_owned());
        let made: Result<String, store::Error> = store
            .write(async move |tx| {
                let connection = tx.create_connection("Counted", Provider::Custom.as_str(), "{}").await?;
                for text in [&text, &old] {
                    tx.create_token(&connection.id, text, None, None, &ChangeSource::default()).await?;
                }
                tx.revoke_token(old.key_id(), None).await?;
                Ok(connection.id)
            })
            .await;
        let address = Address::of("http://127.0.0.1:8470");
        let mut requests = Self {
            events: store.events(),
            server: Server::new(store, address),
            connection: made.unwrap(),
            token,
            revoked,
            fresh: Vec::new(),
            known: Person::default(),
            group: String::new(),
            members: Vec::new(),
            made: 0,
            read_up_to: MEMBERS,
            _folder: folder,
        };
        for first in (1..=PEOPLE + MEMBERS).step_by(10) {
            let request = requests.bulk();
            let made = requests.json(request).await;
            let ids =
                made["Operations"].as_array().unwrap().iter().map(|made| made["location"].as_str().unwrap());
            let id = |location: &str| location.rsplit('/').next().unwrap().to_owned();
            let people = ids.map(id).zip(first..).map(|(id, n)| Person { id, name: name(n) });
            requests.fresh.extend(people);
        }
        requests.members = requests.fresh.drain(..MEMBERS).map(|person| person.id).collect();
        requests.known = requests.next();
        let members: Vec<Value> = requests.members.iter().map(|id| json!({ "value": id })).collect();
        let group = requests.request("POST", "/Groups", &json!({"displayName": "Crew", "members": members}));
        let made = requests.json(group).await;
        made["id"].as_str().unwrap().clone_into(&mut requests.group);
        requests
    }

    /// Sends the next request of a kind, and waits until the log has it.
    pub async fn send(&mut self, kind: Sent) {
        let request = kind(self);
        let name = format!("{} {}", request.method(), request.uri());
        let is_valid = request.headers()["authorization"] == format!("Bearer {}", self.token);
        let response = self.answer(request).await;
        let status = response.status().as_u16();
        assert!(if is_valid { status < 300 } else { status == 401 }, "{name}: {status}");
        response.into_body().collect().await.unwrap();
        self.recorded().await;
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        self.server.router().oneshot(request).await.unwrap()
    }

    async fn recorded(&mut self) {
        while !matches!(self.events.recv().await.unwrap(), StoreEvent::Activity { .. }) {}
    }

    async fn json(&mut self, request: Request<Body>) -> Value {
        let body = self.answer(request).await.into_body().collect().await.unwrap().to_bytes();
        self.recorded().await;
        serde_json::from_slice(&body).unwrap()
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Request<Body> {
        self.request_with(&self.token, method, path, body)
    }

    fn request_with(&self, token: &str, method: &str, path: &str, body: &Value) -> Request<Body> {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", self.connection))
            .header("host", "127.0.0.1:8470")
            .header("user-agent", "Counter/1.0")
            .header("content-type", "application/scim+json")
            .header("authorization", format!("Bearer {token}"))
            .body(body)
            .unwrap()
    }

    fn next(&mut self) -> Person {
        self.fresh.pop().unwrap()
    }

    fn person(&mut self) -> Value {
        self.made += 1;
        let name = name(self.made);
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "displayName": "Zoe Miller",
            "externalId": format!("x-{}", self.made), "name": {"givenName": "Zoe", "familyName": "Miller"},
            "emails": [{"value": name, "type": "work", "primary": true}], "active": true,
        })
    }

    fn patch(&self, path: &str, operation: &Value) -> Request<Body> {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        self.request("PATCH", path, &json!({"schemas": schemas, "Operations": [operation]}))
    }

    fn look_up_name(&self, name: &str) -> Request<Body> {
        self.request("GET", &format!("/Users?filter=userName%20eq%20%22{name}%22"), &Value::Null)
    }

    pub fn look_up_again(&mut self) -> Request<Body> {
        self.look_up_name(&self.known.name)
    }

    pub fn look_up(&mut self) -> Request<Body> {
        let person = self.next();
        self.look_up_name(&person.name)
    }

    pub fn look_up_no_one(&mut self) -> Request<Body> {
        self.look_up_name("no.one@example.com")
    }

    pub fn get_again(&mut self) -> Request<Body> {
        self.request("GET", &format!("/Users/{}", self.known.id), &Value::Null)
    }

    pub fn get(&mut self) -> Request<Body> {
        let person = self.next();
        self.request("GET", &format!("/Users/{}", person.id), &Value::Null)
    }

    pub fn create(&mut self) -> Request<Body> {
        let person = self.person();
        self.request("POST", "/Users", &person)
    }

    pub fn deactivate(&mut self) -> Request<Body> {
        let person = self.next();
        self.patch(
            &format!("/Users/{}", person.id),
            &json!({"op": "replace", "path": "active", "value": false}),
        )
    }

    pub fn activate_again(&mut self) -> Request<Body> {
        let path = format!("/Users/{}", self.known.id);
        self.patch(&path, &json!({"op": "replace", "path": "active", "value": true}))
    }

    pub fn replace(&mut self) -> Request<Body> {
        let person = self.next();
        let mut body = self.person();
        body["userName"] = person.name.into();
        body["title"] = "Plumber".into();
        self.request("PUT", &format!("/Users/{}", person.id), &body)
    }

    pub fn delete(&mut self) -> Request<Body> {
        let person = self.next();
        self.request("DELETE", &format!("/Users/{}", person.id), &Value::Null)
    }

    pub fn page(&mut self) -> Request<Body> {
        let start = self.read_up_to + 1;
        self.read_up_to += 20;
        self.request("GET", &format!("/Users?startIndex={start}&count=20"), &Value::Null)
    }

    pub fn page_again(&mut self) -> Request<Body> {
        self.request("GET", "/Users?startIndex=11&count=100", &Value::Null)
    }

    pub fn add_member(&mut self) -> Request<Body> {
        let person = self.next();
        self.members.push(person.id.clone());
        let operation = json!({"op": "add", "path": "members", "value": [{"value": person.id}]});
        self.patch(&format!("/Groups/{}", self.group), &operation)
    }

    pub fn remove_member(&mut self) -> Request<Body> {
        let member = self.members.pop().unwrap();
        let operation = json!({"op": "remove", "path": format!("members[value eq \"{member}\"]")});
        self.patch(&format!("/Groups/{}", self.group), &operation)
    }

    pub fn get_group(&mut self) -> Request<Body> {
        self.request("GET", &format!("/Groups/{}", self.group), &Value::Null)
    }

    pub fn refused(&mut self) -> Request<Body> {
        self.request_with(&self.revoked, "GET", "/Users", &Value::Null)
    }

    pub fn bulk(&mut self) -> Request<Body> {
        let operations: Vec<Value> = (0..10)
            .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": self.person()}))
            .collect();
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
        self.request("POST", "/Bulk", &json!({"schemas": schemas, "Operations": operations}))
    }
}

/// The userName of the person with this number.
fn name(n: usize) -> String {
    format!("zoe.miller.{n}@example.com")
}
