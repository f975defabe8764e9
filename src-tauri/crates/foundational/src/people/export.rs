//! People as files for other programs: a table for spreadsheets, and JSON with the whole records. Nothing that signs
//! anybody in is ever in them.

use scim::{Projection, Registry, ResourceType};
use serde_json::{Value, json};
use store::{AuditAct, PeopleChoice, PersonExport, Role, StoredResource, Withheld};

use crate::access::actor::Actor;
use crate::connections::endpoint::endpoint_in;
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::Room as _;
use crate::error::Error;
use crate::history::words::last_change;
use crate::people::People;
use crate::people::bulk_views::PeopleExport;
use crate::people::row::email_of;
use crate::shapes::{ExportFile, ExportFormat};
use crate::spreadsheet::{begin, push_line};
use crate::words::counted;

const COLUMNS: [&str; 16] = [
    "id",
    "name",
    "userName",
    "email",
    "emails",
    "externalId",
    "source",
    "role",
    "status",
    "blockedHere",
    "withheld",
    "groups",
    "createdAt",
    "changedAt",
    "lastChange",
    "changedBy",
];

impl People {
    pub(crate) async fn people_export(&self, actor: Actor, args: PeopleExport) -> Result<ExportFile, Error> {
        let choice = self.people_choice(args.people)?;
        let file = self.export_people(&choice, args.format, "users").await?;
        let entry = actor.audit(AuditAct::PeopleExport).with(counted(file.count, "user", "users"));
        self.record_act(entry).await?;
        Ok(file)
    }

    /// Those people, as a file whose name begins with these words.
    pub(crate) async fn export_people(
        &self,
        choice: &PeopleChoice,
        format: ExportFormat,
        what: &str,
    ) -> Result<ExportFile, Error> {
        let connections = connections_by_id(self.store()).await?;
        let (registry, address) = (self.server().registry(), self.server().address());
        let (mut text, mut count) = (String::new(), 0);
        match format {
            ExportFormat::Csv => {
                begin(&mut text, COLUMNS);
                let take = |rows: Vec<PersonExport>| {
                    for one in rows {
                        count += 1;
                        push_line(&mut text, cells(&one, &connections).each_ref().map(String::as_str));
                    }
                };
                self.store().export_people(choice, take).await?;
            }
            ExportFormat::Json => {
                text.push('[');
                let take = |rows: Vec<PersonExport>| {
                    for one in rows {
                        text.push_str(if count == 0 { "\n" } else { ",\n" });
                        count += 1;
                        let connection = one.person.connection_id.clone();
                        let base = endpoint_in(&address, &connections, connection.as_deref());
                        text.push_str(&record(one, &connections, &registry, &base).to_string());
                    }
                };
                self.store().export_people(choice, take).await?;
                text.push_str("\n]\n");
            }
        }
        Ok(self.export_file(what, format, text, count))
    }

    pub(crate) fn export_file(
        &self,
        what: &str,
        format: ExportFormat,
        text: String,
        count: u64,
    ) -> ExportFile {
        let ending = match format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "json",
        };
        ExportFile { name: format!("{what}-{}.{ending}", self.now().strftime("%Y-%m-%d")), text, count }
    }
}

fn source(one: &PersonExport, connections: &ConnectionsById) -> Option<String> {
    let id = one.person.connection_id.as_ref()?;
    connections.get(id).map(|connection| connection.name.clone())
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

/// What waits until an Admin lets the person through.
const fn withheld(withheld: Option<Withheld>) -> Option<&'static str> {
    match withheld {
        None => None,
        Some(Withheld { sign_in: false, .. }) => Some("admin role"),
        Some(Withheld { admin: true, .. }) => Some("sign-in and admin role"),
        Some(Withheld { .. }) => Some("sign-in"),
    }
}

fn text_of(one: &PersonExport, name: &str) -> String {
    one.person.document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn cells(one: &PersonExport, connections: &ConnectionsById) -> [String; COLUMNS.len()] {
    let person = &one.person;
    let (what, by) = last_change(one.last_change.as_ref(), connections);
    let emails = person.document.get("emails").and_then(Value::as_array);
    let emails: Vec<&str> =
        emails.into_iter().flatten().filter_map(|email| email.get("value").and_then(Value::as_str)).collect();
    [
        person.id.clone(),
        person.display.clone(),
        one.user_name.clone(),
        email_of(person, connections).unwrap_or_default(),
        emails.join("; "),
        text_of(one, "externalId"),
        source(one, connections).unwrap_or_else(|| "Local".to_owned()),
        role(person.role).to_owned(),
        if person.active { "active" } else { "deactivated" }.to_owned(),
        if one.blocked { "yes" } else { "no" }.to_owned(),
        withheld(one.withheld).unwrap_or("no").to_owned(),
        one.groups.join("; "),
        person.created_at.to_string(),
        one.changed_at.to_string(),
        what.unwrap_or_default(),
        by.unwrap_or_default(),
    ]
}

/// The record as the provider reads it, which leaves out what a schema never returns, and what is known here alone.
fn record(one: PersonExport, connections: &ConnectionsById, registry: &Registry, base: &str) -> Value {
    let (name, from) = (one.person.display.clone(), source(&one, connections));
    let email = email_of(&one.person, connections);
    let (role, blocked, groups, user_name) = (role(one.person.role), one.blocked, one.groups, one.user_name);
    let withheld = withheld(one.withheld);
    let stored = StoredResource::from(one.person);
    let resource = scim::render(
        registry,
        ResourceType::User,
        &stored.id,
        &stored.document,
        &stored.meta(ResourceType::User, base),
        serde_json::Map::new(),
        &Projection::default(),
    );
    json!({ "id": stored.id, "name": name, "userName": user_name, "email": email, "source": from, "role": role,
        "blockedHere": blocked, "withheld": withheld, "groups": groups, "resource": resource })
}
