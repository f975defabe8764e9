//! Changes of people that wait together: those of different people are read together, decided one after the other, and written
//! together.

use std::any::Any;
use std::collections::{HashSet, VecDeque};

use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use crate::person_change::{Preparation, PreparedChange};
use crate::task::catch;
use crate::write_job::{Caller, Job, Joint, JointOutcome, Rest, Settle, Write};
use crate::{BoundedEntries, ChangeSource, Error, Person, Scope, Store, Tx};

/// The person that a request changes.
#[derive(Clone, Debug)]
pub struct ChangedPerson {
    /// The connection whose provider asks.
    pub scope: Scope,
    /// The person's id.
    pub id: String,
    /// The connection's endpoint, for `$ref` of the groups.
    pub base: String,
    /// How many groups are read at most.
    pub most: u64,
    /// Who or what asks.
    pub origin: ChangeSource,
}

/// What a request makes of a person.
pub struct PersonUpdate<T, E> {
    /// The person as it was found.
    pub person: Person,
    /// The document that it gets.
    pub document: Map<String, Value>,
    /// Returned with the person once it is written.
    pub answer: T,
    /// What the caller receives when it cannot be written.
    pub refuse: Box<dyn FnOnce(Error) -> E + Send>,
}

/// A person with its groups, or why there is none.
type Found = Result<Option<(Person, BoundedEntries)>, Error>;

/// A change that waits for its batch.
struct Change {
    target: ChangedPerson,
    decide: Box<dyn FnOnce(Found) -> Decision + Send>,
}

enum Decision {
    Refused(Settle),
    Update(Box<Update>),
}

struct Update {
    person: Person,
    document: Map<String, Value>,
    end: End,
}

/// Tells the caller how the writing ended.
type End = Box<dyn FnOnce(Result<Person, Error>) -> Settle + Send>;

/// A change that is not written yet.
struct Decided {
    change: PreparedChange,
    origin: ChangeSource,
    end: End,
}

impl Decided {
    const fn row(&self) -> (&PreparedChange, &ChangeSource) {
        (&self.change, &self.origin)
    }
}

impl Change {
    fn by_itself(self) -> Job {
        let Self { target, decide } = self;
        Box::new(move |tx| {
            Box::pin(async move {
                let found = if tx.is_here(target.scope.connection_id()) {
                    tx.person_with_groups(&target.scope, &target.base, &target.id, target.most).await
                } else {
                    Err(Error::ConnectionGone)
                };
                match decide(found) {
                    Decision::Refused(settle) => (false, settle),
                    Decision::Update(update) => {
                        let Update { person, document, end } = *update;
                        let updated = tx.update_person(person, document, &target.origin).await;
                        (updated.is_ok(), end(updated))
                    }
                }
            })
        })
    }
}

impl Store {
    /// Changes a person of a connection. `decide` gets the person with its groups, inside the transaction, and says what becomes
    /// of it; it must not take long. What is removed is
    /// not held back (`brake`): a connection that may hold removals writes by [`Store::write_for`]. Changes of different people that arrive at the same time are read and written together.
    ///
    /// # Errors
    /// What `decide` and [`PersonUpdate::refuse`] say: of [`Error::ConnectionGone`], [`Error::Duplicate`],
    /// [`Error::TooLarge`], and those of [`Store::write`].
    pub async fn change_person<T, E, F>(&self, target: ChangedPerson, decide: F) -> Result<(Person, T), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Option<(Person, BoundedEntries)>) -> Result<PersonUpdate<T, E>, E> + Send + 'static,
    {
        let (caller, answered) = Caller::new();
        let decide = move |found: Found| {
            let decided = caller.in_span(|| catch("write", || decide(found.map_err(E::from)?)));
            match decided.unwrap_or_else(|defect| Err(E::from(defect))) {
                Err(error) => Decision::Refused(caller.settle(Err(error))),
                Ok(PersonUpdate { person, document, answer, refuse }) => {
                    let end = move |written: Result<Person, Error>| {
                        caller.settle(written.map(|person| (person, answer)).map_err(refuse))
                    };
                    Decision::Update(Box::new(Update { person, document, end: Box::new(end) }))
                }
            }
        };
        let change = Change { target, decide: Box::new(decide) };
        self.0.writer.send(Write::Joint(Box::new(change)), answered).await
    }
}

impl Joint for Change {
    fn run<'t>(
        self: Box<Self>,
        others: Vec<Box<dyn Joint>>,
        tx: &'t mut Tx,
    ) -> LocalBoxFuture<'t, JointOutcome> {
        let others = others.into_iter().filter_map(|other| (other as Box<dyn Any>).downcast::<Self>().ok());
        let changes: VecDeque<Self> = std::iter::once(self).chain(others).map(|change| *change).collect();
        Box::pin(change_all(tx, changes))
    }
}

/// Does all changes, those of one person in their order.
async fn change_all(tx: &mut Tx, mut changes: VecDeque<Change>) -> JointOutcome {
    let (mut rest, mut failure) = (Vec::with_capacity(changes.len()), None);
    while !changes.is_empty() && failure.is_none() {
        let (mut ids, mut different) = (HashSet::new(), Vec::new());
        while let Some(change) = changes.pop_front_if(|change| ids.insert(change.target.id.clone())) {
            different.push(change);
        }
        failure = change_different(tx, different, &mut rest).await.err();
    }
    rest.extend(changes.into_iter().map(|change| Rest::Single(change.by_itself())));
    JointOutcome { rest, failure }
}

/// Does changes of different people.
///
/// # Errors
/// Why the transaction cannot be continued.
async fn change_different(tx: &mut Tx, changes: Vec<Change>, rest: &mut Vec<Rest>) -> Result<(), String> {
    let targets: Vec<&ChangedPerson> = changes.iter().map(|change| &change.target).collect();
    let Ok(mut found) = tx.people_with_groups(&targets).await else {
        rest.extend(changes.into_iter().map(|change| Rest::Single(change.by_itself())));
        return tx.undo().await;
    };
    let (mut renames, mut others) = (Vec::new(), Vec::new());
    for Change { target, decide } in changes {
        let is_here = tx.is_here(target.scope.connection_id());
        let person = if is_here { Ok(found.remove(&target.id)) } else { Err(Error::ConnectionGone) };
        let Update { person, document, end } = match decide(person) {
            Decision::Refused(settle) => {
                rest.push(Rest::Refused(settle));
                continue;
            }
            Decision::Update(update) => *update,
        };
        let choices = tx.account_choices(person.connection_id.as_deref());
        match Preparation::of(person, document, choices) {
            Ok(Preparation::Change(change)) => {
                let changes = if change.renames { &mut renames } else { &mut others };
                changes.push(Decided { change: *change, origin: target.origin, end });
            }
            Ok(Preparation::Nothing(person)) => rest.push(Rest::Written(end(Ok(person)))),
            Err(error) => rest.push(Rest::Refused(end(Err(error)))),
        }
    }
    let rows: Vec<_> = others.iter().map(Decided::row).collect();
    let written = tx.write_changes(&rows).await;
    let failed = match written {
        Ok(versions) => {
            tx.conn.next_write();
            for Decided { change, end, .. } in others.drain(..) {
                rest.push(match versions.get(change.id()) {
                    Some(version) => Rest::Written(end(Ok(tx.announce_change(change, *version)))),
                    None => Rest::Refused(end(Err(Error::Sql(sqlx::Error::RowNotFound)))),
                });
            }
            None
        }
        Err(_) => tx.undo().await.err(),
    };
    others.append(&mut renames);
    write_each(tx, others, failed, rest).await
}

/// Writes changes one after the other, unless the transaction has failed.
///
/// # Errors
/// Why the transaction cannot be continued.
async fn write_each(
    tx: &mut Tx,
    changes: Vec<Decided>,
    mut failed: Option<String>,
    rest: &mut Vec<Rest>,
) -> Result<(), String> {
    for Decided { change, origin, end } in changes {
        if let Some(why) = &failed {
            rest.push(Rest::Refused(end(Err(Error::not_committed(why.clone())))));
            continue;
        }
        match tx.write_change(change, &origin).await {
            Ok(person) => {
                tx.conn.next_write();
                rest.push(Rest::Written(end(Ok(person))));
            }
            Err(error) => {
                rest.push(Rest::Refused(end(Err(error))));
                failed = tx.undo().await.err();
            }
        }
    }
    failed.map_or(Ok(()), Err)
}
