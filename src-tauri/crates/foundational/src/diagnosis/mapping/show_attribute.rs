//! Whether a user's page shows an attribute that arrives beside those of the mapping.

use store::AuditAct;

use crate::access::actor::Actor;
use crate::connections::find::find_connection;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::mapping::extras::extras;
use crate::diagnosis::mapping_views::{MappingExtra, ShowAttribute};
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::shapes::Nothing;

impl Diagnosis {
    /// Sets it for all users of a connection.
    pub(crate) async fn show_attribute(&self, actor: Actor, args: ShowAttribute) -> Result<Nothing, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let writes = self.writes_of_people(&connection).await?;
        let is_meant = |extra: &MappingExtra| extra.attribute == args.attribute && extra.shown.is_some();
        if !extras(&connection, &writes).iter().any(is_meant) {
            return Err(Error::not_found("attribute", &args.attribute));
        }
        if connection.hidden_attributes.contains(&args.attribute) != args.shown {
            return Ok(Nothing {});
        }
        let what = if args.shown { "is shown" } else { "is not shown" };
        let detail = format!("{} {what} on a user's page", args.attribute);
        let entry = actor.audit(AuditAct::AccountChoicesSet).on(&connection).with(detail);
        let (id, attribute, is_shown) = (connection.id, args.attribute, args.shown);
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let done = tx.show_attribute(&id, &attribute, is_shown).await?;
                if done {
                    tx.audit(&entry).await?;
                }
                Ok(done)
            })
            .await;
        if !done? {
            return Err(Error::not_found("connection", &args.id));
        }
        // It is decided when a person is read: each window reads again what it shows.
        self.send(Event::of(Topic::Lagged));
        Ok(Nothing {})
    }
}
