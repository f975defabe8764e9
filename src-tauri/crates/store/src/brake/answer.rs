//! What an Admin sets and answers, and the pause of a connection whose held removals no one answers.

use jiff::Timestamp;

use super::held::is_due;
use super::{Brake, BrakeMode, HoldAnswer};
use crate::sql_values::signed;
use crate::{Connection, Error, Store, StoreEvent, Tx};

impl Store {
    /// The connections whose removals were held for 24 hours without an answer, and that are not paused yet.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn unanswered_holds(&self, now: Timestamp) -> Result<Vec<Connection>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM connection WHERE hold_pauses_at <= $1 AND hold_answer IS NULL AND paused_at IS NULL
             AND deleting IS NULL",
        )
        .bind(now.as_millisecond())
        .fetch_all(self.readers())
        .await?)
    }

    /// Forgets the holds that were let through before this time and of which nothing is left to be done.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn forget_past_holds(&self, before: Timestamp) -> Result<(), Error> {
        const PAST: &str = concat!(
            "SELECT id FROM connection c WHERE hold_answer = 'through' AND hold_answered_at < $1 AND NOT EXISTS (
                 SELECT 1 FROM held_removal h WHERE h.connection_id = c.id AND (h.arrived_at >= $1 OR ",
            is_due!(),
            "))"
        );
        let past: Vec<String> =
            sqlx::query_scalar(PAST).bind(before.as_millisecond()).fetch_all(self.readers()).await?;
        for id in past {
            let cleared: Result<(), Error> = self
                .write(async move |tx| {
                    // Another hold may have begun since.
                    let past: Vec<String> = sqlx::query_scalar(PAST)
                        .bind(before.as_millisecond())
                        .fetch_all(&mut tx.conn)
                        .await?;
                    if past.contains(&id) {
                        tx.clear_hold(&id).await?;
                    }
                    Ok(())
                })
                .await;
            cleared?;
        }
        Ok(())
    }
}

impl Tx {
    /// Sets what a connection does about a mass change. With *Notify* nothing is refused any more: removals that wait for an
    /// answer are let through, and those that an Admin refuses are forgotten. `false`: no such connection.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn set_brake(&mut self, id: &str, brake: &Brake, by: &str) -> Result<bool, Error> {
        let set = sqlx::query(
            "UPDATE connection SET brake_mode = $2, mass_least = $3, mass_people = $4, mass_percent_hour = $5,
             mass_percent_day = $6 WHERE id = $1 AND deleting IS NULL",
        )
        .bind(id)
        .bind(brake.mode.as_str())
        .bind(signed(brake.thresholds.least))
        .bind(signed(brake.thresholds.people))
        .bind(signed(brake.thresholds.percent_hour))
        .bind(signed(brake.thresholds.percent_day))
        .execute(&mut self.conn)
        .await?;
        if brake.mode == BrakeMode::Notify {
            let answer: Option<Option<String>> = sqlx::query_scalar(
                "SELECT hold_answer FROM connection WHERE id = $1 AND hold_since IS NOT NULL",
            )
            .bind(id)
            .fetch_optional(&mut self.conn)
            .await?;
            match answer.as_ref().map(Option::as_deref) {
                Some(None) => drop(self.answer_hold(id, HoldAnswer::LetThrough, by).await?),
                Some(Some("refuse")) => drop(self.end_hold(id).await?),
                _ => {}
            }
        }
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(set.rows_affected() > 0)
    }

    /// Answers held removals. `false`: nothing is held, or that is the answer already.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn answer_hold(&mut self, id: &str, answer: HoldAnswer, by: &str) -> Result<bool, Error> {
        let is_through = answer == HoldAnswer::LetThrough;
        let done = sqlx::query(
            "UPDATE connection SET hold_answer = $2, hold_answered_at = $3, hold_answered_by = $4, hold_pauses_at = NULL,
             removals_counted_from = iif($5, $3, removals_counted_from)
             WHERE id = $1 AND deleting IS NULL AND hold_since IS NOT NULL
             AND CASE WHEN $5 THEN hold_answer IS NOT 'through' ELSE hold_answer IS NULL END",
        )
        .bind(id)
        .bind(if is_through { "through" } else { "refuse" })
        .bind(self.now().as_millisecond())
        .bind(by)
        .bind(is_through)
        .execute(&mut self.conn)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        if is_through {
            // What arrived before is not counted any more.
            sqlx::query(
                "DELETE FROM held_removal WHERE connection_id = $1 AND arrived_at IS NOT NULL;
                 UPDATE held_removal SET let_through_at = $2 WHERE connection_id = $1",
            )
            .bind(id)
            .bind(self.now().as_millisecond())
            .execute(&mut self.conn)
            .await?;
        }
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(true)
    }

    /// Ends a hold that was answered: what was held is forgotten, and removals are counted from now on. `false`: there is none
    /// with an answer.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn end_hold(&mut self, id: &str) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET removals_counted_from = $2
             WHERE id = $1 AND deleting IS NULL AND hold_answer IS NOT NULL",
        )
        .bind(id)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await?;
        if done.rows_affected() > 0 {
            self.clear_hold(id).await?;
        }
        Ok(done.rows_affected() > 0)
    }

    async fn clear_hold(&mut self, id: &str) -> Result<(), Error> {
        sqlx::query(
            "UPDATE connection SET hold_since = NULL, hold_pauses_at = NULL, hold_answer = NULL, hold_answered_at = NULL,
             hold_answered_by = NULL WHERE id = $1;
             DELETE FROM held_removal WHERE connection_id = $1",
        )
        .bind(id)
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(())
    }
}
