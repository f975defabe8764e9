//! The newest writes of a connection's people that were done, with the attributes in each.

use idp::mapping::Field;
use idp::received::{Received, received};
use idp::received_in_bulk::received_in_bulk;
use jiff::Timestamp;
use scim::Target;
use store::{Activity, Connection, EmailChoice, RecordedBodies, is_address};

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::thresholds::WRITES_READ;
use crate::error::Error;

/// A create or a change of a person that was done.
#[derive(Clone, Debug)]
pub(crate) struct UserWrite {
    /// The request's id.
    pub id: String,
    pub at: Timestamp,
    /// It has all attributes of the person; a PATCH has those that change.
    pub is_whole: bool,
    /// What of its body was to be recorded.
    pub bodies: RecordedBodies,
    /// What it gave a value; none where its body is not stored, only its beginning is, or its values are masked.
    pub attributes: Option<Vec<Received>>,
}

/// An attribute in the writes.
#[derive(Debug)]
pub(crate) struct Seen<'w> {
    /// In how many of them.
    pub times: usize,
    /// The newest one, and the value in it.
    pub newest: &'w UserWrite,
    pub received: &'w Received,
}

impl Diagnosis {
    /// The newest writes of people of a connection, newest first: what the mapping and the findings look at.
    pub(crate) async fn writes_of_people(&self, connection: &Connection) -> Result<Vec<UserWrite>, Error> {
        let limit = u32::try_from(WRITES_READ).unwrap_or(u32::MAX);
        let rows = self.store().writes_of_people(&connection.id, limit).await?;
        let mut writes: Vec<UserWrite> =
            rows.iter().flat_map(|row| self.writes_in(connection, row)).collect();
        writes.truncate(WRITES_READ);
        Ok(writes)
    }

    /// The writes of one exchange; a Bulk request whose bodies are not known counts as one. Of its operations the last ones are
    /// the newest.
    fn writes_in(&self, connection: &Connection, row: &Activity) -> Vec<UserWrite> {
        let provider = idp::Provider::of(&connection.provider);
        let (registry, base) =
            (self.server().registry(), self.server().address().endpoint(&connection.id, connection.way_in));
        let path = row.path.split('?').next().unwrap_or_default();
        // Of a masked body neither the values nor which element of a list they are for are known.
        let body = row.request_body.as_deref().filter(|_| row.bodies == RecordedBodies::Full);
        let write = |is_whole, attributes| UserWrite {
            id: row.id.clone(),
            at: row.at,
            is_whole,
            bodies: row.bodies,
            attributes,
        };
        if Target::parse(path) != Some(Target::Bulk) {
            let attributes =
                body.and_then(|body| received(provider, &registry, &base, &row.method, path, body));
            return vec![write(row.method != "PATCH", attributes)];
        }
        let known = body.zip(row.response_body.as_deref());
        match known.and_then(|(body, answer)| received_in_bulk(provider, &registry, &base, body, answer)) {
            Some(done) => {
                done.into_iter().rev().map(|one| write(one.is_whole, Some(one.attributes))).collect()
            }
            None => vec![write(false, None)],
        }
    }
}

/// Those whose attributes are known.
pub(crate) fn readable<'w>(
    writes: impl IntoIterator<Item = &'w UserWrite>,
) -> impl Iterator<Item = (&'w UserWrite, &'w [Received])> {
    writes.into_iter().filter_map(|write| Some((write, write.attributes.as_deref()?)))
}

/// Whether a value is that of an attribute. Of the e-mail addresses, it is the one that is the account's by choice.
pub(crate) fn is_of(field: &Field, one: &Received, choice: EmailChoice) -> bool {
    let has = |is_meant: &dyn Fn(&str) -> bool| one.paths.iter().any(|path| is_meant(path));
    has(&|path| field.has(path))
        || field.is_email()
            && match choice {
                EmailChoice::Primary | EmailChoice::Work => false,
                EmailChoice::First => has(&|path| field.is_beside(path)),
                EmailChoice::UserName => {
                    has(&|path| path == "userName") && one.value.as_str().is_some_and(is_address)
                }
            }
}

/// An attribute that is meant; none where it is in none of them.
pub(crate) fn seen<'w>(
    writes: impl IntoIterator<Item = &'w UserWrite>,
    is_meant: impl Fn(&Received) -> bool,
) -> Option<Seen<'w>> {
    let having = |(write, attributes): (&'w UserWrite, &'w [Received])| {
        let found = attributes.iter().find(|one| is_meant(one))?;
        Some((write, found))
    };
    let mut having = readable(writes).filter_map(having);
    let (newest, received) = having.next()?;
    Some(Seen { times: 1 + having.count(), newest, received })
}

/// In how many of the last writes: "in 12 of the last 50 writes of users", "not in the last write of a user".
pub(crate) fn among(times: usize, all: usize) -> String {
    match (times, all) {
        (0, 1) => "not in the last write of a user".to_owned(),
        (_, 1) => "in the last write of a user".to_owned(),
        (0, all) => format!("in none of the last {all} writes of users"),
        (times, all) => format!("in {times} of the last {all} writes of users"),
    }
}

/// Where the value of a list arrives that is meant for another one of it: at `emails[type eq "home"].value` instead of
/// `emails[type eq "work"].value`. None where the right one arrives as well. A PATCH of
/// another value alone shows nothing of the one that is meant: it was not changed.
pub(crate) fn elsewhere<'w>(writes: &'w [UserWrite], field: &Field, choice: EmailChoice) -> Option<Seen<'w>> {
    let is_there = seen(writes, |one| is_of(field, one, choice)).is_some();
    let whole = writes.iter().filter(|write| write.is_whole);
    seen(whole, |one| one.paths.iter().any(|path| field.is_beside(path))).filter(|_| !is_there)
}
