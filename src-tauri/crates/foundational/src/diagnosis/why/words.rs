//! A verdict in words.

use idp::Provider;
use store::WriteAct;

use super::verdict::{Done, Facts, Refusal};
use crate::diagnosis::why_views::WhyVerdict;

/// What the sentences name.
pub(super) struct Named<'a> {
    /// The person.
    pub person: &'a str,
    /// The connection; none for a local account.
    pub connection: Option<&'a str>,
    pub provider: Option<Provider>,
}

impl Named<'_> {
    fn connection(&self) -> &str {
        self.connection.unwrap_or("the connection")
    }

    fn provider(&self) -> &str {
        match self.provider {
            Some(provider @ (Provider::Okta | Provider::Azure)) => provider.label(),
            Some(Provider::Custom) | None => "the identity provider",
        }
    }
}

/// The verdict in a sentence, without its time.
pub(super) fn sentence(verdict: WhyVerdict, facts: &Facts, named: &Named<'_>) -> String {
    let person = named.person;
    let account = facts.account.as_ref();
    let blocked = account.and_then(|account| account.blocked.as_ref());
    match verdict {
        WhyVerdict::Active => match named.connection {
            Some(connection) => format!("{person} is active. {connection} manages the account."),
            None => format!("{person} is active and has a local account."),
        },
        WhyVerdict::Withheld => {
            format!("{person} is active, but cannot sign in until an Admin lets the user through.")
        }
        WhyVerdict::Blocked => format!("{person} is blocked here{}.", by(blocked)),
        WhyVerdict::Deactivated => {
            let done = account.and_then(|account| account.deactivated.as_ref());
            let state = match done {
                Some(_) => format!("{person} was deactivated{}.", by(done)),
                None => format!("{person} is deactivated."),
            };
            match blocked {
                Some(_) => format!("{state} Sign-in is also blocked here{}.", by(blocked)),
                None => state,
            }
        }
        WhyVerdict::Deleted => format!("{person} was deleted{}.", by(facts.deleted.as_ref())),
        WhyVerdict::Refused => refused(facts.decisive_refusal(), named),
        WhyVerdict::HeldAsMatch => format!(
            "{} asked to create {person}. A local account has this userName, and an Admin decides whether it is the \
             same person.",
            named.connection()
        ),
        WhyVerdict::LookedUp => {
            format!("{} looked up {person}, found nothing and did not create the user.", named.connection())
        }
        WhyVerdict::WaitingForCycle => {
            format!(
                "{} looked up {person} and found nothing. Its next requests are still to come.",
                named.connection()
            )
        }
        WhyVerdict::NeverAsked => format!("No stored request of {} asks for {person}.", named.connection()),
    }
}

fn refused(refusal: Option<&Refusal>, named: &Named<'_>) -> String {
    let (person, connection) = (named.person, named.connection());
    let Some(refusal) = refusal else { return format!("{connection} was refused.") };
    let status = refusal.status.map(|status| format!(" ({status})")).unwrap_or_default();
    let (state, act) = match refusal.act {
        WriteAct::Deactivate => (format!("{person} is still active. "), "deactivate"),
        WriteAct::Activate => (format!("{person} is still deactivated. "), "reactivate"),
        WriteAct::Create => (String::new(), "create"),
        WriteAct::Change => (String::new(), "change"),
    };
    format!(
        "{state}{connection} asked to {act} {person} and was refused{status}: {}.",
        refusal.cause.trim_end_matches('.')
    )
}

fn by(done: Option<&Done>) -> String {
    done.map(|done| format!(" by {}", done.by)).unwrap_or_default()
}

/// What to do if a person who has left is still active: the identity provider has sent nothing.
const fn still_active(provider: Option<Provider>) -> &'static str {
    match provider {
        Some(Provider::Okta) => {
            "If this user has left: unassign or deactivate them in Okta, where Deactivate Users must be on. Suspending a user \
             sends nothing."
        }
        Some(Provider::Azure) => {
            "If this user has left: unassign them or disable the account in Azure. It arrives with the next cycle, or at once by \
             Provision on demand."
        }
        Some(Provider::Custom) | None => {
            "If this user has left: check that the identity provider deactivates or deletes users who are unassigned there."
        }
    }
}

/// What to do about a verdict; `state` is that of the connection where its requests fail or are put off.
pub(super) fn hint(verdict: WhyVerdict, named: &Named<'_>, state: Option<&str>) -> Option<String> {
    let connection = named.connection();
    if let (WhyVerdict::NeverAsked | WhyVerdict::LookedUp | WhyVerdict::WaitingForCycle, Some(state)) =
        (verdict, state)
    {
        return Some(format!("{connection}: {state}. Repair that first."));
    }
    let provider = named.provider();
    match verdict {
        WhyVerdict::NeverAsked => Some(format!("Check in {provider} that this user is assigned.")),
        WhyVerdict::LookedUp => {
            Some(format!("Check in {provider} that this user is assigned and that it may create users."))
        }
        WhyVerdict::HeldAsMatch => Some(format!("Decide on the Overview of {connection}.")),
        WhyVerdict::Refused => Some("The request says what arrived and what to do.".to_owned()),
        WhyVerdict::Deactivated if named.connection.is_some() => {
            Some(format!("Check in {provider} that this user is active and assigned."))
        }
        WhyVerdict::Deleted if named.connection.is_some() => {
            Some(format!("Assign this user again in {provider}, and the account is created again."))
        }
        WhyVerdict::Active if named.connection.is_some() => Some(still_active(named.provider).to_owned()),
        WhyVerdict::Withheld => Some("Let the user through on their page.".to_owned()),
        WhyVerdict::Blocked => Some("Unblock the user on their page.".to_owned()),
        WhyVerdict::WaitingForCycle | WhyVerdict::Active | WhyVerdict::Deactivated | WhyVerdict::Deleted => {
            None
        }
    }
}
