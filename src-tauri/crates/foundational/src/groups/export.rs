//! Groups as files for other programs, and the people of one group.

use scim::{Projection, Registry, ResourceType};
use serde_json::{Value, json};
use store::{AuditAct, AuditSubject, GroupExport, PeopleFilter, StoredResource};

use crate::access::actor::Actor;
use crate::connections::endpoint::endpoint_in;
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::Room as _;
use crate::error::Error;
use crate::groups::Groups;
use crate::groups::views::{GroupsExport, MembersExport};
use crate::shapes::{ExportFile, ExportFormat};
use crate::spreadsheet::{begin, push_line};
use crate::words::counted;

const COLUMNS: [&str; 9] =
    ["id", "name", "externalId", "source", "members", "notHereYet", "grantsAdmin", "createdAt", "changedAt"];
/// How much of a group's name the name of a file begins with at most.
const NAME: usize = 60;

impl Groups {
    pub(crate) async fn groups_export(&self, actor: Actor, args: GroupsExport) -> Result<ExportFile, Error> {
        let search = args.search.unwrap_or_default();
        let connections = connections_by_id(self.store()).await?;
        let (registry, address) = (self.server().registry(), self.server().address());
        let (mut text, mut count) = (String::new(), 0);
        match args.format {
            ExportFormat::Csv => {
                begin(&mut text, COLUMNS);
                let take = |rows: Vec<GroupExport>| {
                    for one in rows {
                        count += 1;
                        push_line(&mut text, cells(&one, &connections).each_ref().map(String::as_str));
                    }
                };
                self.store().export_groups(&search, take).await?;
            }
            ExportFormat::Json => {
                text.push('[');
                let take = |rows: Vec<GroupExport>| {
                    for one in rows {
                        text.push_str(if count == 0 { "\n" } else { ",\n" });
                        count += 1;
                        let base = endpoint_in(&address, &connections, Some(&one.group.connection_id));
                        text.push_str(&record(one, &connections, &registry, &base).to_string());
                    }
                };
                self.store().export_groups(&search, take).await?;
                text.push_str("\n]\n");
            }
        }
        let entry = actor.audit(AuditAct::GroupsExport).with(counted(count, "group", "groups"));
        self.record_act(entry).await?;
        Ok(self.people.export_file("groups", args.format, text, count))
    }

    /// The people who are in a group themselves, not through another group.
    pub(crate) async fn members_export(
        &self,
        actor: Actor,
        args: MembersExport,
    ) -> Result<ExportFile, Error> {
        let group =
            self.store().group_row(&args.id).await?.ok_or_else(|| Error::not_found("group", &args.id))?;
        let entry = actor.audit(AuditAct::MembersExport).on(AuditSubject::group(args.id.clone()));
        let filter = PeopleFilter { group_id: Some(args.id), ..PeopleFilter::default() };
        let choice = store::PeopleChoice::Matching(filter, Vec::new());
        let name = format!("{}-members", file_name(&group.display));
        let file = self.people.export_people(&choice, args.format, &name).await?;
        self.record_act(entry.with(counted(file.count, "user", "users"))).await?;
        Ok(file)
    }
}

fn source(one: &GroupExport, connections: &ConnectionsById) -> String {
    connections.get(&one.group.connection_id).map(|connection| connection.name.clone()).unwrap_or_default()
}

fn grants_admin(one: &GroupExport, connections: &ConnectionsById) -> bool {
    connections
        .get(&one.group.connection_id)
        .is_some_and(|connection| connection.rules.admin_group_id.as_ref() == Some(&one.group.id))
}

fn cells(one: &GroupExport, connections: &ConnectionsById) -> [String; COLUMNS.len()] {
    let group = &one.group;
    let external = group.document.get("externalId").and_then(Value::as_str).unwrap_or_default();
    [
        group.id.clone(),
        group.display.clone(),
        external.to_owned(),
        source(one, connections),
        group.members.to_string(),
        one.unresolved.to_string(),
        if grants_admin(one, connections) { "yes" } else { "no" }.to_owned(),
        group.created_at.to_string(),
        group.modified_at.to_string(),
    ]
}

/// The record as the provider reads it without its members, of which there may be a hundred thousand, and what is known
/// here alone.
fn record(one: GroupExport, connections: &ConnectionsById, registry: &Registry, base: &str) -> Value {
    let (from, admin) = (source(&one, connections), grants_admin(&one, connections));
    let (name, members, not_here_yet) = (one.group.display.clone(), one.group.members, one.unresolved);
    let stored = StoredResource::from(one.group);
    let resource = scim::render(
        registry,
        ResourceType::Group,
        &stored.id,
        &stored.document,
        &stored.meta(ResourceType::Group, base),
        serde_json::Map::new(),
        &Projection::default(),
    );
    json!({ "id": stored.id, "name": name, "source": from, "members": members, "notHereYet": not_here_yet,
        "grantsAdmin": admin, "resource": resource })
}

/// A name that every file system takes, out of one that anybody may have chosen.
fn file_name(text: &str) -> String {
    let plain: String = text.chars().take(NAME).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() { "group".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_names_a_file_and_never_a_folder() {
        for (name, file) in [
            ("Engineering", "Engineering"),
            ("IT / Admins: all", "IT-Admins-all"),
            ("../../etc/passwd", "etc-passwd"),
            ("Größe", "Größe"),
            ("…", "group"),
            ("", "group"),
        ] {
            assert_eq!(file_name(name), file, "{name}");
        }
        assert_eq!(file_name(&"a".repeat(200)).len(), NAME, "a long one is cut");
    }
}
