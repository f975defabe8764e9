//! Observe first: what a connection gives its people is withheld until an Admin lets them through.

use store::{AuditAct, ChangeSource, WithheldCount, WithheldPerson};

use crate::access::sessions::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::observe_first_views::{
    LetPeopleThrough, ObserveFirstQuery, ObserveFirstView, WaitingPerson,
};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::limits::checked_page;
use crate::shapes::{ById, Nothing};
use crate::words::counted;

impl Connections {
    /// Whether a connection is observed, and who waits to be let through.
    pub(crate) async fn observe_first_show(
        &self,
        _: Actor,
        args: ObserveFirstQuery,
    ) -> Result<ObserveFirstView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let limit = checked_page(args.limit)?;
        let rows = self.store().withheld_people(&connection.id, args.offset, limit).await?;
        let count = self.store().withheld_counts().await?.remove(&connection.id).unwrap_or_default();
        Ok(ObserveFirstView {
            since: connection.observing_since,
            people: count.people,
            admins: count.admins,
            headline: waiting(count),
            rows: rows.into_iter().map(row).collect(),
        })
    }

    /// From now on nothing is gained through the connection until an Admin lets it through.
    pub(crate) async fn observe_first_begin(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let entry = actor.audit(AuditAct::ObserveFirst).on(&connection);
        let begun: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let begun = tx.begin_observing(&connection.id).await?;
                if begun {
                    tx.audit(&entry).await?;
                }
                Ok(begun)
            })
            .await;
        if begun? {
            Ok(Nothing {})
        } else {
            Err(Error::new(Code::Conflict, "This connection is being observed already."))
        }
    }

    /// Lets everybody through who waits, and ends observing. Refused where others wait than the Admin has seen.
    pub(crate) async fn observe_first_let_through(
        &self,
        actor: Actor,
        args: LetPeopleThrough,
    ) -> Result<Nothing, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let seen = WithheldCount { people: args.people, admins: args.admins };
        if connection.observing_since.is_none() && seen.people == 0 {
            return Err(Error::new(Code::Conflict, "Nothing of this connection is withheld."));
        }
        let origin = actor.origin();
        let entry = match seen.people {
            0 => actor.audit(AuditAct::ObserveEnd),
            _ => actor.audit(AuditAct::PeopleLetThrough).with(describe(seen)),
        };
        let entry = entry.on(&connection);
        let (id, source) = (connection.id.clone(), origin.clone());
        let begun: Result<Option<bool>, Error> = self
            .store()
            .write(async move |tx| {
                if tx.withheld_count(&id).await? != seen {
                    return Ok(None);
                }
                tx.audit(&entry).await?;
                Ok(Some(tx.let_people_through(&id, &source).await?))
            })
            .await;
        let Some(more) = begun? else {
            return Err(Error::new(Code::Conflict, "Others wait by now than were shown.").hinting(
                "Look at the list again. Pause the connection first if users arrive all the time.",
            ));
        };
        if more {
            let app = self.clone();
            // A task of its own: it continues when its caller ends.
            let rest = tokio::spawn(async move { app.let_rest_through(&connection.id, &origin).await }).await;
            rest.map_err(|error| Error::new(Code::Internal, error.to_string()))??;
        }
        Ok(Nothing {})
    }

    /// Lets the others through, in transactions that let clients write in between.
    async fn let_rest_through(&self, id: &str, origin: &ChangeSource) -> Result<(), Error> {
        while self.may_go_on().await {
            let (id, origin) = (id.to_owned(), origin.clone());
            let more: Result<bool, Error> =
                self.store().write(async move |tx| Ok(tx.let_people_through(&id, &origin).await?)).await;
            if !more? {
                return Ok(());
            }
        }
        Err(Error::new(Code::Unavailable, "Foundational is closing before all users were let through.")
            .hinting("Let the others through after the next start."))
    }
}

/// "3 users wait to be let through, 1 of them as an Admin."
pub(crate) fn waiting(count: WithheldCount) -> String {
    let wait = if count.people == 1 { "waits" } else { "wait" };
    let admins = match (count.people, count.admins) {
        (_, 0) => String::new(),
        (1, _) => ", as an Admin".to_owned(),
        (_, 1) => ", 1 of them as an Admin".to_owned(),
        (_, admins) => format!(", {admins} of them as Admins"),
    };
    format!("{} {wait} to be let through{admins}.", counted(count.people, "user", "users"))
}

/// The count as an audit entry names it.
fn describe(count: WithheldCount) -> String {
    let people = counted(count.people, "user", "users");
    match count.admins {
        0 => people,
        admins => format!("{people} ({})", counted(admins, "Admin", "Admins")),
    }
}

fn row(person: WithheldPerson) -> WaitingPerson {
    WaitingPerson {
        id: person.id,
        name: person.display,
        user_name: person.user_name,
        admin: person.withheld.admin,
        sign_in: person.withheld.sign_in,
        has_password: person.has_password,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headline_says_how_many_wait_and_how_many_become_admins() {
        for (people, admins, expected) in [
            (0, 0, "0 users wait to be let through."),
            (1, 0, "1 user waits to be let through."),
            (1, 1, "1 user waits to be let through, as an Admin."),
            (3, 1, "3 users wait to be let through, 1 of them as an Admin."),
            (3, 2, "3 users wait to be let through, 2 of them as Admins."),
        ] {
            assert_eq!(waiting(WithheldCount { people, admins }), expected);
        }
    }
}
