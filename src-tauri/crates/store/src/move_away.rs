//! Leaving for a server: every connection is paused in one transaction, so that two servers never both accept changes, and a
//! move that fails gives each connection its earlier pause back.

use crate::pause::{AWAY, PAUSE_FOR_MOVE};
use crate::{Error, StoreEvent, Tx};

/// A job that has to end before the workspace is moved: on two computers it would be continued twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfinishedJob {
    /// An undo has steps left, or is being begun.
    Undo,
    /// A connection is being deleted.
    Deletion,
    /// Held removals are being carried out.
    HeldRemovals,
}

/// How a connection was paused: id, since when, by which name, with all others, because of which move.
type EarlierPause = (String, Option<i64>, Option<String>, bool, Option<String>);

/// How the connections were paused before a move.
#[derive(Clone, Debug)]
pub struct EarlierPauses(Vec<EarlierPause>);

impl Tx {
    /// The job that a move has to wait for, if there is one.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn unfinished_job(&mut self) -> Result<Option<UnfinishedJob>, Error> {
        let (undo, deletion, removals): (bool, bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM undo WHERE state <> 'done'),
                    EXISTS (SELECT 1 FROM connection WHERE deleting IS NOT NULL),
                    EXISTS (SELECT 1 FROM held_removal WHERE applying)",
        )
        .fetch_one(&mut self.conn)
        .await?;
        Ok([
            (undo, UnfinishedJob::Undo),
            (deletion, UnfinishedJob::Deletion),
            (removals, UnfinishedJob::HeldRemovals),
        ]
        .into_iter()
        .find_map(|(is_unfinished, job)| is_unfinished.then_some(job)))
    }

    /// Pauses every connection because the workspace leaves, also one that is paused already.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn pause_for_move(&mut self) -> Result<EarlierPauses, Error> {
        let earlier: Vec<EarlierPause> =
            sqlx::query_as("SELECT id, paused_at, paused_by, paused_by_pause_all, moved FROM connection")
                .fetch_all(&mut self.conn)
                .await?;
        sqlx::query(PAUSE_FOR_MOVE)
            .bind(self.now().as_millisecond())
            .bind(AWAY.name)
            .bind(AWAY.word)
            .execute(&mut self.conn)
            .await?;
        for (id, ..) in &earlier {
            self.begin_pause(id.clone(), AWAY.name);
        }
        Ok(EarlierPauses(earlier))
    }

    /// Pauses each connection as it was before a move that failed, unless a person has resumed it since.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn take_move_back(&mut self, earlier: EarlierPauses) -> Result<(), Error> {
        for (id, at, by, by_pause_all, moved) in earlier.0 {
            sqlx::query(
                "UPDATE connection SET paused_at = $2, paused_by = $3, paused_by_pause_all = $4, moved = $5
                 WHERE id = $1 AND moved = $6",
            )
            .bind(&id)
            .bind(at)
            .bind(by)
            .bind(by_pause_all)
            .bind(moved)
            .bind(AWAY.word)
            .execute(&mut self.conn)
            .await?;
            self.notify(StoreEvent::Connection(id));
        }
        Ok(())
    }
}
