//! Two connections with resources of their own, what is sent to them, and what is answered.

use std::cell::Cell;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use foundational::Caller;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tests::Api;
use tower::ServiceExt as _;

use crate::requests::{GROUP, USER, bulk, id, patch, search};

/// A connection, its valid token, and what no other one may learn.
pub(super) struct Connection {
    pub id: String,
    pub token: String,
    pub person: String,
    pub group: String,
    names: [String; 2],
}

/// The credentials that are sent.
pub(super) struct Credentials {
    pub what: &'static str,
    /// The connection that it was made for.
    pub home: String,
    pub headers: Vec<(&'static str, String)>,
}

/// An answer without the id of its request, which each one has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    text: String,
}

pub(super) struct Workspace {
    pub api: Api,
    pub first: Connection,
    pub second: Connection,
    router: Router,
    asked: Cell<usize>,
}

impl Connection {
    async fn fill(api: &Api, id_and_token: (String, String), name: &str) -> Self {
        let (connection, token) = id_and_token;
        let names = [format!("{name}@people.example"), format!("Friends of {name}")];
        let create = async |endpoint: &str, body: Value| {
            let request = Request::post(format!("/scim/v2/{connection}{endpoint}"))
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/scim+json")
                .body(Body::from(body.to_string()))
                .unwrap();
            id(&api.send(request).await.expect(201, endpoint))
        };
        let person = create("/Users", json!({"schemas": [USER], "userName": names[0]})).await;
        let members = json!([{ "value": person }]);
        let group =
            create("/Groups", json!({"schemas": [GROUP], "displayName": names[1], "members": members})).await;
        Self { id: connection, token, person, group, names }
    }

    /// Its valid token.
    pub fn credentials(&self) -> Credentials {
        let headers = vec![("authorization", format!("Bearer {}", self.token))];
        Credentials { what: "the valid token", home: self.id.clone(), headers }
    }

    /// That an answer holds nothing of this connection's but what the request itself has.
    pub fn assert_hidden(&self, answer: &Answer, request: &str) {
        let (text, sent) = (answer.text.to_lowercase(), request.to_lowercase());
        for secret in [&self.token, &self.person, &self.group].into_iter().chain(&self.names) {
            let secret = secret.to_lowercase();
            assert!(
                !text.contains(&secret) || sent.contains(&secret),
                "{request} shows {secret}: {answer:?}"
            );
        }
    }
}

impl Answer {
    /// The same whichever of these ids it shows.
    pub fn without(mut self, ids: &[&str]) -> Self {
        for id in ids {
            self.text = self.text.replace(id, "ID").replace(&id.to_uppercase(), "ID");
        }
        self
    }
}

impl Workspace {
    pub async fn start() -> Self {
        let api = Api::start("custom").await;
        let first = Connection::fill(&api, (api.connection_id.clone(), api.token.clone()), "ada").await;
        let second = Connection::fill(&api, api.connect("Second", "custom").await, "bob").await;
        let router = api.app.server().router();
        Self { api, first, second, router, asked: Cell::new(0) }
    }

    /// All that is not the first connection's token.
    pub async fn wrong_credentials(&self) -> Vec<Credentials> {
        let (api, first) = (&self.api, &self.first);
        let create = async |expires: &str| {
            api.command("token.create", json!({"connectionId": first.id, "expires": expires})).await
        };
        let bearer = |token: &Value| vec![("authorization", format!("Bearer {}", token.as_str().unwrap()))];
        let expired = create("90d").await;
        api.clock.advance(Duration::from_hours(91 * 24));
        let revoked = create("1y").await;
        api.command("token.revoke", json!({"id": revoked["id"]})).await;
        let of_first = |what, headers| Credentials { what, home: first.id.clone(), headers };
        vec![
            of_first("nothing", Vec::new()),
            of_first("an expired token", bearer(&expired["token"])),
            of_first("a revoked token", bearer(&revoked["token"])),
            Credentials { what: "another connection's token", ..self.second.credentials() },
            of_first("a Member's window", self.window_of_a_member().await),
        ]
    }

    /// What a Member sends who is signed in over the bridge.
    async fn window_of_a_member(&self) -> Vec<(&'static str, String)> {
        let api = &self.api;
        api.app.serve().await.unwrap();
        let ticket = std::fs::read_to_string(api.folder().join("bridge.json")).unwrap();
        let ticket: Value = serde_json::from_str(&ticket).unwrap();
        let admin =
            json!({"name": "Root", "email": "root@company.example", "password": "a long enough passphrase"});
        api.command("account.createFirst", admin).await;
        let member = json!({"name": "Mel", "email": "mel@company.example", "role": "member"});
        let made = api.command("people.createLocal", member).await;
        let sign_in = json!({"email": "mel@company.example", "password": made["passcode"]});
        let window = Caller::Window("bridge:desk".to_owned());
        let signed_in = api.app.call(&window, "session.signIn", sign_in).await.unwrap();
        assert_eq!(signed_in["session"]["role"], "member", "{signed_in}");
        let secret = ticket["secret"].as_str().unwrap();
        vec![("authorization", format!("Bearer {secret}")), ("x-foundational-client", "desk".to_owned())]
    }

    /// Asks for an address.
    pub async fn ask(&self, method: &str, uri: &str, body: &str, credentials: &Credentials) -> Answer {
        self.asked.set(self.asked.get() + 1);
        let mut request = Request::builder().method(method).uri(uri).header("host", "127.0.0.1:8470");
        for (name, value) in &credentials.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let headers = parts.headers.iter().filter(|(name, _)| *name != "x-request-id");
        let lines =
            headers.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        let mut lines: Vec<String> = lines.collect();
        lines.push(String::from_utf8_lossy(&body).into_owned());
        Answer { status: parts.status.as_u16(), text: lines.join("\n") }
    }

    /// A body with which a valid token would change or read something of the first connection; empty where there is none.
    pub fn body(&self, method: &str, path: &str) -> String {
        let body = match method {
            "PATCH" => patch(json!([{"op": "replace", "path": "displayName", "value": "Taken over"}])),
            "POST" if path.ends_with("/.search") => search(json!({"count": 500})),
            "POST" if path == "/Bulk" => {
                bulk(json!([{"method": "DELETE", "path": format!("/Users/{}", self.first.person)}]))
            }
            "POST" | "PUT" if path.starts_with("/Groups") => {
                json!({"schemas": [GROUP], "displayName": "Taken over"})
            }
            "POST" | "PUT" => json!({"schemas": [USER], "userName": "intruder"}),
            _ => return String::new(),
        };
        body.to_string()
    }

    /// Prints how many requests there were.
    pub fn report(&self) {
        println!("{} requests", self.asked.get());
    }
}
