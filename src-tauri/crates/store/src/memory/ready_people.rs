//! People as they are sent, in a bounded number of bytes: those that are asked for again are answered without the database.
//!
//! A commit has a number. Before it, the people that it changes are removed, and their shard (or their connection, when a
//! group's name changes) is marked with that number; what was read before the commit ended has a lower ticket and is not
//! put in. So between a commit and its acknowledgement everyone reads the database, and nothing ever becomes older again.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// In how many parts people are locked while one is put in.
const SHARDS: usize = 256;
/// What an entry needs besides its texts, in bytes: measured with 100,000 people.
const OVERHEAD: u64 = 320;

/// When a read began, by the number of the newest commit.
#[derive(Clone, Copy, Debug)]
pub struct ReadTicket(u64);

/// By what a person is looked for.
#[derive(Clone, Copy, Debug)]
pub enum PersonKey<'a> {
    /// The id.
    Id(&'a str),
    /// The userName, folded.
    UserName(&'a str),
}

/// A person as it is sent.
#[derive(Debug)]
pub struct ReadyPerson {
    /// The person's id.
    pub id: String,
    /// The connection that manages it.
    pub connection_id: String,
    /// The folded userName by which it is found, if no other person has it too.
    pub user_name_fold: Option<String>,
    /// The name for sentences.
    pub display: String,
    /// The ETag's number.
    pub version: u64,
    /// The whole resource, as JSON, with its location and its groups.
    pub text: Bytes,
    /// Whether nothing in it has to be hidden where it is recorded, once that is known.
    pub is_plain: OnceLock<bool>,
    /// The caller's number for how it is written: the schemas and the endpoint.
    pub view: u64,
}

struct Entry {
    person: Arc<ReadyPerson>,
    ticket: u64,
}

#[derive(Clone)]
struct TextBytes;

impl Weighter<String, Arc<Entry>> for TextBytes {
    fn weight(&self, _id: &String, entry: &Arc<Entry>) -> u64 {
        entry.person.text.len() as u64 + OVERHEAD
    }
}

/// The people that are held, by id, and the ids of names.
pub(crate) struct ReadyPeople {
    by_id: Cache<String, Arc<Entry>, TextBytes>,
    /// By the hash of connection and name. What is found is compared, so that two names with one hash do no harm.
    ids: Cache<u64, String>,
    hasher: RandomState,
    /// The number of the newest commit.
    commits: AtomicU64,
    /// The commit that last changed a person of the shard.
    shards: [Mutex<u64>; SHARDS],
    /// The commit that last changed what all people of a connection show.
    connections: RwLock<HashMap<String, u64>>,
}

/// About how many people take so many bytes.
fn people_in(bytes: u64) -> usize {
    usize::try_from(bytes / 1_500).unwrap_or(usize::MAX).max(16)
}

impl ReadyPeople {
    /// As many people as take so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let people = people_in(bytes);
        Self {
            by_id: Cache::with_weighter(people, bytes, TextBytes),
            ids: Cache::new(people),
            hasher: RandomState::new(),
            commits: AtomicU64::new(0),
            shards: [const { Mutex::new(0) }; SHARDS],
            connections: RwLock::default(),
        }
    }

    pub(crate) fn set_bytes(&self, bytes: u64) {
        self.by_id.set_capacity(bytes);
        self.ids.set_capacity(people_in(bytes) as u64);
    }

    pub(crate) fn ticket(&self) -> ReadTicket {
        ReadTicket(self.commits.load(Ordering::Acquire))
    }

    pub(crate) fn get(&self, key: PersonKey<'_>, connection_id: &str, view: u64) -> Option<Arc<ReadyPerson>> {
        let entry = match key {
            PersonKey::Id(id) => self.by_id.get(id)?,
            PersonKey::UserName(name) => self.by_id.get(&self.ids.get(&self.hash(connection_id, name))?)?,
        };
        let Entry { person, ticket } = &*entry;
        let is_it = person.connection_id == connection_id
            && person.view == view
            && match key {
                PersonKey::Id(_) => true,
                PersonKey::UserName(name) => person.user_name_fold.as_deref() == Some(name),
            };
        (is_it && *ticket >= self.changed(connection_id)).then(|| Arc::clone(person))
    }

    pub(crate) fn put(&self, ticket: ReadTicket, person: Arc<ReadyPerson>) {
        let shard = self.shard(&person.id).lock().unwrap_or_else(PoisonError::into_inner);
        if *shard > ticket.0 {
            return;
        }
        if let Some(name) = &person.user_name_fold {
            self.ids.insert(self.hash(&person.connection_id, name), person.id.clone());
        }
        self.by_id.insert(person.id.clone(), Arc::new(Entry { person, ticket: ticket.0 }));
    }

    /// Forgets what the commit that comes next changes.
    pub(super) fn forget(&self, people: &[String], connections: &[String]) {
        let next = self.commits.load(Ordering::Relaxed) + 1;
        for id in people {
            let mut shard = self.shard(id).lock().unwrap_or_else(PoisonError::into_inner);
            *shard = next;
            self.by_id.remove(id);
        }
        if !connections.is_empty() {
            let mut all = self.connections.write().unwrap_or_else(PoisonError::into_inner);
            all.extend(connections.iter().map(|id| (id.clone(), next)));
        }
    }

    /// The commit is over.
    pub(super) fn settle(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    fn changed(&self, connection_id: &str) -> u64 {
        let all = self.connections.read().unwrap_or_else(PoisonError::into_inner);
        all.get(connection_id).copied().unwrap_or(0)
    }

    fn shard(&self, id: &str) -> &Mutex<u64> {
        let place = usize::try_from(self.hasher.hash_one(id) % SHARDS as u64).unwrap_or(0);
        &self.shards[place]
    }

    fn hash(&self, connection_id: &str, name: &str) -> u64 {
        self.hasher.hash_one((connection_id, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, version: u64) -> Arc<ReadyPerson> {
        Arc::new(named(id, version, Some(format!("name of {id}"))))
    }

    fn named(id: &str, version: u64, user_name_fold: Option<String>) -> ReadyPerson {
        ReadyPerson {
            id: id.to_owned(),
            connection_id: "c".to_owned(),
            user_name_fold,
            display: id.to_owned(),
            version,
            text: Bytes::from(vec![b' '; 1_000]),
            is_plain: OnceLock::new(),
            view: 1,
        }
    }

    fn version(of: &ReadyPeople, key: PersonKey<'_>) -> Option<u64> {
        of.get(key, "c", 1).map(|person| person.version)
    }

    #[test]
    fn what_was_read_before_a_commit_ended_is_not_put_in() {
        let people = ReadyPeople::new(1 << 20);
        people.put(people.ticket(), person("a", 1));
        assert_eq!(version(&people, PersonKey::UserName("name of a")), Some(1), "found by its name");
        let before = people.ticket();
        people.forget(&["a".to_owned()], &[]);
        assert_eq!(version(&people, PersonKey::Id("a")), None, "removed before the commit");
        people.put(before, person("a", 1));
        people.put(people.ticket(), person("a", 1));
        assert_eq!(
            version(&people, PersonKey::Id("a")),
            None,
            "what was read during the commit is not put in"
        );
        people.settle();
        people.put(before, person("a", 1));
        assert_eq!(version(&people, PersonKey::Id("a")), None, "nor what was read before it");
        people.put(people.ticket(), person("a", 2));
        assert_eq!(version(&people, PersonKey::Id("a")), Some(2), "what was read after it is");
    }

    #[test]
    fn a_change_of_all_people_of_a_connection_is_one_mark() {
        let people = ReadyPeople::new(1 << 20);
        people.put(people.ticket(), person("a", 1));
        let before = people.ticket();
        people.forget(&[], &["c".to_owned()]);
        assert_eq!(version(&people, PersonKey::Id("a")), None, "from before the commit on");
        people.settle();
        people.put(before, person("b", 1));
        assert_eq!(version(&people, PersonKey::Id("b")), None, "read before it");
        people.put(people.ticket(), person("b", 1));
        assert_eq!(version(&people, PersonKey::Id("b")), Some(1), "read after it");
    }

    #[test]
    fn another_connection_another_view_and_another_name_find_nothing() {
        let people = ReadyPeople::new(1 << 20);
        people.put(people.ticket(), person("a", 1));
        assert!(people.get(PersonKey::Id("a"), "other", 1).is_none(), "another connection");
        assert!(people.get(PersonKey::Id("a"), "c", 2).is_none(), "another address or other schemas");
        people.put(people.ticket(), Arc::new(named("a", 1, None)));
        assert_eq!(
            version(&people, PersonKey::UserName("name of a")),
            None,
            "a name that is not its own any more"
        );
    }

    #[test]
    fn the_bytes_are_bounded() {
        let people = ReadyPeople::new(100_000);
        for n in 0..10_000 {
            people.put(people.ticket(), person(&n.to_string(), 1));
        }
        let held = (0..10_000).filter(|n| version(&people, PersonKey::Id(&n.to_string())).is_some()).count();
        assert!((40..=100).contains(&held), "{held} people of about 1,300 bytes");
    }
}
