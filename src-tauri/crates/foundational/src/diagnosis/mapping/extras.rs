//! What arrives beside the attributes of the mapping: what is stored all the same, and what is in no schema.

use std::collections::BTreeSet;

use idp::mapping::FIELDS;
use idp::received::{OTHER_FILTER, Received};
use store::{Connection, ExchangeWithNotes};

use crate::diagnosis::mapping::example::example;
use crate::diagnosis::mapping_views::{MappingExtra, MappingIgnored};
use crate::diagnosis::rules::attributes::ignored_attributes;
use crate::diagnosis::written::{UserWrite, readable, seen};

/// What is stored, and what is hidden and did not arrive lately. An element that is selected by a value can't be hidden: it has
/// no path of its own.
pub(super) fn extras(connection: &Connection, writes: &[UserWrite]) -> Vec<MappingExtra> {
    let is_field = |one: &Received| one.paths.iter().any(|path| FIELDS.iter().any(|field| field.has(path)));
    let others = readable(writes).flat_map(|(_, attributes)| attributes).filter(|one| !is_field(one));
    let arriving = others.filter_map(|one| one.paths.first());
    let paths: BTreeSet<&str> = arriving.chain(&connection.hidden_attributes).map(String::as_str).collect();
    let mut extras: Vec<MappingExtra> = paths
        .into_iter()
        .map(|path| {
            let found = seen(writes, |one| one.paths.iter().any(|own| own == path));
            let is_hidden = connection.hidden_attributes.iter().any(|hidden| hidden == path);
            MappingExtra {
                attribute: path.to_owned(),
                times: found.as_ref().map_or(0, |found| found.times as u64),
                example: found.as_ref().map(example),
                shown: (!path.contains(OTHER_FILTER)).then_some(!is_hidden),
            }
        })
        .collect();
    extras.sort_by_key(|extra| std::cmp::Reverse(extra.times));
    extras
}

/// What is in no schema.
pub(super) fn ignored(noted: &[ExchangeWithNotes]) -> Vec<MappingIgnored> {
    ignored_attributes(noted)
        .into_iter()
        .map(|one| MappingIgnored {
            text: one.text.to_owned(),
            times: one.times,
            at: one.newest.at,
            activity_id: one.newest.id.clone(),
        })
        .collect()
}
