//! The newest writes of a connection's people that were done, with the attributes in each.

use idp::mapping::Field;
use idp::received::{Received, received};
use jiff::Timestamp;
use store::{Activity, ActivityFilter, ActivityResult, Connection};

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::error::Error;

/// How many writes are looked at.
pub(crate) const WRITES: usize = 50;

/// A create or a change of a person that was done.
#[derive(Clone, Debug)]
pub(crate) struct UserWrite {
    /// The request's id.
    pub id: String,
    pub at: Timestamp,
    /// It has all attributes of the person; a PATCH has those that change.
    pub is_whole: bool,
    /// What it gave a value; none where its body is not stored, or only its beginning is.
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
    /// The newest writes of people among the `depth` newest of these rows, newest first.
    pub(crate) async fn user_writes(
        &self,
        connection: &Connection,
        filter: ActivityFilter,
        depth: usize,
    ) -> Result<Vec<UserWrite>, Error> {
        let filter = ActivityFilter { connection_id: Some(connection.id.clone()), ..filter };
        let page = self.store().activity_page(&filter, None, depth).await?;
        let mut writes = Vec::new();
        for row in page.rows.iter().filter(|row| is_user_write(row)).take(WRITES) {
            // The list has no bodies; a row may be deleted at this moment.
            let Some(row) = self.store().activity(&row.id).await? else { continue };
            let attributes = self.attributes_in(connection, &row);
            let is_whole = row.method != "PATCH";
            writes.push(UserWrite { id: row.id, at: row.at, is_whole, attributes });
        }
        Ok(writes)
    }

    fn attributes_in(&self, connection: &Connection, row: &Activity) -> Option<Vec<Received>> {
        let path = row.path.split('?').next().unwrap_or_default();
        received(
            idp::Provider::of(&connection.provider),
            &self.server().registry(),
            &self.server().address().endpoint(&connection.id),
            &row.method,
            path,
            row.request_body.as_deref()?,
        )
    }
}

fn is_user_write(row: &Activity) -> bool {
    row.result == ActivityResult::Ok
        && row.resource_type.as_deref() == Some("User")
        && ["POST", "PUT", "PATCH"].contains(&row.method.as_str())
        && !row.path.contains("/.search")
}

/// Those whose attributes are known.
pub(crate) fn readable<'w>(
    writes: impl IntoIterator<Item = &'w UserWrite>,
) -> impl Iterator<Item = (&'w UserWrite, &'w [Received])> {
    writes.into_iter().filter_map(|write| Some((write, write.attributes.as_deref()?)))
}

/// An attribute with such a path; none where it is in none of them.
pub(crate) fn seen<'w>(
    writes: impl IntoIterator<Item = &'w UserWrite>,
    is_meant: impl Fn(&str) -> bool,
) -> Option<Seen<'w>> {
    let having = |(write, attributes): (&'w UserWrite, &'w [Received])| {
        let found = attributes.iter().find(|one| one.paths.iter().any(|path| is_meant(path)))?;
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
pub(crate) fn elsewhere<'w>(writes: &'w [UserWrite], field: &Field) -> Option<Seen<'w>> {
    let is_there = seen(writes, |path| field.has(path)).is_some();
    let whole = writes.iter().filter(|write| write.is_whole);
    seen(whole, |path| field.is_beside(path)).filter(|_| !is_there)
}
