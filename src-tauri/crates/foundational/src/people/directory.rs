//! People and groups as the screens show them.

use idp::hidden::without_hidden;
use scim::{Projection, ResourceType};
use serde_json::Value;
use store::{Change, ComputedAttribute, Scope, StoredResource};

use crate::access::actor::Actor;
use crate::connections::endpoint::endpoint_in;
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::Room as _;
use crate::error::Error;
use crate::groups::row::group_row;
use crate::history::rows::flatten;
use crate::people::People;
use crate::people::person_views::{PersonView, ValueView};
use crate::people::row::{email_of, person_row};
use crate::people::views::{PeopleQuery, PersonPage};
use crate::shapes::ById;

/// How many groups the SCIM view of a person shows.
const SHOWN_GROUPS: u64 = 1_000;

impl People {
    pub(crate) async fn people_list(&self, _: Actor, args: PeopleQuery) -> Result<PersonPage, Error> {
        let query = self.people_query(args)?;
        let (rows, total) = self.store().people(&query).await?;
        let connections = connections_by_id(self.store()).await?;
        Ok(PersonPage { rows: rows.into_iter().map(|row| person_row(row, &connections)).collect(), total })
    }

    pub(crate) async fn people_show(&self, actor: Actor, args: ById) -> Result<PersonView, Error> {
        let (Some(person), Some(row)) =
            (self.store().any_person(&args.id).await?, self.store().person_row(&args.id).await?)
        else {
            return Err(self.no_person(&args.id).await?);
        };
        let connections = connections_by_id(self.store()).await?;
        let connection_id = person.connection_id.clone();
        let base = endpoint_in(&self.server().address(), &connections, connection_id.as_deref());
        let events = self.events_of(&actor, &person, &connections).await?;
        let email = email_of(&person, &connections);
        let hidden = connection_id.as_ref().and_then(|id| connections.get(id));
        let hidden = hidden.map(|connection| connection.hidden_attributes.as_slice()).unwrap_or_default();
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
        let values = self.values(&stored, hidden, &connections).await?;
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
            email,
            scim: Value::Object(scim),
            values,
            may_sign_in: account.as_ref().is_some_and(|of| of.password_hash.is_some() && !of.withheld),
            has_password: account.is_some_and(|of| of.password_hash.is_some()),
            block,
            groups,
            created: events.created,
            deactivated: events.deactivated,
            linked: events.linked,
            last_request: events.last_request,
            formers: events.formers,
        })
    }

    /// Every value that is not hidden, with the newest change that brought it.
    async fn values(
        &self,
        stored: &StoredResource,
        hidden: &[String],
        connections: &ConnectionsById,
    ) -> Result<Vec<ValueView>, Error> {
        let changes = self.store().latest_changes_by_attribute(&stored.id).await?;
        let shown = without_hidden(&self.server().registry(), &stored.document, hidden);
        let mut values = Vec::new();
        for (name, value) in &shown {
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
