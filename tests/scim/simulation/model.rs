//! What a server holds that does one request after the other, and how its answers differ from what is there.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::client_request::{ClientRequest, Names};
use crate::requests::values;

/// What was seen of a resource, or what differs from the model.
pub type Checked = Result<(), String>;

#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub name: String,
    external: String,
    title: Option<String>,
    pub active: bool,
    pub is_deleted: bool,
    seen: Option<Seen>,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    members: BTreeSet<String>,
    pub is_deleted: bool,
    seen: Option<Seen>,
}

/// A version of a resource as a client saw it.
#[derive(Clone, Debug)]
struct Seen {
    version: u64,
    modified: Timestamp,
    content: String,
}

/// All that clients can see of a connection at one moment.
pub struct Snapshot {
    pub total_people: Value,
    pub people: Vec<Value>,
    pub total_groups: Value,
    pub groups: Vec<Value>,
}

/// Deleted people and groups remain in it: their ids belong to no one else.
#[derive(Clone, Debug)]
pub struct Model {
    names: Names,
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
}

impl Model {
    pub const fn new(names: Names) -> Self {
        Self { names, people: Vec::new(), groups: Vec::new() }
    }

    /// Who has this name and is not deleted.
    pub fn named(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| !person.is_deleted && person.name == name)
    }

    /// The group that is not deleted.
    pub fn present_group(&self) -> Option<&Group> {
        self.groups.iter().find(|group| !group.is_deleted)
    }

    fn is_here(&self, id: &str) -> bool {
        self.people.iter().any(|person| person.id == id && !person.is_deleted)
    }

    fn is_group_here(&self, id: &str) -> bool {
        self.groups.iter().any(|group| group.id == id && !group.is_deleted)
    }

    /// With which status a request is answered (RFC 7644 sections 3.3 to 3.6 and 3.12).
    pub fn status(&self, request: &ClientRequest) -> u16 {
        let found = |is_here: bool, status: u16| if is_here { status } else { 404 };
        let made = |is_taken: bool| if is_taken { 409 } else { 201 };
        match request {
            ClientRequest::FindPerson { .. } | ClientRequest::FindGroup => 200,
            ClientRequest::CreatePerson { n } => made(self.named(&self.names.person(*n)).is_some()),
            ClientRequest::CreateGroup => made(self.present_group().is_some()),
            ClientRequest::SetActive { id, .. }
            | ClientRequest::SetTitle { id, .. }
            | ClientRequest::Replace { id, .. } => found(self.is_here(id), 200),
            ClientRequest::DeletePerson { id, .. } => found(self.is_here(id), 204),
            ClientRequest::AddMember { id, .. }
            | ClientRequest::RemoveMember { id, .. }
            | ClientRequest::ReplaceGroup { id, .. } => found(self.is_group_here(id), 200),
            ClientRequest::DeleteGroup { id } => found(self.is_group_here(id), 204),
        }
    }

    /// Does a request. `made` is the id of what a creation made.
    ///
    /// # Errors
    /// The id is another one's.
    pub fn apply(&mut self, request: &ClientRequest, made: Option<&str>) -> Checked {
        if self.status(request) >= 400 {
            return Ok(());
        }
        match request {
            ClientRequest::FindPerson { .. } | ClientRequest::FindGroup => {}
            ClientRequest::CreatePerson { n } => return self.add_person(*n, made.unwrap_or_default()),
            ClientRequest::CreateGroup => return self.add_group(made.unwrap_or_default()),
            ClientRequest::SetActive { id, active, .. } => self.change(id, |person| person.active = *active),
            ClientRequest::SetTitle { id, title, .. } => {
                self.change(id, |person| person.title = Some(title.clone()));
            }
            ClientRequest::Replace { id, title, active, .. } => self.change(id, |person| {
                person.title = Some(title.clone());
                person.active = active.unwrap_or(person.active);
            }),
            ClientRequest::DeletePerson { id, .. } => {
                self.change(id, |person| person.is_deleted = true);
                self.groups.iter_mut().for_each(|group| {
                    group.members.remove(id);
                });
            }
            ClientRequest::AddMember { id, member } => {
                // Who is not here is no member that anyone sees.
                if self.is_here(member) {
                    self.change_group(id, |group| {
                        group.members.insert(member.clone());
                    });
                }
            }
            ClientRequest::RemoveMember { id, member } => self.change_group(id, |group| {
                group.members.remove(member);
            }),
            ClientRequest::ReplaceGroup { id, members } => {
                if let Some(members) = members {
                    let members: BTreeSet<String> =
                        members.iter().filter(|member| self.is_here(member)).cloned().collect();
                    self.change_group(id, |group| group.members = members);
                }
            }
            ClientRequest::DeleteGroup { id } => self.change_group(id, |group| group.is_deleted = true),
        }
        Ok(())
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.iter_mut().find(|person| person.id == id) {
            change(person);
        }
    }

    fn change_group(&mut self, id: &str, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.iter_mut().find(|group| group.id == id) {
            change(group);
        }
    }

    /// A person is new, or a deleted one of the same name and externalId who returns.
    fn add_person(&mut self, n: usize, id: &str) -> Checked {
        let (name, external) = (self.names.person(n), self.names.external(n));
        if let Some(person) = self.people.iter_mut().find(|person| person.id == id) {
            if !person.is_deleted || person.name != name {
                return Err(format!("{name} was created under the id of {person:?}"));
            }
            (person.is_deleted, person.active, person.title) = (false, true, None);
            return Ok(());
        }
        let id = id.to_owned();
        self.people.push(Person {
            id,
            name,
            external,
            title: None,
            active: true,
            is_deleted: false,
            seen: None,
        });
        Ok(())
    }

    fn add_group(&mut self, id: &str) -> Checked {
        if self.groups.iter().any(|group| group.id == id) {
            return Err(format!("a group was created under the id of another one: {id}"));
        }
        let id = id.to_owned();
        self.groups.push(Group { id, members: BTreeSet::new(), is_deleted: false, seen: None });
        Ok(())
    }

    /// A person as it is shown.
    ///
    /// # Errors
    /// What differs from the model, or from what was seen before.
    pub fn check_person(&mut self, shown: &Value) -> Checked {
        let id = text(&shown["id"]);
        let groups: BTreeSet<String> = self
            .groups
            .iter()
            .filter(|group| !group.is_deleted && group.members.contains(&id))
            .map(|group| group.id.clone())
            .collect();
        let Some(person) = self.people.iter_mut().find(|person| person.id == id && !person.is_deleted) else {
            return Err(format!("no such person is here: {shown}"));
        };
        same("userName", &shown["userName"], &Value::from(person.name.clone()))?;
        same("externalId", &shown["externalId"], &Value::from(person.external.clone()))?;
        same("title", &shown["title"], &Value::from(person.title.clone()))?;
        same("active", &shown["active"], &Value::from(person.active))?;
        let shown_groups: BTreeSet<String> = values(&shown["groups"]).into_iter().collect();
        if shown_groups != groups {
            return Err(format!("groups: {shown_groups:?} instead of {groups:?}"));
        }
        see(&mut person.seen, shown, format!("{:?} {}", person.title, person.active))
    }

    /// A group as it is shown.
    ///
    /// # Errors
    /// What differs from the model, or from what was seen before.
    pub fn check_group(&mut self, shown: &Value) -> Checked {
        let id = text(&shown["id"]);
        let name = self.names.group();
        let Some(group) = self.groups.iter_mut().find(|group| group.id == id && !group.is_deleted) else {
            return Err(format!("no such group is here: {shown}"));
        };
        same("displayName", &shown["displayName"], &Value::from(name))?;
        let members: BTreeSet<String> = values(&shown["members"]).into_iter().collect();
        if members != group.members {
            return Err(format!("members: {members:?} instead of {:?}", group.members));
        }
        see(&mut group.seen, shown, format!("{members:?}"))
    }

    /// All that is shown.
    ///
    /// # Errors
    /// What differs from the model, or from what was seen before.
    pub fn check(&mut self, shown: &Snapshot) -> Checked {
        let people = Value::from(self.people.iter().filter(|person| !person.is_deleted).count());
        let groups = Value::from(self.groups.iter().filter(|group| !group.is_deleted).count());
        same("people that are counted", &shown.total_people, &people)?;
        same("people that are listed", &different(&shown.people), &people)?;
        same("groups that are counted", &shown.total_groups, &groups)?;
        same("groups that are listed", &different(&shown.groups), &groups)?;
        shown.people.iter().try_for_each(|person| self.check_person(person))?;
        shown.groups.iter().try_for_each(|group| self.check_group(group))
    }
}

fn same(what: &str, is: &Value, should: &Value) -> Checked {
    if is == should { Ok(()) } else { Err(format!("{what}: {is} instead of {should}")) }
}

/// How many different ids are listed.
fn different(listed: &[Value]) -> Value {
    Value::from(listed.iter().map(|one| text(&one["id"])).collect::<BTreeSet<_>>().len())
}

/// Other content has a higher version than any before, and no time goes back.
fn see(seen: &mut Option<Seen>, shown: &Value, content: String) -> Checked {
    let meta = &shown["meta"];
    let version = text(&meta["version"]).trim_start_matches("W/").trim_matches('"').parse::<u64>();
    let version = version.map_err(|error| format!("meta.version: {error}: {shown}"))?;
    let modified: Timestamp = text(&meta["lastModified"])
        .parse()
        .map_err(|error: jiff::Error| format!("meta.lastModified: {error}: {shown}"))?;
    if let Some(seen) = seen {
        if version < seen.version || (version == seen.version && content != seen.content) {
            return Err(format!("the version {version} after {seen:?}: {shown}"));
        }
        if modified < seen.modified {
            return Err(format!("meta.lastModified went back, after {seen:?}: {shown}"));
        }
    }
    *seen = Some(Seen { version, modified, content });
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
