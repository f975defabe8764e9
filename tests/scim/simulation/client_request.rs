//! What clients ask for, and how it is written: as Okta writes it, or as Entra does.

use serde_json::{Value, json};

use crate::requests::{GROUP, USER, patch, percent};

/// The dialect of a client.
#[derive(Clone, Copy, Debug)]
pub enum Dialect {
    Okta,
    Entra,
}

/// A request of a client. People are numbered; their names follow from the seed.
#[derive(Clone, Debug)]
pub enum ClientRequest {
    FindPerson {
        n: usize,
    },
    CreatePerson {
        n: usize,
    },
    SetActive {
        n: usize,
        id: String,
        active: bool,
    },
    SetTitle {
        n: usize,
        id: String,
        title: String,
    },
    /// PUT; without `active` it says nothing of access.
    Replace {
        n: usize,
        id: String,
        title: String,
        active: Option<bool>,
    },
    DeletePerson {
        n: usize,
        id: String,
    },
    FindGroup,
    CreateGroup,
    AddMember {
        id: String,
        member: String,
    },
    RemoveMember {
        id: String,
        member: String,
    },
    /// PUT; without members it says nothing of them.
    ReplaceGroup {
        id: String,
        members: Option<Vec<String>>,
    },
    DeleteGroup {
        id: String,
    },
}

/// The names of a seed, which no other seed has.
#[derive(Clone, Copy, Debug)]
pub struct Names(pub u64);

impl Names {
    pub fn person(self, n: usize) -> String {
        format!("s{}p{n}@example.com", self.0)
    }

    /// It says more than the name does, so that a deleted person returns by it.
    pub fn external(self, n: usize) -> String {
        format!("00u{}x{n}", self.0)
    }

    pub fn group(self) -> String {
        format!("Crew {}", self.0)
    }
}

/// A request as it is sent: method, path below the endpoint, body.
pub type Wire = (&'static str, String, Option<Value>);

impl ClientRequest {
    pub fn wire(&self, dialect: Dialect, names: Names) -> Wire {
        let user = |id: &str| format!("/Users/{id}");
        let group = |id: &str| format!("/Groups/{id}");
        match self {
            Self::FindPerson { n } => {
                let filter = percent(&format!("userName eq \"{}\"", names.person(*n)));
                ("GET", format!("/Users?filter={filter}"), None)
            }
            Self::CreatePerson { n } => {
                let body = json!({"schemas": [USER], "userName": names.person(*n),
                    "externalId": names.external(*n), "active": true});
                ("POST", "/Users".to_owned(), Some(body))
            }
            Self::SetActive { id, active, .. } => {
                ("PATCH", user(id), Some(patch(json!([set_active(dialect, *active)]))))
            }
            Self::SetTitle { id, title, .. } => {
                let set = json!([{"op": "replace", "path": "title", "value": title}]);
                ("PATCH", user(id), Some(patch(set)))
            }
            Self::Replace { n, id, title, active } => {
                let mut body = json!({"schemas": [USER], "userName": names.person(*n),
                    "externalId": names.external(*n), "title": title});
                if let Some(active) = active {
                    body["active"] = json!(active);
                }
                ("PUT", user(id), Some(body))
            }
            Self::DeletePerson { id, .. } => ("DELETE", user(id), None),
            Self::FindGroup => {
                let filter = percent(&format!("displayName eq \"{}\"", names.group()));
                ("GET", format!("/Groups?filter={filter}"), None)
            }
            Self::CreateGroup => {
                let body = json!({"schemas": [GROUP], "displayName": names.group()});
                ("POST", "/Groups".to_owned(), Some(body))
            }
            Self::AddMember { id, member } => {
                let add = json!([{"op": "add", "path": "members", "value": [{"value": member}]}]);
                ("PATCH", group(id), Some(patch(add)))
            }
            Self::RemoveMember { id, member } => {
                ("PATCH", group(id), Some(patch(json!([remove_member(dialect, member)]))))
            }
            Self::ReplaceGroup { id, members } => {
                let mut body = json!({"schemas": [GROUP], "displayName": names.group()});
                if let Some(members) = members {
                    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
                    body["members"] = json!(members);
                }
                ("PUT", group(id), Some(body))
            }
            Self::DeleteGroup { id } => ("DELETE", group(id), None),
        }
    }
}

fn set_active(dialect: Dialect, active: bool) -> Value {
    match dialect {
        Dialect::Okta => json!({"op": "replace", "value": {"active": active}}),
        Dialect::Entra => {
            json!({"op": "Replace", "path": "active", "value": if active { "True" } else { "False" }})
        }
    }
}

fn remove_member(dialect: Dialect, member: &str) -> Value {
    match dialect {
        Dialect::Okta => json!({"op": "remove", "path": format!("members[value eq \"{member}\"]")}),
        Dialect::Entra => json!({"op": "remove", "path": "members", "value": [{"value": member}]}),
    }
}
