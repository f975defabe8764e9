//! The change of a person that a request wants: found, decided and written inside of the transaction, by itself or with others
//! (`joint_changes.rs`).

use serde_json::{Map, Value};
use tracing::{Instrument as _, Span};

use crate::task::{catch, catch_panic};
use crate::write_job::{Caller, Completion, Job, Write};
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
    /// The person is to have access: that this be taken away is not held any more.
    pub wants_access: bool,
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
pub(crate) type FoundPerson = Result<Option<(Person, BoundedEntries)>, Error>;

/// A change that waits for its batch.
pub(crate) struct Change {
    pub target: ChangedPerson,
    pub decide: Box<dyn FnOnce(FoundPerson) -> Decision + Send>,
    /// The exchange of which the write is a part.
    pub span: Span,
}

/// What was decided about a change.
pub(crate) enum Decision {
    Refused(Completion),
    Update(Box<Update>),
}

/// A person's new document.
pub(crate) struct Update {
    pub person: Person,
    pub document: Map<String, Value>,
    pub end: OnWritten,
}

/// Tells the caller how the writing ended.
pub(crate) type OnWritten = Box<dyn FnOnce(Result<Person, Error>) -> Completion + Send>;

impl ChangedPerson {
    /// Writes the person's new document, unless the connection holds back what it takes away.
    async fn write(
        &self,
        tx: &mut Tx,
        person: Person,
        document: Map<String, Value>,
    ) -> Result<Person, Error> {
        let work = async move |tx: &mut Tx| -> Result<Person, Error> {
            if self.wants_access {
                tx.withdraw_removals(&self.origin, std::slice::from_ref(&self.id), "").await?;
            }
            tx.update_person(person, document, &self.origin).await
        };
        tx.for_client(&self.scope, work).await.flatten()
    }
}

impl Change {
    /// The same, done by itself. The brake counts what it takes away.
    pub(crate) fn by_itself(self) -> Job {
        let Self { target, decide, span } = self;
        Box::new(move |tx| {
            let work = async move {
                let found = match tx.admits_client(target.scope.connection_id()) {
                    Ok(()) => {
                        tx.person_with_groups(&target.scope, &target.base, &target.id, target.most).await
                    }
                    Err(error) => Err(error),
                };
                match decide(found) {
                    Decision::Refused(complete) => (false, complete),
                    Decision::Update(update) => {
                        let Update { person, document, end } = *update;
                        let written = catch_panic("write", Box::pin(target.write(tx, person, document)))
                            .await
                            .flatten();
                        (matches!(written, Ok(_) | Err(Error::RemovalHeld)), end(written))
                    }
                }
            };
            Box::pin(work.instrument(span))
        })
    }
}

impl Store {
    /// Changes a person of a connection. `decide` gets the person with its groups, inside the transaction, and says what becomes
    /// of it; it must not take long. Changes of different people that arrive at the same time are read and written together.
    ///
    /// # Errors
    /// What `decide` and [`PersonUpdate::refuse`] say: of [`Error::Duplicate`], [`Error::TooLarge`], and those of
    /// [`Store::write_for`].
    pub async fn change_person<T, E, F>(&self, target: ChangedPerson, decide: F) -> Result<(Person, T), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Option<(Person, BoundedEntries)>) -> Result<PersonUpdate<T, E>, E> + Send + 'static,
    {
        let (caller, answered) = Caller::new();
        let decide = move |found: FoundPerson| {
            let decided = caller.in_span(|| catch("write", || decide(found.map_err(E::from)?)));
            match decided.unwrap_or_else(|defect| Err(E::from(defect))) {
                Err(error) => Decision::Refused(caller.complete(Err(error))),
                Ok(PersonUpdate { person, document, answer, refuse }) => {
                    let end = move |written: Result<Person, Error>| {
                        let answer = || match written {
                            Ok(person) => Ok(Ok((person, answer))),
                            // That it is held is committed.
                            Err(Error::RemovalHeld) => Ok(Err(refuse(Error::RemovalHeld))),
                            Err(error) => Err(refuse(error)),
                        };
                        let outcome = caller.in_span(|| catch("write", answer));
                        caller.complete(outcome.unwrap_or_else(|defect| Err(E::from(defect))))
                    };
                    Decision::Update(Box::new(Update { person, document, end: Box::new(end) }))
                }
            }
        };
        let change = Change { target, decide: Box::new(decide), span: Span::current() };
        let done: Result<Result<(Person, T), E>, E> =
            self.0.writer.send(Write::Joint(Box::new(change)), answered).await;
        done.flatten()
    }
}
