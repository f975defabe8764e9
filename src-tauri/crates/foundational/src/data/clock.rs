//! A clock that is wrong: what is old is deleted only by a time that can be trusted, and an Admin learns of it.
//!
//! Rights end by [`store::Clock::latest`], which never goes back. Retention is the other way round: a clock that runs
//! ahead must not delete what is young, so a jump ahead counts for retention only when it has lasted for a day.

use std::sync::{MutexGuard, PoisonError};

use idp::remedy::Remedy;
use jiff::Timestamp;
use store::{AuditAct, AuditEntry};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::data::Data;
use crate::data::clock_jump::{Moment, in_words, set_back};
use crate::data::clock_seen::{ClockSeen, PROBATION};
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{CLOCK_JUMP, CLOCK_SET_BACK};
use crate::error::Error;
use crate::settings;
use crate::shapes::Nothing;
use crate::words::length;

impl Data {
    /// Looks at the clock, once in each round, and answers by which time what is old is deleted. A jump of the clock leaves an
    /// audit entry.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn retention_time(&self) -> Result<Timestamp, Error> {
        let now = self.now();
        let seen = settings::CLOCK_SEEN.get(self.store()).await?;
        let (moment, before) = (Moment::at(now), *self.clock_seen());
        let jump = match before {
            Some(before) => moment.jump_since(before),
            None => seen.and_then(|seen| set_back(seen.last, now)),
        };
        let seen = seen.map_or(ClockSeen { last: now, jump: None }, |seen| seen.at(now));
        match jump {
            Some(jump) => {
                let entry = AuditEntry::by_program(AuditAct::ClockJump).with(in_words(jump));
                settings::CLOCK_SEEN.set_audited(self.store(), Some(&seen), entry).await?;
            }
            None => settings::CLOCK_SEEN.set(self.store(), Some(&seen)).await?,
        }
        *self.clock_seen() = Some(moment);
        Ok(seen.retention_time())
    }

    fn clock_seen(&self) -> MutexGuard<'_, Option<Moment>> {
        self.clock_seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wrong with the clock, if anything is.
    pub(crate) async fn clock_problem(&self) -> Result<Option<Finding>, Error> {
        let (now, latest) = (self.now(), self.latest());
        if latest > now + CLOCK_SET_BACK {
            let message = format!(
                "The clock of this computer was set back by {}. What expired until then remains expired.",
                length(latest.duration_since(now))
            );
            let found = Finding::new(FindingCode::ClockBehind, Severity::Problem, message)
                .detail(CORRECT)
                .evidence("The clock shows", Some(now))
                .evidence("It was already", Some(latest));
            return Ok(Some(found.remedy(Remedy::CheckClock)));
        }
        let jump = settings::CLOCK_SEEN.get(self.store()).await?.and_then(|seen| seen.jump);
        Ok(jump.filter(|jump| jump.after > jump.before + CLOCK_JUMP).map(|jump| {
            let message = format!(
                "The clock of this computer jumped ahead by {}. If the computer was off in between, no action is needed. \
                 Nothing old is deleted in the first {} hours.",
                length(jump.after.duration_since(jump.before)),
                PROBATION.as_secs() / 3600
            );
            Finding::new(FindingCode::ClockAhead, Severity::Warning, message)
                .detail(CORRECT)
                .since(Some(jump.after))
                .evidence("The clock showed before", Some(jump.before))
                .evidence("The clock showed then", Some(jump.after))
                .evidence("Nothing old is deleted before", Some(jump.after + PROBATION))
                .remedy(Remedy::CheckClock)
        }))
    }

    /// Takes the present time of this computer for right, after its clock ran ahead and was corrected: what expired only
    /// by the wrong time is valid again.
    pub(crate) async fn clock_trust(&self, actor: Actor, _: Nothing) -> Result<Nothing, Error> {
        self.store().trust_clock(actor.audit(AuditAct::ClockTrust)).await?;
        tracing::warn!(now = %self.now(), "an Admin trusts the clock of this computer again");
        Ok(Nothing {})
    }
}

/// What to do about it.
const CORRECT: &str = "Correct the clock. If it is right now, run `foundational trust-clock`.";
