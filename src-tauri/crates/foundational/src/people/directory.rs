//! People and groups as the screens show them.

use std::collections::HashMap;

use scim::{Projection, ResourceType};
use serde_json::Value;
use store::{Change, ComputedAttribute, Connection, JournalValue, Scope, StoredResource};

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::history::changes::{DELETED_USER, author, happened};
use crate::views::{
    ById, GroupPage, GroupRow, GroupView, ListQuery, PeopleQuery, PersonPage, PersonRow, PersonView, Source,
    ValueView,
};

/// How many groups the SCIM view of a person shows.
const SHOWN_GROUPS: u64 = 1_000;

pub(crate) type Connections = HashMap<String, Connection>;

impl Foundational {
    pub(crate) async fn people_list(&self, _: Actor, args: PeopleQuery) -> Result<PersonPage, Error> {
        let query = self.people_query(args)?;
        let (rows, total) = self.store().people(&query).await?;
        let connections = self.connections_by_id().await?;
        Ok(PersonPage { rows: rows.into_iter().map(|row| person_row(row, &connections)).collect(), total })
    }

    pub(crate) async fn people_show(&self, actor: Actor, args: ById) -> Result<PersonView, Error> {
        let (Some(person), Some(row)) =
            (self.store().any_person(&args.id).await?, self.store().person_row(&args.id).await?)
        else {
            return Err(self.no_person(&args.id).await?);
        };
        let connections = self.connections_by_id().await?;
        let connection_id = person.connection_id.clone();
        let base = self.server().address().endpoint(connection_id.as_deref().unwrap_or("local"));
        let told = self.told_of(&actor, &person, &connections).await?;
        let stored = StoredResource::from(person);
        let (mut groups, mut computed) = (Vec::new(), serde_json::Map::new());
        if let Some(id) = connection_id {
            let scope = Scope::of(id);
            for group in self.store().groups_of(&scope, std::slice::from_ref(&stored.id)).await? {
                if let Some(row) = self.store().group_row(&group.id).await? {
                    groups.push(group_row(row, &connections));
                }
            }
            let of = ComputedAttribute { scope: &scope, resource_type: ResourceType::User, base: &base };
            let entries =
                self.store().reader(&scope).await?.entries(&of, &stored.id, "", SHOWN_GROUPS).await?;
            computed.extend(
                (!entries.list.is_empty()).then(|| ("groups".to_owned(), Value::Array(entries.list))),
            );
        }
        let scim = scim::render(
            &self.server().registry(),
            ResourceType::User,
            &stored.id,
            &stored.document,
            &stored.meta(ResourceType::User, &base),
            computed,
            &Projection::default(),
        );
        let values = self.values(&stored, &connections).await?;
        let block = match self.store().blocked_by(&stored.id).await? {
            None => None,
            Some(by) => Some(match self.store().account(&by).await? {
                Some(account) => format!("Blocked by {}", account.name),
                None => "Blocked by an Admin".to_owned(),
            }),
        };
        let account = self.store().account(&stored.id).await?;
        let unconfirmed = self.store().is_unconfirmed(&stored.id).await?;
        Ok(PersonView {
            unconfirmed,
            row: person_row(row, &connections),
            scim: Value::Object(scim),
            values,
            may_sign_in: account.is_some_and(|account| account.password_hash.is_some()),
            block,
            groups,
            created: told.created,
            deactivated: told.deactivated,
            linked: told.linked,
            last_request: told.last_request,
            formers: told.formers,
        })
    }

    pub(crate) async fn groups_list(&self, _: Actor, args: ListQuery) -> Result<GroupPage, Error> {
        let limit = window(args.limit)?;
        let (rows, total) = self
            .store()
            .groups_by_name(args.search.as_deref().unwrap_or_default(), args.offset, limit)
            .await?;
        let connections = self.connections_by_id().await?;
        Ok(GroupPage { rows: rows.into_iter().map(|row| group_row(row, &connections)).collect(), total })
    }

    pub(crate) async fn groups_show(&self, _: Actor, args: ById) -> Result<GroupView, Error> {
        let row =
            self.store().group_row(&args.id).await?.ok_or_else(|| Error::not_found("group", &args.id))?;
        let connections = self.connections_by_id().await?;
        let members = self.store().members_by_name(&args.id, 200).await?;
        let inner = self.store().groups_in(&args.id).await?;
        Ok(GroupView {
            members: members.into_iter().map(|member| person_row(member, &connections)).collect(),
            groups: inner.into_iter().map(|inner| group_row(inner, &connections)).collect(),
            row: group_row(row, &connections),
        })
    }

    pub(crate) async fn connections_by_id(&self) -> Result<Connections, Error> {
        Ok(self.store().connections().await?.into_iter().map(|c| (c.id.clone(), c)).collect())
    }

    /// Every value with the newest change that brought it.
    async fn values(
        &self,
        stored: &StoredResource,
        connections: &Connections,
    ) -> Result<Vec<ValueView>, Error> {
        let changes = self.store().latest_changes_by_attribute(&stored.id).await?;
        let mut values = Vec::new();
        for (name, value) in &stored.document {
            let change = changes.iter().find(|change| change.after.get(name).is_some());
            let source = match change {
                None => String::new(),
                Some(Change { connection_id: Some(id), .. }) => connections.get(id).map_or_else(
                    || "from a deleted connection".to_owned(),
                    |connection| format!("from {}", connection.name),
                ),
                Some(Change { actor: Some(actor), .. }) => match self.store().account(actor).await? {
                    Some(account) => format!("set here by {}", account.name),
                    None => "set here".to_owned(),
                },
                Some(_) => "set here".to_owned(),
            };
            let mut rows = Vec::new();
            flatten(
                "",
                &Value::Object(serde_json::Map::from_iter([(name.clone(), value.clone())])),
                &mut rows,
            );
            values.extend(rows.into_iter().map(|(path, value)| ValueView {
                path,
                value,
                source: source.clone(),
                at: change.map(|change| change.at),
                activity_id: change.and_then(|change| change.activity_id.clone()),
            }));
        }
        Ok(values)
    }
}

/// A window's size: 1 to 200 rows.
pub(crate) fn window(limit: u64) -> Result<u64, Error> {
    if (1..=200).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error {
            field: Some("limit".into()),
            ..Error::new(Code::Invalid, format!("limit is {limit}; it can be 1 to 200."))
        })
    }
}

fn source(connection_id: Option<String>, connections: &Connections) -> Option<Source> {
    let connection = connections.get(&connection_id?)?;
    Some(Source {
        connection_id: connection.id.clone(),
        name: connection.name.clone(),
        provider: connection.provider,
    })
}

/// What a person's newest change was and who made it.
pub(crate) fn last_change(
    change: Option<&store::LastChange>,
    connections: &Connections,
) -> (Option<String>, Option<String>) {
    let Some(change) = change else { return (None, None) };
    let actor = change.actor.as_ref().map(|_| change.actor_name.as_deref().unwrap_or(DELETED_USER));
    let by = author(change.connection_id.as_ref(), actor, connections);
    (Some(happened(change.kind).to_owned()), Some(by))
}

pub(crate) fn person_row(row: store::PersonRow, connections: &Connections) -> PersonRow {
    let (last_change, changed_by) = last_change(row.last_change.as_ref(), connections);
    PersonRow {
        id: row.id,
        name: row.display,
        user_name: row.user_name,
        source: source(row.connection_id, connections),
        role: row.role,
        active: row.active,
        blocked: row.blocked,
        last_change,
        changed_by,
        changed_at: row.changed_at,
        more_groups: row.groups.saturating_sub(u64::from(row.first_group.is_some())),
        first_group: row.first_group,
    }
}

pub(crate) fn group_row(row: store::GroupRow, connections: &Connections) -> GroupRow {
    let rules = connections.get(&row.connection_id).map(|connection| &connection.rules);
    GroupRow {
        grants_admin: rules.is_some_and(|rules| rules.admin_group_id.as_ref() == Some(&row.id)),
        id: row.id,
        name: row.display,
        source: source(Some(row.connection_id), connections),
        members: row.members,
        unresolved: row.unresolved,
        last_change: row.last_change.map(|kind| happened(kind).to_owned()),
        changed_at: row.modified_at,
    }
}

/// Elements of a list are told apart by their type where they have one: `emails[work].value`. A value of the journal
/// may be noted by its parts or elements that differ.
pub(crate) fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let element = |place: usize, item: &Value, rows: &mut Vec<(String, String)>| {
        let name = item.get("type").and_then(Value::as_str);
        let name = name.map_or_else(|| (place + 1).to_string(), str::to_owned);
        flatten(&format!("{path}[{name}]"), item, rows);
    };
    match JournalValue::of(value) {
        JournalValue::Parts(parts) | JournalValue::Whole(Value::Object(parts)) => {
            flatten_parts(path, parts, rows);
        }
        JournalValue::Elements(elements) => {
            for (place, item) in elements {
                element(place, item, rows);
            }
        }
        JournalValue::Whole(Value::Array(items)) => {
            for (place, item) in items.iter().enumerate() {
                element(place, item, rows);
            }
        }
        JournalValue::Whole(Value::String(text)) => rows.push((path.to_owned(), text.clone())),
        JournalValue::Whole(other) => rows.push((path.to_owned(), other.to_string())),
    }
}

fn flatten_parts(path: &str, parts: &serde_json::Map<String, Value>, rows: &mut Vec<(String, String)>) {
    for (key, part) in parts {
        // An extension's URN is the schema's name; its last part but two says it to a person.
        let key = key.strip_prefix("urn:").map_or(key.as_str(), |urn| urn.rsplit(':').nth(2).unwrap_or(urn));
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        flatten(&path, part, rows);
    }
}
