//! The decisions: what each attribute's state is, and its words.

use idp::Provider;
use idp::mapping::{FIELDS, Field, Need, as_text};
use store::{Connection, ExchangeWithNotes, RecordedBodies, RefusedWrite};

use crate::data::retention::BODY_DAYS;
use crate::diagnosis::facts::name_of_idp;
use crate::diagnosis::mapping::example::example;
use crate::diagnosis::mapping::extras::{extras, ignored};
use crate::diagnosis::mapping::stored_people::StoredPeople;
use crate::diagnosis::mapping_views::{MappingField, MappingState, MappingView};
use crate::diagnosis::remedy_views::copy_mapping_label;
use crate::diagnosis::written::{Seen, UserWrite, among, elsewhere, is_of, readable, seen};
use crate::words::counted;

/// The attribute that each stored user has, whether it arrives or not: one that is created without it is active.
pub(super) const WITH_DEFAULT: &str = "active";

/// What is known of a connection.
pub(super) struct Evidence<'e> {
    pub connection: &'e Connection,
    /// Newest first.
    pub writes: &'e [UserWrite],
    pub refused: &'e [RefusedWrite],
    /// Newest first.
    pub noted: &'e [ExchangeWithNotes],
    pub people: &'e StoredPeople,
}

pub(super) fn decide(evidence: &Evidence<'_>) -> MappingView {
    let provider = Provider::of(&evidence.connection.provider);
    let mut fields: Vec<MappingField> = FIELDS.iter().map(|field| of_field(field, evidence)).collect();
    let named = |is_meant: fn(MappingState) -> bool| -> Vec<&str> {
        let needed = fields.iter().zip(FIELDS).filter(|(_, field)| is_needed(field));
        needed.filter(|(view, _)| is_meant(view.state)).map(|(_, field)| field.name).collect()
    };
    let missing = named(|state| {
        matches!(state, MappingState::Refused | MappingState::Elsewhere | MappingState::NeverReceived)
    });
    let unseen = named(|state| state == MappingState::NotSeen);
    let is_complete = missing.is_empty() && unseen.is_empty();
    let is_empty = evidence.writes.is_empty() && evidence.people.all == 0 && evidence.refused.is_empty();
    let summary = if is_empty {
        "Nothing has arrived yet. Send one test person first.".to_owned()
    } else if is_complete {
        "All attributes that an account needs arrive.".to_owned()
    } else if missing.is_empty() {
        format!("Not seen among what was looked at: {}.", unseen.join(", "))
    } else {
        format!("These attributes do not arrive as they should: {}.", missing.join(", "))
    };
    fields.sort_by_key(|field| field.state != MappingState::Refused);
    let idp = name_of_idp(provider, evidence.connection);
    MappingView {
        connection_id: evidence.connection.id.clone(),
        summary,
        is_complete,
        unknown: unknown(evidence.writes),
        fields,
        extras: extras(evidence.connection, evidence.writes),
        ignored: ignored(evidence.noted),
        table: as_text(provider),
        copy_label: copy_mapping_label(idp),
        newest_write: newest_write(evidence),
    }
}

const fn is_needed(field: &Field) -> bool {
    matches!(field.need, Need::Required | Need::Expected)
}

fn of_field(field: &Field, evidence: &Evidence<'_>) -> MappingField {
    let choice = evidence.connection.choices.email;
    let found = seen(evidence.writes, |one| is_of(field, one, choice));
    let (state, text) = state(field, evidence, found.as_ref());
    MappingField {
        name: field.name.to_owned(),
        attribute: field.attribute.to_owned(),
        required: field.need == Need::Required,
        source: field.source(Provider::of(&evidence.connection.provider)).map(str::to_owned),
        state,
        state_text: word(state).to_owned(),
        evidence: text,
        example: found.map(|found| example(&found)),
    }
}

const fn word(state: MappingState) -> &'static str {
    match state {
        MappingState::Refused => "Refused",
        MappingState::Elsewhere => "At another path",
        MappingState::NeverReceived => "Never received",
        MappingState::NotSeen => "Not seen",
        MappingState::Earlier => "Received earlier",
        MappingState::Arriving => "Arriving",
        MappingState::NotNeeded => "Not needed",
    }
}

/// The state of an attribute, and by what it is known.
pub(super) fn state(
    field: &Field,
    evidence: &Evidence<'_>,
    found: Option<&Seen<'_>>,
) -> (MappingState, String) {
    let refused = evidence.refused.iter().filter(|one| is_about(one, field)).count();
    let all = readable(evidence.writes).count();
    let people = evidence.people;
    let none = if all == 0 { String::new() } else { among(0, all) };
    if field.need == Need::None {
        return (MappingState::NotNeeded, "Memberships arrive with the groups".to_owned());
    }
    if refused > 0 {
        let changes = counted(refused as u64, "person was refused", "people were refused");
        return (MappingState::Refused, format!("{changes} because of it"));
    }
    if let Some(found) = found {
        return (MappingState::Arriving, among(found.times, all));
    }
    if let Some(beside) = elsewhere(evidence.writes, field, evidence.connection.choices.email) {
        let path = beside.received.paths.first().map(String::as_str).unwrap_or_default();
        return (MappingState::Elsewhere, format!("Arrives as {path}"));
    }
    if field.attribute == WITH_DEFAULT && people.all > 0 {
        return (MappingState::NotSeen, joined(&[&none, "a user is active also where it does not arrive"]));
    }
    if people.having.contains(field.attribute) {
        return (MappingState::Earlier, joined(&[&none, "users have a value"]));
    }
    if field.need == Need::Optional {
        return (MappingState::NotNeeded, "Optional; not seen".to_owned());
    }
    let looked = counted(people.read, "user has", "users has");
    let users = match (people.read, people.all) {
        (_, 0) => String::new(),
        (read, all) if read < all => format!("none of the first {looked} it"),
        (1, _) => "the user does not have it".to_owned(),
        _ => format!("none of the {looked} it"),
    };
    let text = joined(&[&none, &users]);
    let state = if people.read < people.all { MappingState::NotSeen } else { MappingState::NeverReceived };
    (state, if text.is_empty() { "No user has arrived yet".to_owned() } else { text })
}

/// Those that are not empty, in one sentence.
fn joined(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Whether a refused write of a person was refused for a value of this attribute: its sentence begins with the path.
fn is_about(refused: &RefusedWrite, field: &Field) -> bool {
    let path = refused.sentence.strip_prefix('`').and_then(|rest| rest.split('`').next());
    refused.subject.starts_with("User") && path.is_some_and(|path| field.is_meant_by(path))
}

/// The newest write of a user that was done or was refused and not done since.
fn newest_write(evidence: &Evidence<'_>) -> Option<String> {
    let refused = evidence.refused.iter().filter(|one| one.subject.starts_with("User"));
    let refused = refused.map(|one| (one.newest_at, &one.newest_id));
    let done = evidence.writes.iter().rev().map(|one| (one.at, &one.id));
    refused.chain(done).max_by_key(|(at, _)| *at).map(|(_, id)| id.clone())
}

/// What is not known of the writes.
fn unknown(writes: &[UserWrite]) -> Option<String> {
    let without = writes.len() - readable(writes).count();
    let is_all = without == writes.len();
    let of = if is_all { "all of them".to_owned() } else { format!("{without} of them") };
    let examples = if is_all { "No examples" } else { "Those give no examples" };
    let looked = match writes.len() {
        1 => "One write of a user was".to_owned(),
        count => format!("{count} writes of users were"),
    };
    let by_setting = writes.iter().find(|write| write.bodies != RecordedBodies::Full);
    let why = match by_setting.map(|write| write.bodies) {
        Some(RecordedBodies::None) => {
            format!("{examples}: bodies were not recorded, by the setting under Settings > Data.")
        }
        Some(RecordedBodies::Masked) => {
            format!("{examples}: values were masked, by the setting under Settings > Data.")
        }
        Some(RecordedBodies::Full) | None => {
            format!("Bodies are deleted after {BODY_DAYS} days, and earlier when the log is full.")
        }
    };
    (without > 0)
        .then(|| format!("{looked} looked at; the bodies of {of} are not stored, or only in part. {why}"))
}
