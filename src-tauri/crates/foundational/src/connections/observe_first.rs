//! Observe first: what a connection gives its people is withheld until an Admin lets them through.

use store::{AuditAct, Connection, Withheld, WithheldCount, WithheldList, WithheldPerson};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::observe_first_views::{
    LetPeopleThrough, ObserveFirstQuery, ObserveFirstView, WaitingPerson, WaitingSignIn,
};
use crate::context::{Room as _, audited};
use crate::detached::detached;
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
        // Before the rows: who arrives in between is shown, and is not let through by this fingerprint.
        let list = self.store().withheld_list(&connection.id).await?;
        let rows = self.store().withheld_people(&connection.id, args.offset, limit).await?;
        let count = list.count();
        Ok(ObserveFirstView {
            since: connection.observing_since,
            people: count.people,
            admins: count.admins,
            headline: waiting(count),
            fingerprint: list.fingerprint(),
            rows: rows.into_iter().map(row).collect(),
        })
    }

    /// From now on nothing is gained through the connection until an Admin lets it through.
    pub(crate) async fn observe_first_begin(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let entry = actor.audit(AuditAct::ObserveFirst).on(&connection);
        let begun =
            audited(self.store(), entry, async move |tx| Ok(tx.begin_observing(&connection.id).await?)).await;
        if begun? {
            Ok(Nothing {})
        } else {
            Err(Error::new(Code::Conflict, "This connection is being observed already."))
        }
    }

    /// Lets those through who were seen to wait, and ends observing. Refused where others wait by now.
    pub(crate) async fn observe_first_let_through(
        &self,
        actor: Actor,
        args: LetPeopleThrough,
    ) -> Result<Nothing, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let list = self.store().withheld_list(&connection.id).await?;
        if connection.observing_since.is_none() && list.count().people == 0 {
            return Err(Error::new(
                Code::Conflict,
                "No user of this connection is waiting, and it is not observed.",
            ));
        }
        if list.fingerprint() != args.fingerprint {
            return Err(Error::new(Code::Conflict, "The list of waiting users has changed.")
                .hinting("Check the list again. If users arrive all the time, pause the connection first."));
        }
        let app = self.clone();
        // A task of its own: it continues when its caller ends.
        detached(async move { app.let_list_through(&actor, &connection, &list).await }).await
    }

    /// Lets the people of a list through, in transactions that let clients write in between. The last one ends observing, unless
    /// others wait by then.
    async fn let_list_through(
        &self,
        actor: &Actor,
        connection: &Connection,
        list: &WithheldList,
    ) -> Result<Nothing, Error> {
        let steps = list.steps();
        let mut ended = false;
        for (number, step) in steps.iter().enumerate() {
            if number > 0 && !self.may_go_on().await {
                return Err(Error::new(
                    Code::Unavailable,
                    "Foundational is closing before all users were let through.",
                )
                .hinting("Let the others through after the next start."));
            }
            let (step, is_last) = (step.clone(), number + 1 == steps.len());
            let (id, origin) = (connection.id.clone(), actor.origin());
            let through = actor.audit(AuditAct::PeopleLetThrough).on(connection);
            let end = actor.audit(AuditAct::ObserveEnd).on(connection);
            let written: Result<bool, Error> = self
                .store()
                .write(async move |tx| {
                    let done = tx.let_through(&id, &step, &origin).await?;
                    let ended = is_last && tx.end_observing(&id).await?;
                    if done.people > 0 {
                        tx.audit(&through.with(describe(done))).await?;
                    } else if ended {
                        tx.audit(&end).await?;
                    }
                    Ok(ended)
                })
                .await;
            ended = written?;
        }
        if ended {
            return Ok(Nothing {});
        }
        Err(Error::new(
            Code::Conflict,
            "The users of your list are let through. Others have gained access since and are waiting: the connection is still observed.",
        )
        .hinting("Look at the list again."))
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
        sign_in: match person {
            WithheldPerson { active: false, .. } => WaitingSignIn::Deactivated,
            WithheldPerson { blocked: true, .. } => WaitingSignIn::Blocked,
            WithheldPerson { has_password: false, .. } => WaitingSignIn::NoPassword,
            WithheldPerson { withheld: Withheld { sign_in: true, .. }, .. } => WaitingSignIn::Then,
            _ => WaitingSignIn::Already,
        },
        id: person.id,
        name: person.display,
        user_name: person.user_name,
        admin: person.withheld.admin,
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
