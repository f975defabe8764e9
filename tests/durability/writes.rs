//! The kinds of writes that a served workspace takes, each with what it changes, read back over the same interface.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bodies::{bulk, bulk_names, email, label, megabytes, patch, person, role, rules, values};
use crate::server_process::{Answer, ServerProcess};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Create,
    Put,
    Patch,
    Delete,
    Members,
    Bulk,
    Token,
    Rule,
    Pause,
    Setting,
    Role,
    Undo,
}

impl Kind {
    pub(crate) const fn is_scim(self) -> bool {
        matches!(self, Self::Create | Self::Put | Self::Patch | Self::Delete | Self::Members | Self::Bulk)
    }
}

/// A served workspace with what the writes are about.
pub(crate) struct Workspace {
    pub server: ServerProcess,
    /// Who is changed by PUT.
    pub put: String,
    /// Who is changed by PATCH.
    pub patched: String,
    /// The members of the group, by turns.
    members: [String; 2],
    group: String,
    /// A local account.
    local: String,
    /// A connection without requests.
    other: String,
    /// Who is deleted next.
    deleted: String,
    /// Who is made active again next.
    undone: String,
    /// What undoes the newest change of that person.
    undo: Value,
}

impl Workspace {
    pub(crate) async fn start() -> Self {
        let server = ServerProcess::start().await;
        let first =
            json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
        server.call("account.createFirst", first).await.done();
        let local = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
        let local = text(&server.call("people.createLocal", local).await.done()["personId"]);
        let other = json!({"name": "Other", "provider": "custom"});
        let other = text(&server.call("connection.create", other).await.done()["id"]);
        let group = json!({"displayName": "Crew"});
        let group = text(&server.scim(Method::POST, "/Groups", Some(&group)).await.done()["id"]);
        let mut workspace = Self {
            server,
            put: String::new(),
            patched: String::new(),
            members: [String::new(), String::new()],
            group,
            local,
            other,
            deleted: String::new(),
            undone: String::new(),
            undo: Value::Null,
        };
        workspace.put = workspace.create("put").await;
        workspace.patched = workspace.create("patched").await;
        workspace.members = [workspace.create("even").await, workspace.create("odd").await];
        workspace
    }

    async fn create(&self, name: &str) -> String {
        let person = person(name, "new");
        text(&self.server.scim(Method::POST, "/Users", Some(&person)).await.done()["id"])
    }

    /// Makes what the write number `n` of this kind is about. The writes of a kind are numbered from 0.
    pub(crate) async fn prepare(&mut self, kind: Kind, n: u32) {
        match kind {
            Kind::Delete => self.deleted = self.create(&format!("deleted-{n}")).await,
            Kind::Undo => {
                self.undone = self.create(&format!("undone-{n}")).await;
                let path = format!("/Users/{}", self.undone);
                let leaves = patch(&json!([{"op": "replace", "path": "active", "value": false}]));
                self.server.scim(Method::PATCH, &path, Some(&leaves)).await.done();
                let history = json!({"id": self.undone, "limit": 1});
                let history = self.server.call("history.list", history).await.done();
                let of = json!({"kind": "change", "id": history["rows"][0]["id"]});
                let preview = json!({"of": of, "offset": 0, "limit": 1});
                let preview = self.server.call("undo.preview", preview).await.done();
                self.undo = json!({"of": of, "seen": preview["seen"], "pause": false, "admins": false});
            }
            _ => {}
        }
    }

    /// The write number `n` of this kind.
    pub(crate) async fn write(&self, kind: Kind, n: u32) -> Answer {
        let server = &self.server;
        let (value, is_even) = (n.to_string(), n.is_multiple_of(2));
        match kind {
            Kind::Create => {
                let person = person(&format!("created-{n}"), &value);
                server.scim(Method::POST, "/Users", Some(&person)).await
            }
            Kind::Put => {
                let path = format!("/Users/{}", self.put);
                server.scim(Method::PUT, &path, Some(&person("put", &value))).await
            }
            Kind::Patch => {
                let path = format!("/Users/{}", self.patched);
                let changes = patch(&json!([
                    {"op": "replace", "path": "title", "value": value},
                    {"op": "replace", "path": "nickName", "value": value},
                    {"op": "replace", "path": "emails", "value": [{"value": email("patched", &value)}]},
                ]));
                server.scim(Method::PATCH, &path, Some(&changes)).await
            }
            Kind::Delete => server.scim(Method::DELETE, &format!("/Users/{}", self.deleted), None).await,
            Kind::Members => {
                let path = format!("/Groups/{}", self.group);
                let members = json!([{"value": self.member(n)}]);
                let change = patch(&json!([{"op": "replace", "path": "members", "value": members}]));
                server.scim(Method::PATCH, &path, Some(&change)).await
            }
            Kind::Bulk => server.scim(Method::POST, "/Bulk", Some(&bulk(n, &value))).await,
            Kind::Token if is_even => {
                let token = json!({"connectionId": self.other, "label": label(n), "expires": "90d"});
                server.call("token.create", token).await
            }
            Kind::Token => {
                let id = self.token(n).await["id"].clone();
                server.call("token.revoke", json!({"id": id})).await
            }
            Kind::Rule => {
                let [on_delete, addresses] = rules(n);
                let rules = json!({"matching": "ask", "onDelete": on_delete, "adminGroupId": null,
                    "allowedAddresses": addresses});
                server.call("connection.setRules", json!({"id": self.other, "rules": rules})).await
            }
            Kind::Pause => {
                let command = if is_even { "connection.pause" } else { "connection.resume" };
                server.call(command, json!({"id": self.other})).await
            }
            Kind::Setting => server.call("data.setLogLimit", json!({"megabytes": megabytes(n)})).await,
            Kind::Role => server.call("people.setRole", json!({"id": self.local, "role": role(n)})).await,
            Kind::Undo => server.call("undo.start", self.undo.clone()).await,
        }
    }

    /// What the write number `n` of this kind changes, as it is now.
    pub(crate) async fn read(&self, kind: Kind, n: u32) -> Value {
        let server = &self.server;
        match kind {
            Kind::Create => self.found(&format!("userName%20eq%20%22created-{n}%22")).await,
            Kind::Bulk => self.found(&format!("userName%20sw%20%22bulk-{n}-%22")).await,
            Kind::Put => values(&self.resource("Users", &self.put).await.done()),
            Kind::Patch => values(&self.resource("Users", &self.patched).await.done()),
            Kind::Delete => json!(self.resource("Users", &self.deleted).await.status),
            Kind::Members => {
                let group = self.resource("Groups", &self.group).await.done();
                let members = group["members"].as_array().into_iter().flatten();
                members.map(|member| member["value"].clone()).collect()
            }
            Kind::Token => self.token(n).await["state"].clone(),
            Kind::Rule => {
                let rules = server.call("connection.rules", json!({"id": self.other})).await.done();
                json!([rules["onDelete"], rules["allowedAddresses"]])
            }
            Kind::Pause => {
                let shown = server.call("connection.show", json!({"id": self.other})).await.done();
                json!(shown["status"] == "paused")
            }
            Kind::Setting => server.call("data.logLimit", json!({})).await.done()["megabytes"].clone(),
            Kind::Role => {
                let shown = server.call("people.show", json!({"id": self.local})).await.done();
                shown["row"]["role"].clone()
            }
            Kind::Undo => self.resource("Users", &self.undone).await.done()["active"].clone(),
        }
    }

    /// What [`Workspace::read`] answers once the write was done.
    pub(crate) fn after(&self, kind: Kind, n: u32) -> Value {
        let (value, is_even) = (n.to_string(), n.is_multiple_of(2));
        match kind {
            Kind::Create => json!([values(&person(&format!("created-{n}"), &value))]),
            Kind::Put => values(&person("put", &value)),
            Kind::Patch => values(&person("patched", &value)),
            Kind::Delete => json!(404),
            Kind::Members => json!([self.member(n)]),
            Kind::Bulk => bulk_names(n).iter().map(|name| values(&person(name, &value))).collect(),
            Kind::Token => json!(if is_even { "new" } else { "revoked" }),
            Kind::Rule => json!(rules(n)),
            Kind::Pause => json!(is_even),
            Kind::Setting => json!(megabytes(n)),
            Kind::Role => json!(role(n)),
            Kind::Undo => json!(true),
        }
    }

    /// Whether an undo was decided and has steps left: the program takes them within ten minutes or at its next start.
    pub(crate) async fn is_undo_unfinished(&self) -> bool {
        let newest = json!({"id": null, "offset": 0, "limit": 1});
        let status = self.server.call("undo.status", newest).await.done();
        status["state"].is_string() && status["state"] != "done"
    }

    /// How many changes a person's history has.
    pub(crate) async fn changes(&self, id: &str) -> u64 {
        let history = self.server.call("history.list", json!({"id": id, "limit": 1})).await.done();
        history["total"].as_u64().unwrap()
    }

    fn member(&self, n: u32) -> &str {
        let [even, odd] = &self.members;
        if n.is_multiple_of(2) { even } else { odd }
    }

    /// The token that the write number `n` makes or revokes; null where there is none.
    async fn token(&self, n: u32) -> Value {
        let tokens = self.server.call("token.list", json!({"id": self.other})).await.done();
        let found = tokens.as_array().unwrap().iter().find(|token| token["label"] == label(n));
        found.cloned().unwrap_or_default()
    }

    async fn resource(&self, endpoint: &str, id: &str) -> Answer {
        self.server.scim(Method::GET, &format!("/{endpoint}/{id}"), None).await
    }

    /// The people that a filter, encoded for an address, finds, in the order of their names.
    async fn found(&self, filter: &str) -> Value {
        let found = self.server.scim(Method::GET, &format!("/Users?filter={filter}"), None).await.done();
        let mut people: Vec<Value> =
            found["Resources"].as_array().into_iter().flatten().map(values).collect();
        people.sort_by_key(Value::to_string);
        Value::Array(people)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
