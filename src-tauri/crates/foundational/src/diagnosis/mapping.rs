//! Which attributes of people arrive from a connection. It is decided by what the log has and what is stored: where a body
//! is not known, nothing is concluded from it.

mod decide;
mod example;
mod extras;
mod missing;
mod show_attribute;
pub(crate) mod stored_people;

use idp::mapping::FIELDS;
use scim::ResourceType;
use store::{Connection, PageStart, Scope, Search};

use self::decide::{Evidence, decide};
use self::stored_people::StoredPeople;
use crate::access::actor::Actor;
use crate::connections::find::find_connection;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::mapping_views::MappingView;
use crate::diagnosis::thresholds::NOTED;
use crate::diagnosis::written::is_of;
use crate::error::Error;
use crate::shapes::ById;

/// How many people are looked at, and about how many bytes of them.
const PEOPLE: u64 = 1_000;
const BYTES: usize = 4 << 20;

impl Diagnosis {
    /// Which attributes of people arrive from a connection.
    pub(crate) async fn mapping_of(&self, _: Actor, args: ById) -> Result<MappingView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let writes = self.writes_of_people(&connection).await?;
        let refused = self.store().refused_writes(&connection.id).await?;
        let (noted, _) = self.store().exchanges_with_notes(&connection.id, NOTED).await?;
        let people = self.stored_people(&connection).await?;
        Ok(decide(&Evidence {
            connection: &connection,
            writes: &writes,
            refused: &refused,
            noted: &noted,
            people: &people,
        }))
    }

    /// The fields of the connection's first people.
    async fn stored_people(&self, connection: &Connection) -> Result<StoredPeople, Error> {
        let now = self.now();
        if let Some(known) = self.people.get(connection, now) {
            return Ok(known);
        }
        let people = self.read_people(connection).await?;
        self.people.put(connection, now, people.clone());
        Ok(people)
    }

    async fn read_people(&self, connection: &Connection) -> Result<StoredPeople, Error> {
        let (scope, registry) = (Scope::of(&connection.id), self.server().registry());
        let base = self.server().address().endpoint(&connection.id, connection.way_in);
        let search = Search {
            registry: &registry,
            scope: &scope,
            resource_type: ResourceType::User,
            base: &base,
            filter: None,
            order: None,
            from: PageStart::Offset(0),
            limit: PEOPLE,
        };
        let page = self.store().search(&search).await?;
        let (people, _) = self.store().person_texts(&scope, &page.rows, BYTES).await?;
        let mut stored = StoredPeople { read: 0, all: page.total, ..StoredPeople::default() };
        let choice = connection.choices.email;
        for listed in people {
            stored.read += 1;
            for one in idp::received::attributes_of(&registry, &listed.person.parsed()?) {
                let missing = FIELDS.iter().filter(|field| !stored.having.contains(field.attribute));
                let found: Vec<&str> =
                    missing.filter(|field| is_of(field, &one, choice)).map(|field| field.attribute).collect();
                stored.having.extend(found);
            }
        }
        Ok(stored)
    }
}
