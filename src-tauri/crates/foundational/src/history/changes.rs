//! What changed of one person or group, in sentences and tables.

use std::collections::HashMap;

use serde_json::Value;
use store::{Change, ChangeKind, THROUGH_GROUP};

use crate::access::actor::Actor;
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::Room as _;
use crate::data::retention::history_since;
use crate::error::Error;
use crate::history::History;
use crate::history::rows::flatten;
use crate::history::views::{ChangeRow, ChangeView, HistoryKind, HistoryPage, HistoryQuery, HistorySource};
use crate::history::words::{DELETED_USER, author, happened};
use crate::limits::checked_page;

/// The source of changes that were made on this computer.
const HERE: &str = "here";
/// How many of the members that one change added or removed are named; the others are counted.
const NAMED: usize = 50;

impl History {
    pub(crate) async fn history_list(&self, _: Actor, args: HistoryQuery) -> Result<HistoryPage, Error> {
        let query = store::HistoryQuery {
            source: args.source.map(|source| if source == HERE { String::new() } else { source }),
            kind: args.kind,
            before: args.before,
            // One more than is answered shows whether there are older ones.
            limit: checked_page(args.limit)? + 1,
        };
        let mut found = self.store().history(&args.id, &query).await?;
        let more = found.changes.len() as u64 == query.limit;
        if more {
            found.changes.pop();
        }
        let since = history_since(self.now());
        let made = self.store().first_change(&args.id).await?;
        let connections = connections_by_id(self.store()).await?;
        let ids: Vec<i64> = found.changes.iter().map(|change| change.id).collect();
        let undos = self.store().changes_by_undo(&ids).await?;
        let undos: HashMap<i64, (String, i64)> =
            undos.into_iter().map(|(change, undo, undoes)| (change, (undo, undoes))).collect();
        let mut rows = Vec::new();
        for change in found.changes {
            let earlier = change.resource_id != args.id;
            let mut view = self.change_view(change, &connections).await?;
            if let Some((undo, undoes)) = undos.get(&view.id) {
                view.sentence.push_str(", as part of an undo");
                (view.undo_id, view.undoes) = (Some(undo.clone()), Some(*undoes));
            }
            if earlier {
                view.sentence.push_str(", under an earlier id");
            }
            rows.push(view);
        }
        let sources = found
            .sources
            .into_iter()
            .map(|id| match (id.as_str(), connections.get(&id)) {
                ("", _) => HistorySource { id: HERE.to_owned(), name: "This computer".to_owned() },
                (_, Some(connection)) => HistorySource { name: connection.name.clone(), id },
                (_, None) => HistorySource { id, name: "A deleted connection".to_owned() },
            })
            .collect();
        Ok(HistoryPage {
            rows,
            total: found.total,
            more,
            whole_since: made.filter(|made| *made < since).map(|_| since),
            sources,
            kinds: found
                .kinds
                .into_iter()
                .map(|kind| HistoryKind { kind, name: happened(kind).to_owned() })
                .collect(),
        })
    }

    /// Who or what caused a change.
    pub(crate) async fn cause(
        &self,
        change: &Change,
        connections: &ConnectionsById,
    ) -> Result<String, Error> {
        let name = match &change.actor {
            Some(actor) => {
                let account = self.store().account(actor).await?;
                Some(account.map_or_else(|| DELETED_USER.to_owned(), |account| account.name))
            }
            None => None,
        };
        Ok(author(change.connection_id.as_ref(), name.as_deref(), connections))
    }

    pub(crate) async fn change_view(
        &self,
        change: Change,
        connections: &ConnectionsById,
    ) -> Result<ChangeView, Error> {
        let by = self.cause(&change, connections).await?;
        let through = change.after.get(THROUGH_GROUP).and_then(Value::as_str);
        let through = through.map(|group| format!(" through the group {group}")).unwrap_or_default();
        let mut rows = if change.kind == ChangeKind::Members {
            self.member_rows(&change).await?
        } else {
            change_rows(&change.before, &change.after)
        };
        rows.retain(|row| row.path != THROUGH_GROUP);
        for row in rows.iter_mut().filter(|row| row.path == "source") {
            for side in [&mut row.before, &mut row.after].into_iter().flatten() {
                if let Some(connection) = connections.get(side.as_str()) {
                    side.clone_from(&connection.name);
                }
            }
        }
        Ok(ChangeView {
            id: change.id,
            at: change.at,
            sentence: format!("{}{through} by {by}", happened(change.kind)),
            undoable: change.is_undone_by_itself(),
            undo_id: None,
            undoes: None,
            activity_id: change.activity_id,
            rows,
        })
    }

    async fn member_rows(&self, change: &Change) -> Result<Vec<ChangeRow>, Error> {
        let mut rows = Vec::new();
        for (list, is_added) in [(change.before.get("removed"), false), (change.after.get("added"), true)] {
            let side = |name: String| {
                let (before, after) = if is_added { (None, Some(name)) } else { (Some(name), None) };
                ChangeRow { path: "members".to_owned(), before, after }
            };
            let ids: Vec<&str> =
                list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            for id in ids.iter().copied().take(NAMED) {
                let name = match self.store().any_person(id).await? {
                    Some(person) => person.display,
                    None => {
                        self.store().group_row(id).await?.map_or_else(|| id.to_owned(), |group| group.display)
                    }
                };
                rows.push(side(name));
            }
            if let Some(others) = ids.len().checked_sub(NAMED).filter(|others| *others > 0) {
                rows.push(side(format!("and {others} more")));
            }
        }
        Ok(rows)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_attribute_by_attribute() {
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

    #[test]
    fn a_change_that_is_noted_by_parts_and_elements_is_shown_by_the_same_paths() {
        let before = serde_json::json!({"name": {"$parts": {"familyName": "Byron"}}, "emails": {"$elements": [[0, {"type": "work", "value": "a@x"}], [4, {"value": "c@x"}]]}});
        let after = serde_json::json!({"name": {"$parts": {"familyName": "King"}}, "emails": {"$elements": [[0, {"type": "work", "value": "b@x"}]]}});
        let rows: Vec<_> =
            change_rows(&before, &after).into_iter().map(|row| (row.path, row.before, row.after)).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows,
            [
                ("name.familyName".to_owned(), text("Byron"), text("King")),
                ("emails[work].value".to_owned(), text("a@x"), text("b@x")),
                ("emails[5].value".to_owned(), text("c@x"), None),
            ]
        );
    }
}
