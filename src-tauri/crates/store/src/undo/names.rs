//! Names that a plan needs and that others have.

use std::collections::{HashMap, HashSet};

use scim::fold;
use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteConnection;

use super::resources::Current;
use super::{UndoObstacle, UndoStep};
use crate::Error;

/// How many names are looked up at once.
const AT_ONCE: usize = 500;

/// The name that a step gives back.
pub(super) struct WantedName {
    /// The place of the step.
    step: usize,
    connection_id: String,
    name: String,
}

impl WantedName {
    /// The name in the document that a step gives back, if there is one.
    pub(super) fn of(step: usize, current: Option<&Current>, document: &Map<String, Value>) -> Option<Self> {
        let name = document.get("userName").or_else(|| document.get("displayName"))?.as_str()?.to_owned();
        let connection_id = current.and_then(|current| current.connection_id.clone()).unwrap_or_default();
        Some(Self { step, connection_id, name })
    }
}

/// Notes which steps cannot be taken because another person or group has the name and no step of the plan changes that one.
pub(super) async fn find_taken(
    conn: &mut SqliteConnection,
    steps: &mut [UndoStep],
    wanted: &[WantedName],
) -> Result<(), Error> {
    let taken = steps.iter().filter(|step| step.obstacle.is_none());
    let moving: HashSet<String> = taken.map(|step| step.resource_id.clone()).collect();
    // Who has the name that a step gives back, where that one gives it up in the same plan.
    let mut given_up: HashMap<usize, String> = HashMap::new();
    for some in wanted.chunks(AT_ONCE) {
        for are_groups in [false, true] {
            let some: Vec<&WantedName> = some
                .iter()
                .filter(|one| steps.get(one.step).is_some_and(|step| step.is_group == are_groups))
                .collect();
            if some.is_empty() {
                continue;
            }
            let names: Vec<Value> =
                some.iter().map(|one| json!([one.connection_id, fold(&one.name)])).collect();
            let held: Vec<(String, String, String)> = sqlx::query_as(if are_groups {
                "SELECT g.connection_id, g.display_fold, g.id FROM json_each($1) r JOIN scim_group g
                     ON g.connection_id = json_extract(r.value, '$[0]')
                     AND g.display_fold = json_extract(r.value, '$[1]') AND g.deleted_at IS NULL"
            } else {
                "SELECT '', p.user_name_fold, p.id FROM json_each($1) r JOIN person p
                     ON p.user_name_fold = json_extract(r.value, '$[1]') AND p.deleted_at IS NULL"
            })
            .bind(json!(names).to_string())
            .fetch_all(&mut *conn)
            .await?;
            let held: HashMap<(String, String), String> =
                held.into_iter().map(|(connection, name, id)| ((connection, name), id)).collect();
            for one in some {
                let connection = if are_groups { one.connection_id.clone() } else { String::new() };
                let holder = held.get(&(connection, fold(&one.name)));
                let Some(step) = steps.get_mut(one.step) else { continue };
                match holder.filter(|holder| **holder != step.resource_id) {
                    Some(holder) if moving.contains(holder) => {
                        given_up.insert(one.step, holder.clone());
                    }
                    Some(_) => step.obstacle = Some(UndoObstacle::NameTaken { name: one.name.clone() }),
                    None => {}
                }
            }
        }
    }
    let names: HashMap<usize, &str> = wanted.iter().map(|one| (one.step, one.name.as_str())).collect();
    for place in exchanged(steps, &given_up) {
        if let (Some(step), Some(name)) = (steps.get_mut(place), names.get(&place)) {
            step.obstacle = Some(UndoObstacle::NameTaken { name: (*name).to_owned() });
        }
    }
    Ok(())
}

/// The steps each of which waits for a name that the next one gives up, and the last one for that of the first.
fn exchanged(steps: &[UndoStep], given_up: &HashMap<usize, String>) -> HashSet<usize> {
    let places: HashMap<&str, usize> =
        given_up.keys().filter_map(|place| Some((steps.get(*place)?.resource_id.as_str(), *place))).collect();
    let (mut seen, mut exchanged) = (HashSet::new(), HashSet::new());
    for start in given_up.keys() {
        let (mut way, mut at) = (Vec::new(), Some(*start));
        while let Some(place) = at.filter(|place| seen.insert(*place)) {
            way.push(place);
            at = given_up.get(&place).and_then(|holder| places.get(holder.as_str())).copied();
        }
        // Only a step of this way closes a circle: others were walked before.
        if let Some(first) = at.and_then(|place| way.iter().position(|other| *other == place)) {
            exchanged.extend(way.iter().skip(first));
        }
    }
    exchanged
}
