//! People who are created or changed by so many requests that wait together.

use futures_util::future::{BoxFuture, join, join_all, poll_immediate};
use serde_json::{Map, json};
use store::{
    BoundedEntries, ChangeSource, ChangedPerson, Creation, Error, Person, PersonUpdate, Scope, Store,
};
use tokio::sync::oneshot;

use crate::counts::Counts;
use crate::statements;

type Write = BoxFuture<'static, Result<Person, Error>>;

/// What is asked of the databases for writes that share a transaction, and the people after them.
pub async fn counted(store: &Store, writes: Vec<Write>) -> (Counts, Vec<Person>) {
    let (release, released) = oneshot::channel();
    let first = async move |_: &mut store::Tx| {
        released.await.unwrap();
        Ok::<(), Error>(())
    };
    let mut first = Box::pin(store.write(first));
    let mut people = Vec::new();
    let work = async {
        assert!(poll_immediate(&mut first).await.is_none(), "the writer is busy");
        let mut waiting = Vec::new();
        for mut write in writes {
            assert!(poll_immediate(&mut write).await.is_none(), "it waits");
            waiting.push(write);
        }
        release.send(()).unwrap();
        people = join(first, join_all(waiting)).await.1.into_iter().map(Result::unwrap).collect();
    };
    let counts = statements::of(work).await;
    (counts, people)
}

pub fn create(store: Store, scope: Scope, name: String) -> Write {
    Box::pin(async move {
        let document = Map::from_iter([("userName".to_owned(), name.into())]);
        let made = store
            .create_person(&scope, document, &ChangeSource::default(), async |_, _| Ok::<_, Error>(()))
            .await?;
        match made {
            Creation::New(person) => Ok(person),
            Creation::Other(()) => Err(Error::Duplicate("userName")),
        }
    })
}

pub fn deactivate(store: Store, scope: Scope, id: String) -> Write {
    let target = ChangedPerson {
        scope,
        id,
        base: String::new(),
        most: 1,
        origin: ChangeSource::default(),
        wants_access: false,
    };
    let decide = |found: Option<(Person, BoundedEntries)>| -> Result<PersonUpdate<(), Error>, Error> {
        let (person, _) = found.ok_or(Error::Closed)?;
        let mut document = person.document.clone();
        document.insert("active".to_owned(), json!(false));
        Ok(PersonUpdate { person, document, answer: (), refuse: Box::new(|error| error) })
    };
    Box::pin(async move { store.change_person(target, decide).await.map(|(person, ())| person) })
}
