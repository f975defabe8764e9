//! Proves that a leaver has left: ends the sessions, reads the account back from what is committed, and writes what was seen.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use jiff::Timestamp;
use store::{LeaverOutcome, LeaverSeen, ReadBack};

use super::Leavers;
use crate::context::Room as _;
use crate::error::Error;
use crate::event::{Event, Topic};

/// How many leavers are read back and written together.
const TOGETHER: u64 = 500;

impl Leavers {
    /// Asks for those to be read back whose access has just ended.
    pub(crate) fn ask(&self) {
        self.asked.notify_one();
    }

    /// Waits until it is asked.
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }

    fn ended(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, u64)>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends every session of a person who lost access.
    pub(crate) async fn end_sessions(&self, person_id: &str) {
        let sessions = self.access.sessions();
        if !sessions.has(person_id) {
            return;
        }
        let ended = sessions.end_of_person(person_id, &self.access.why_ended(person_id).await);
        if ended > 0 {
            self.ended().insert(person_id.to_owned(), (self.now(), ended));
            self.send(Event::about(Topic::Session, person_id.to_owned()));
        }
    }

    /// Reads back all who were not read back yet. Who leaves after that asks again.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn prove(&self) -> Result<(), Error> {
        while self.prove_some().await? == TOGETHER && self.may_go_on().await {}
        Ok(())
    }

    /// Reads some of them back. Answers how many there were.
    async fn prove_some(&self) -> Result<u64, Error> {
        let open = self.store().open_leavers(TOGETHER).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let ids: Vec<i64> = open.iter().map(|(change_id, _)| *change_id).collect();
        let read = self.store().read_leavers_back(&ids).await?;
        let read_back_at = self.now();
        let mut seen = Vec::new();
        for one in read {
            // The event that ends them may not be here yet, or be lost.
            if !one.is_active {
                self.end_sessions(&one.person_id).await;
            }
            seen.push(self.seen(&one, read_back_at));
        }
        self.store().write(async move |tx| Ok::<_, Error>(tx.complete_leavers(&seen).await?)).await?;
        self.send(Event::of(Topic::Leavers));
        Ok(ids.len() as u64)
    }

    /// What is seen of a leaver who was read back.
    fn seen(&self, one: &ReadBack, read_back_at: Timestamp) -> LeaverSeen {
        let ended = self.ended().remove(&one.person_id).filter(|(at, _)| *at >= one.stored_at);
        let is_signed_in = one.is_remembered || self.access.sessions().has(&one.person_id);
        LeaverSeen {
            change_id: one.change_id,
            outcome: outcome(one, is_signed_in),
            read_back_at,
            sessions: ended.map_or(0, |(_, sessions)| sessions),
            sessions_ended_at: (!is_signed_in).then(|| self.now()),
        }
    }
}

/// What was seen, in a word.
fn outcome(one: &ReadBack, is_signed_in: bool) -> LeaverOutcome {
    match (one.is_active, one.is_returned) {
        (true, true) => LeaverOutcome::Returned,
        (true, false) => LeaverOutcome::Active,
        (false, _) if is_signed_in => LeaverOutcome::SignedIn,
        (false, _) => LeaverOutcome::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_complete_only_without_access_and_without_a_session() {
        for (is_active, is_returned, is_signed_in, expected) in [
            (false, false, false, LeaverOutcome::Complete),
            (false, false, true, LeaverOutcome::SignedIn),
            (true, false, false, LeaverOutcome::Active),
            (true, false, true, LeaverOutcome::Active),
            (true, true, false, LeaverOutcome::Returned),
            // Deactivated again since.
            (false, true, false, LeaverOutcome::Complete),
        ] {
            let one = ReadBack {
                change_id: 1,
                person_id: "ada".to_owned(),
                stored_at: Timestamp::UNIX_EPOCH,
                is_active,
                is_returned,
                is_remembered: false,
            };
            assert_eq!(outcome(&one, is_signed_in), expected, "{one:?} {is_signed_in}");
        }
    }
}
