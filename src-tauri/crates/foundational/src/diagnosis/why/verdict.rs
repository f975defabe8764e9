//! The one answer to why a person is here or is not, out of what one connection, or the local accounts, know.

use jiff::{SignedDuration, Timestamp};
use store::WriteAct;

use crate::diagnosis::why_views::WhyVerdict;

/// What is known of a person.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The account, if there is one.
    pub account: Option<Account>,
    /// The newest deletion.
    pub deleted: Option<Done>,
    /// When the provider last asked to create the person while an Admin's decision was pending.
    pub held_at: Option<Timestamp>,
    /// Writes that were refused and have not succeeded since.
    pub refusals: Vec<Refusal>,
    /// The newest look-up that found nothing.
    pub not_found_at: Option<Timestamp>,
    /// How often the provider calls by itself, if that is known.
    pub every: Option<SignedDuration>,
}

/// An account that is here.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub active: bool,
    pub created: Option<Done>,
    pub deactivated: Option<Done>,
    pub blocked: Option<Done>,
    /// Sign-in is withheld until an Admin lets the person through.
    pub withheld: bool,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// A connection's or a person's name.
    pub by: String,
    pub at: Timestamp,
    /// The request that asked for it.
    pub request: Option<String>,
}

/// A write that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub act: WriteAct,
    /// The status of the answer, while the request is stored.
    pub status: Option<u16>,
    /// What was wrong.
    pub cause: String,
    pub at: Timestamp,
    pub request: String,
}

impl Facts {
    /// The refused write that makes the person's state differ from what the provider wants: the newest of them.
    pub(super) fn decisive_refusal(&self) -> Option<&Refusal> {
        let wanted = match &self.account {
            None => WriteAct::Create,
            Some(Account { active: true, .. }) => WriteAct::Deactivate,
            Some(Account { active: false, .. }) => WriteAct::Activate,
        };
        self.refusals.iter().filter(|refusal| refusal.act == wanted).max_by_key(|refusal| refusal.at)
    }
}

/// The verdict on these facts.
pub(super) fn verdict(facts: &Facts, now: Timestamp) -> WhyVerdict {
    let refused_at = facts.decisive_refusal().map(|refusal| refusal.at);
    if let Some(account) = &facts.account {
        return match account {
            _ if refused_at.is_some() => WhyVerdict::Refused,
            Account { active: false, .. } => WhyVerdict::Deactivated,
            Account { blocked: Some(_), .. } => WhyVerdict::Blocked,
            Account { withheld: true, .. } => WhyVerdict::Withheld,
            Account { .. } => WhyVerdict::Active,
        };
    }
    // What the provider asked for after a deletion counts; the deletion counts after that.
    let since = facts.deleted.as_ref().map_or(Timestamp::MIN, |deleted| deleted.at);
    if facts.held_at.is_some_and(|at| at >= since) {
        WhyVerdict::HeldAsMatch
    } else if refused_at.is_some_and(|at| at >= since) {
        WhyVerdict::Refused
    } else if facts.deleted.is_some() {
        WhyVerdict::Deleted
    } else {
        match (facts.not_found_at, facts.every) {
            (None, _) => WhyVerdict::NeverAsked,
            (Some(at), Some(every)) if now < at + every => WhyVerdict::WaitingForCycle,
            (Some(_), _) => WhyVerdict::LookedUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn done(minute: i64) -> Done {
        Done { by: "First".to_owned(), at: at(minute), request: None }
    }

    fn refused(act: WriteAct, minute: i64) -> Vec<Refusal> {
        vec![Refusal { act, status: Some(400), cause: String::new(), at: at(minute), request: String::new() }]
    }

    fn account(active: bool, blocked: Option<Done>) -> Account {
        Account { active, created: Some(done(0)), deactivated: None, blocked, withheld: false }
    }

    #[test]
    fn each_set_of_facts_has_one_verdict() {
        use WhyVerdict::{
            Active, Blocked, Deactivated, Deleted, HeldAsMatch, LookedUp, NeverAsked, Refused,
            WaitingForCycle, Withheld,
        };
        let none = Facts::default;
        let every = Some(SignedDuration::from_mins(40));
        let (create, deactivate) = (WriteAct::Create, WriteAct::Deactivate);
        let cases: [(&str, Facts, WhyVerdict); 20] = [
            ("nothing is known", none(), NeverAsked),
            ("a rhythm alone shows nothing", Facts { every, ..none() }, NeverAsked),
            ("no rhythm is known", Facts { not_found_at: Some(at(90)), ..none() }, LookedUp),
            (
                "the next usual time is still to come",
                Facts { not_found_at: Some(at(90)), every, ..none() },
                WaitingForCycle,
            ),
            ("the next usual time is over", Facts { not_found_at: Some(at(60)), every, ..none() }, LookedUp),
            (
                "refused",
                Facts { refusals: refused(create, 90), not_found_at: Some(at(90)), ..none() },
                Refused,
            ),
            (
                "refused because an Admin decides",
                Facts { refusals: refused(create, 90), held_at: Some(at(90)), ..none() },
                HeldAsMatch,
            ),
            ("deleted", Facts { deleted: Some(done(50)), ..none() }, Deleted),
            (
                "looked up since",
                Facts { deleted: Some(done(50)), not_found_at: Some(at(90)), ..none() },
                Deleted,
            ),
            (
                "refused since",
                Facts { deleted: Some(done(50)), refusals: refused(create, 90), ..none() },
                Refused,
            ),
            (
                "refused before",
                Facts { deleted: Some(done(50)), refusals: refused(create, 10), ..none() },
                Deleted,
            ),
            ("held since", Facts { deleted: Some(done(50)), held_at: Some(at(90)), ..none() }, HeldAsMatch),
            ("active", Facts { account: Some(account(true, None)), ..none() }, Active),
            (
                "active again after a deletion and look-ups",
                Facts {
                    account: Some(account(true, None)),
                    deleted: Some(done(50)),
                    not_found_at: Some(at(90)),
                    ..none()
                },
                Active,
            ),
            (
                "a refused create of one who is here",
                Facts { account: Some(account(true, None)), refusals: refused(create, 90), ..none() },
                Active,
            ),
            (
                "still active because the deactivation was refused",
                Facts {
                    account: Some(account(true, Some(done(20)))),
                    refusals: refused(deactivate, 90),
                    ..none()
                },
                Refused,
            ),
            (
                "still deactivated because the reactivation was refused",
                Facts {
                    account: Some(account(false, None)),
                    refusals: refused(WriteAct::Activate, 90),
                    ..none()
                },
                Refused,
            ),
            ("blocked", Facts { account: Some(account(true, Some(done(20)))), ..none() }, Blocked),
            (
                "active, and an Admin has not let the person through",
                Facts { account: Some(Account { withheld: true, ..account(true, None) }), ..none() },
                Withheld,
            ),
            (
                "deactivated and blocked: unblocking alone changes nothing",
                Facts { account: Some(account(false, Some(done(20)))), ..none() },
                Deactivated,
            ),
        ];
        for (case, facts, expected) in cases {
            assert_eq!(verdict(&facts, at(101)), expected, "{case}");
        }
    }

    #[test]
    fn the_newest_of_several_refusals_decides() {
        let refusals =
            [refused(WriteAct::Create, 10), refused(WriteAct::Create, 30), refused(WriteAct::Change, 90)];
        let facts = Facts { refusals: refusals.concat(), ..Facts::default() };
        assert_eq!(facts.decisive_refusal().map(|refusal| refusal.at), Some(at(30)));
    }
}
