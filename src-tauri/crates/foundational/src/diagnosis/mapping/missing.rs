//! Which attributes of the identity provider's default mapping do not arrive, as the findings name them: where enough whole
//! users were written, or enough users are stored, what the mapping decides of each.

use idp::Provider;
use idp::mapping::{FIELDS, Field, Need};
use store::Connection;

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::MissingAttribute;
use crate::diagnosis::mapping::decide::{Evidence, WITH_DEFAULT, state};
use crate::diagnosis::mapping_views::MappingState;
use crate::diagnosis::thresholds::{MISSED_IN_PEOPLE, MISSED_IN_WRITES};
use crate::diagnosis::written::{UserWrite, is_of, readable, seen};
use crate::error::Error;

impl Diagnosis {
    /// The attributes of the default mapping that neither these writes nor the people have. People are read only where the
    /// writes lack one. After the first sync most writes are changes, which have only a part of a user: then it is missing if none of
    /// the people has it. Of e-mail that is not known by the people alone, who may have another address.
    pub(crate) async fn missing_attributes(
        &self,
        connection: &Connection,
        writes: &[UserWrite],
    ) -> Result<Vec<MissingAttribute>, Error> {
        let whole = readable(writes).filter(|(write, _)| write.is_whole).count();
        let (by_writes, by_people) = (whole >= MISSED_IN_WRITES, connection.people >= MISSED_IN_PEOPLE);
        let missed = missed(connection, writes);
        if missed.is_empty() || !by_writes && !by_people {
            return Ok(Vec::new());
        }
        let refused = self.store().refused_writes(&connection.id).await?;
        let people = self.stored_people(connection).await?;
        let evidence = Evidence { connection, writes, refused: &refused, noted: &[], people: &people };
        let found = missed.into_iter().filter_map(|field| {
            let (state, evidence) = state(field, &evidence, None);
            let is_missing = match state {
                MappingState::NeverReceived => by_writes || !field.is_email(),
                MappingState::NotSeen => by_writes,
                _ => false,
            };
            is_missing.then_some(MissingAttribute { field, evidence })
        });
        Ok(found.collect())
    }
}

/// The attributes of the default mapping that the writes lack. What only some people have is not expected, and of a provider
/// whose mapping is not known nothing is.
fn missed(connection: &Connection, writes: &[UserWrite]) -> Vec<&'static Field> {
    let provider = Provider::of(&connection.provider);
    let choice = connection.choices.email;
    FIELDS
        .iter()
        .filter(|field| field.need == Need::Expected && field.is_mapped(provider))
        .filter(|field| field.attribute != WITH_DEFAULT)
        .filter(|field| seen(writes, |one| is_of(field, one, choice)).is_none())
        .collect()
}
