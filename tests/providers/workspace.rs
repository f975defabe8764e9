//! The workspace of a replay: the connection under test, and bystanders who must never be affected.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Api, Reply};

/// One resource with everything that is shown of it, as text.
pub type Dump = Vec<(String, String)>;

pub struct Workspace {
    pub api: Api,
    /// How many requests reached the connection.
    pub sent: u64,
    other: (String, String),
}

impl Workspace {
    /// With two people and a group of theirs in the connection, and the same names of groups in another connection.
    pub async fn open(provider: &str) -> Self {
        let api = Api::start(provider).await;
        let other = api.connect("Other", "custom").await;
        let mut workspace = Self { api, sent: 0, other };
        let connection = (workspace.api.connection_id.clone(), workspace.api.token.clone());
        for ((connection, token), name) in
            [(&connection, "bystander"), (&workspace.other.clone(), "elsewhere")]
        {
            let mut ids = Vec::new();
            for person in ["one", "two"] {
                let body = json!({
                    "userName": format!("{name}.{person}@example.com"), "externalId": format!("{name}-{person}"),
                    "name": {"givenName": person, "familyName": name}, "title": "Keeper",
                    "emails": [{"value": format!("{name}.{person}@example.com"), "type": "work", "primary": true}],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Keepers"},
                });
                let made = workspace.to(connection, token, "POST", "/Users", &[], Some(body)).await;
                ids.push(made.expect(201, "a bystander is made")["id"].clone());
            }
            let group = if name == "bystander" { "Bystanders" } else { "Crew" };
            let body = json!({"displayName": group, "members": [{"value": ids[0]}, {"value": ids[1]}]});
            workspace
                .to(connection, token, "POST", "/Groups", &[], Some(body))
                .await
                .expect(201, "their group");
        }
        workspace.sent = 3;
        workspace
    }

    /// A request to the connection under test, with these headers and no others but the host.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<Value>,
    ) -> Reply {
        self.sent += 1;
        let (connection, token) = (self.api.connection_id.clone(), self.api.token.clone());
        self.to(&connection, &token, method, path, headers, body).await
    }

    async fn to(
        &self,
        connection: &str,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<Value>,
    ) -> Reply {
        let uri = format!("/scim/v2/{connection}{path}");
        let mut request = Request::builder().method(method).uri(uri).header("host", "127.0.0.1:8470");
        for (name, value) in headers {
            if body.is_some() || !name.eq_ignore_ascii_case("content-type") {
                request = request.header(name, value);
            }
        }
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.api.send(request.body(body).unwrap()).await
    }

    /// Every resource of both connections as their providers read it, but without what belongs to others: a person's
    /// groups.
    pub async fn resources(&mut self) -> Dump {
        let mut dump = Dump::new();
        let own = (self.api.connection_id.clone(), self.api.token.clone());
        self.sent += 2;
        for (connection, token) in [own, self.other.clone()] {
            for path in ["/Users?count=500&excludedAttributes=groups", "/Groups?count=500"] {
                let list = self.to(&connection, &token, "GET", path, &[], None).await.expect(200, "a list");
                for resource in list["Resources"].as_array().unwrap() {
                    let kind = resource["meta"]["resourceType"].as_str().unwrap();
                    let name = format!("{kind}s/{}", resource["id"].as_str().unwrap());
                    dump.push((name, resource.to_string()));
                }
            }
        }
        dump
    }

    /// All of it, with the rows and the histories that the app's own screens show.
    pub async fn everything(&mut self) -> Dump {
        let mut dump = self.resources().await;
        for (list, show) in [("people.list", "people.show"), ("groups.list", "groups.show")] {
            let page = self.api.command(list, first_page(list)).await;
            for row in page["rows"].as_array().unwrap() {
                let mut shown = self.api.command(show, json!({"id": row["id"]})).await;
                // It names the newest request, which the replay is, even if it changes nothing.
                shown.as_object_mut().unwrap().remove("lastRequest");
                dump.push((format!("{show} {}", row["id"]), shown.to_string()));
                let history = self.api.command("history.list", json!({"id": row["id"], "limit": 200})).await;
                dump.push((format!("history.list {}", row["id"]), history.to_string()));
            }
        }
        dump
    }

    /// How often each deviation was recorded, once all requests that were sent are recorded.
    pub async fn deviations(&self) -> Vec<(String, u64)> {
        let connection = self.api.connection_id.clone();
        let report = tests::until("all requests are recorded", async || {
            let report = self.api.command("deviations.report", json!({"id": connection})).await;
            (report["exchanges"].as_u64().unwrap() >= self.sent).then_some(report)
        })
        .await;
        let deviations = report["deviations"].as_array().unwrap().iter();
        deviations
            .map(|one| (one["code"].as_str().unwrap().to_owned(), one["times"].as_u64().unwrap()))
            .collect()
    }
}

/// The arguments for the first page of a list command.
pub fn first_page(list: &str) -> Value {
    match list {
        "people.list" => json!({"sort": "name", "descending": false, "offset": 0, "limit": 200}),
        _ => json!({"offset": 0, "limit": 200}),
    }
}

/// What differs between two dumps, by name.
pub fn differences(before: &Dump, after: &Dump) -> Vec<String> {
    let find =
        |dump: &Dump, name: &str| dump.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone());
    let mut names: Vec<&String> = before.iter().chain(after).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| find(before, name) != find(after, name))
        .map(|name| format!("{name}\n      was {:?}\n      is  {:?}", find(before, name), find(after, name)))
        .collect()
}
