//! Changes of people that wait together: those of different people are read together, decided one after the other, and written
//! together. Where the connection may hold removals (`brake`), each is done by itself.

use std::collections::{HashSet, VecDeque};

use futures_util::future::LocalBoxFuture;
use tracing::{Instrument as _, Span};

use crate::changed_person::{Change, Decision, OnWritten, Update};
use crate::person_change::{Preparation, PreparedChange};
use crate::task::catch;
use crate::write_job::{Joint, JointOutcome, WriteOutcome, same_kind};
use crate::{ChangeSource, ChangedPerson, Error, Tx};

/// A change that is not written yet.
struct Decided {
    change: PreparedChange,
    origin: ChangeSource,
    end: OnWritten,
    span: Span,
}

impl Decided {
    const fn row(&self) -> (&PreparedChange, &ChangeSource) {
        (&self.change, &self.origin)
    }
}

impl Joint for Change {
    fn run(self: Box<Self>, others: Vec<Box<dyn Joint>>, tx: &mut Tx) -> LocalBoxFuture<'_, JointOutcome> {
        Box::pin(change_all(tx, same_kind(self, others)))
    }
}

/// Does all changes, those of one person in their order.
async fn change_all(tx: &mut Tx, changes: Vec<Change>) -> JointOutcome {
    let (mut outcomes, mut failure) = (Vec::with_capacity(changes.len()), None);
    let is_for_removals = tx.has_room_for_removals_alone();
    let (single, mut changes): (VecDeque<Change>, VecDeque<Change>) =
        changes.into_iter().partition(|change| is_for_removals || tx.is_braked(&change.target.origin));
    while !changes.is_empty() {
        let (mut ids, mut different) = (HashSet::new(), Vec::new());
        while let Some(change) = changes.pop_front_if(|change| ids.insert(change.target.id.clone())) {
            different.push(change);
        }
        match change_different(tx, different, &mut outcomes).await {
            Ok(true) => {}
            // Those that remain follow them, so that no change of a person overtakes another.
            Ok(false) => break,
            Err(why) => {
                failure = Some(why);
                break;
            }
        }
    }
    outcomes.extend(changes.into_iter().chain(single).map(|change| WriteOutcome::Single(change.by_itself())));
    JointOutcome { outcomes, failure }
}

/// Does changes of different people. `false`: they cannot be read together, and each is left to be done by itself.
///
/// # Errors
/// Why the transaction cannot be continued.
async fn change_different(
    tx: &mut Tx,
    changes: Vec<Change>,
    outcomes: &mut Vec<WriteOutcome>,
) -> Result<bool, String> {
    let targets: Vec<&ChangedPerson> = changes.iter().map(|change| &change.target).collect();
    let Ok(mut found) = tx.people_with_groups(&targets).await else {
        outcomes.extend(changes.into_iter().map(|change| WriteOutcome::Single(change.by_itself())));
        return tx.undo().await.map(|()| false);
    };
    let (mut renames, mut others) = (Vec::new(), Vec::new());
    for Change { target, decide, span } in changes {
        let person = tx.admits_client(target.scope.connection_id()).map(|()| found.remove(&target.id));
        let Update { person, document, end } = match decide(person) {
            Decision::Refused(complete) => {
                outcomes.push(WriteOutcome::Refused(complete));
                continue;
            }
            Decision::Update(update) => *update,
        };
        let choices = tx.account_choices(person.connection_id.as_deref());
        match catch("write", || Preparation::of(person, document, choices)).flatten() {
            Ok(Preparation::Change(change)) => {
                let changes = if change.renames { &mut renames } else { &mut others };
                changes.push(Decided { change: *change, origin: target.origin, end, span });
            }
            Ok(Preparation::Nothing(person)) => outcomes.push(WriteOutcome::Written(end(Ok(person)))),
            Err(error) => outcomes.push(WriteOutcome::Refused(end(Err(error)))),
        }
    }
    let rows: Vec<_> = others.iter().map(Decided::row).collect();
    let written = tx.write_changes(&rows).await;
    let failed = match written {
        Ok(versions) => {
            tx.conn.next_write();
            for Decided { change, end, .. } in others.drain(..) {
                outcomes.push(match versions.get(change.id()) {
                    Some(version) => WriteOutcome::Written(end(Ok(tx.announce_change(change, *version)))),
                    None => WriteOutcome::Refused(end(Err(Error::Sql(sqlx::Error::RowNotFound)))),
                });
            }
            None
        }
        Err(why) => tx.undo().await.err().map(|_rolled_back| why.to_string()),
    };
    others.append(&mut renames);
    write_each(tx, others, failed, outcomes).await.map(|()| true)
}

/// Writes changes one after the other, unless the transaction has failed.
///
/// # Errors
/// Why the transaction cannot be continued.
async fn write_each(
    tx: &mut Tx,
    changes: Vec<Decided>,
    mut failed: Option<String>,
    outcomes: &mut Vec<WriteOutcome>,
) -> Result<(), String> {
    for Decided { change, origin, end, span } in changes {
        if let Some(why) = &failed {
            let error = span.in_scope(|| Error::not_committed(why.clone()));
            outcomes.push(WriteOutcome::Refused(end(Err(error))));
            continue;
        }
        match tx.write_change(change, &origin).instrument(span).await {
            Ok(person) => {
                tx.conn.next_write();
                outcomes.push(WriteOutcome::Written(end(Ok(person))));
            }
            Err(error) => {
                failed = tx.undo().await.err().map(|_rolled_back| error.to_string());
                outcomes.push(WriteOutcome::Refused(end(Err(error))));
            }
        }
    }
    failed.map_or(Ok(()), Err)
}
