//! People and groups as the screens show them.

use std::collections::HashMap;

use scim::{Projection, ResourceType};
use serde_json::Value;
use store::{Change, ChangeKind, Connection, Scope, Stored};

use crate::app::Foundational;
use crate::error::{Code, Error};
use crate::sessions::Actor;
use crate::views::{
    ById, ChangeRow, ChangeView, GroupPage, GroupRow, GroupView, ListQuery, PeopleQuery, PersonPage,
    PersonRow, PersonView, Source, ValueView,
};

pub(crate) type Connections = HashMap<String, Connection>;

impl Foundational {
    pub(crate) async fn people_list(&self, _: Actor, args: PeopleQuery) -> Result<PersonPage, Error> {
        let query = self.people_query(args)?;
        let (rows, total) = self.store().people(&query).await?;
        let connections = self.connections_by_id().await?;
        Ok(PersonPage { rows: rows.into_iter().map(|row| person_row(row, &connections)).collect(), total })
    }

    pub(crate) async fn people_show(&self, _: Actor, args: ById) -> Result<PersonView, Error> {
        let missing = || Error::not_found("person", &args.id);
        let person = self.store().any_person(&args.id).await?.ok_or_else(missing)?;
        let row = self.store().person_row(&args.id).await?.ok_or_else(missing)?;
        let connections = self.connections_by_id().await?;
        let connection_id = person.connection_id.clone();
        let base = self.server().address().endpoint(connection_id.as_deref().unwrap_or("local"));
        let stored = Stored::from(person);
        let (mut groups, mut computed) = (Vec::new(), serde_json::Map::new());
        if let Some(id) = connection_id {
            let scope = Scope::of(id);
            for group in self.store().groups_of(&scope, std::slice::from_ref(&stored.id)).await? {
                if let Some(row) = self.store().group_row(&group.id).await? {
                    groups.push(group_row(row, &connections));
                }
            }
            let ids = std::slice::from_ref(&stored.id);
            let all = self.store().computed(&scope, ResourceType::User, &base, ids).await?;
            computed = all.into_values().next().unwrap_or_default();
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
        Ok(PersonView {
            row: person_row(row, &connections),
            scim: Value::Object(scim),
            values,
            may_sign_in: account.is_some_and(|account| account.password_hash.is_some()),
            block,
            groups,
            history: self.history(&stored.id, &connections).await?,
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
        Ok(GroupView {
            members: members.into_iter().map(|member| person_row(member, &connections)).collect(),
            history: self.history(&args.id, &connections).await?,
            row: group_row(row, &connections),
        })
    }

    pub(crate) async fn connections_by_id(&self) -> Result<Connections, Error> {
        Ok(self.store().connections().await?.into_iter().map(|c| (c.id.clone(), c)).collect())
    }

    /// Every value with the newest change that brought it.
    async fn values(&self, stored: &Stored, connections: &Connections) -> Result<Vec<ValueView>, Error> {
        let changes = self.store().changes(&stored.id, 500).await?;
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

    async fn history(&self, resource_id: &str, connections: &Connections) -> Result<Vec<ChangeView>, Error> {
        let mut views = Vec::new();
        for change in self.store().changes(resource_id, 100).await? {
            views.push(self.change_view(change, connections).await?);
        }
        Ok(views)
    }

    pub(crate) async fn change_view(
        &self,
        change: Change,
        connections: &Connections,
    ) -> Result<ChangeView, Error> {
        let by = match (&change.connection_id, &change.actor) {
            (Some(id), _) => {
                connections.get(id).map_or("a deleted connection".to_owned(), |c| c.name.clone())
            }
            (None, Some(actor)) => match self.store().account(actor).await? {
                Some(account) => account.name,
                None => "somebody who left".to_owned(),
            },
            (None, None) => "Foundational".to_owned(),
        };
        let word = match change.kind {
            ChangeKind::Create => "Created",
            ChangeKind::Update => "Changed",
            ChangeKind::Deactivate => "Deactivated",
            ChangeKind::Reactivate => "Reactivated",
            ChangeKind::Delete => "Deleted",
            ChangeKind::Members => "Members changed",
        };
        let rows = if change.kind == ChangeKind::Members {
            self.member_rows(&change).await?
        } else {
            change_rows(&change.before, &change.after)
        };
        Ok(ChangeView {
            at: change.at,
            sentence: format!("{word} by {by}"),
            activity_id: change.activity_id,
            rows,
        })
    }

    async fn member_rows(&self, change: &Change) -> Result<Vec<ChangeRow>, Error> {
        let mut rows = Vec::new();
        for (list, is_added) in [(change.before.get("removed"), false), (change.after.get("added"), true)] {
            for id in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).take(50)
            {
                let name = match self.store().any_person(id).await? {
                    Some(person) => person.display,
                    None => {
                        self.store().group_row(id).await?.map_or_else(|| id.to_owned(), |group| group.display)
                    }
                };
                let (before, after) = if is_added { (None, Some(name)) } else { (Some(name), None) };
                rows.push(ChangeRow { path: "members".to_owned(), before, after });
            }
        }
        Ok(rows)
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

pub(crate) fn person_row(row: store::PersonRow, connections: &Connections) -> PersonRow {
    let last_change = row.last_change.map(|kind| {
        match kind.as_str() {
            "create" => "Created",
            "deactivate" => "Deactivated",
            "reactivate" => "Reactivated",
            "delete" => "Deleted",
            _ => "Changed",
        }
        .to_owned()
    });
    PersonRow {
        id: row.id,
        name: row.display,
        user_name: row.user_name,
        source: source(row.connection_id, connections),
        role: row.role,
        active: row.active,
        blocked: row.blocked,
        last_change,
        changed_at: row.modified_at,
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
        changed_at: row.modified_at,
    }
}

/// Two JSON objects as lines of a table, by path.
fn change_rows(before: &Value, after: &Value) -> Vec<ChangeRow> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    flatten("", before, &mut left);
    flatten("", after, &mut right);
    let mut paths: Vec<&String> = left.iter().map(|(path, _)| path).collect();
    paths.extend(
        right.iter().map(|(path, _)| path).filter(|path| !left.iter().any(|(known, _)| known == *path)),
    );
    let find = |side: &[(String, String)], path: &str| {
        side.iter().find(|(p, _)| p == path).map(|(_, value)| value.clone())
    };
    paths
        .into_iter()
        .map(|path| ChangeRow { path: path.clone(), before: find(&left, path), after: find(&right, path) })
        .filter(|row| row.before != row.after)
        .collect()
}

/// Elements of a list are told apart by their type where they have one: `emails[work].value`.
fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                // An extension's URN is the schema's name; its last part but two says it to a person.
                let key = key
                    .strip_prefix("urn:")
                    .map_or(key.as_str(), |urn| urn.rsplit(':').nth(2).unwrap_or(urn));
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                flatten(&path, member, rows);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                let name = item
                    .get("type")
                    .and_then(Value::as_str)
                    .map_or_else(|| (place + 1).to_string(), str::to_owned);
                flatten(&format!("{path}[{name}]"), item, rows);
            }
        }
        Value::String(text) => rows.push((path.to_owned(), text.clone())),
        other => rows.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_attribute_by_attribute() {
        let before = serde_json::json!({"name": {"familyName": "Byron"}, "emails": [{"type": "work", "value": "a@x"}]});
        let after = serde_json::json!({"name": {"familyName": "King"}, "emails": [{"type": "work", "value": "a@x"}], "active": false});
        let rows: Vec<_> =
            change_rows(&before, &after).into_iter().map(|row| (row.path, row.before, row.after)).collect();
        assert_eq!(
            rows,
            [
                ("name.familyName".to_owned(), Some("Byron".to_owned()), Some("King".to_owned())),
                ("active".to_owned(), None, Some("false".to_owned())),
            ],
            "what is the same is left out"
        );
    }
}
