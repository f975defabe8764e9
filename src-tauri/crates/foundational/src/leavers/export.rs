//! The leavers as a table for spreadsheets.

use jiff::Timestamp;
use store::AuditAct;

use super::Leavers;
use super::views::{LeaverView, LeaversFilter};
use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::shapes::ExportFile;
use crate::spreadsheet::{begin, push_line};
use crate::words::counted;

const COLUMNS: [&str; 15] = [
    "name",
    "userName",
    "userId",
    "connection",
    "connectionId",
    "act",
    "requestArrived",
    "stored",
    "readBack",
    "noSessionOpen",
    "sessionsEnded",
    "seconds",
    "proof",
    "explanation",
    "request",
];

impl Leavers {
    /// All leavers that match, in the order of the list.
    pub(crate) async fn leavers_export(
        &self,
        actor: Actor,
        args: LeaversFilter,
    ) -> Result<ExportFile, Error> {
        let mut text = String::new();
        begin(&mut text, COLUMNS);
        // In one piece: between two pages, leavers would move.
        let rows = self.find(&args, 0, u64::MAX).await?.rows;
        let count = rows.len() as u64;
        for row in rows {
            push_line(&mut text, cells(row).each_ref().map(String::as_str));
        }
        let entry = actor.audit(AuditAct::LeaversExport);
        self.record_act(entry.with(counted(count, "proof of leaving", "proofs of leaving"))).await?;
        Ok(ExportFile { name: format!("leavers-{}.csv", self.now().strftime("%Y-%m-%d")), text, count })
    }
}

fn cells(view: LeaverView) -> [String; COLUMNS.len()] {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        view.name,
        view.user_name.unwrap_or_default(),
        view.person_id.unwrap_or_default(),
        view.connection_name,
        view.connection_id,
        view.act,
        time(view.requested_at),
        time(view.stored_at),
        time(view.read_back_at),
        time(view.sessions_ended_at),
        view.sessions.map(|sessions| sessions.to_string()).unwrap_or_default(),
        view.took.map(seconds).unwrap_or_default(),
        view.word,
        view.sentence,
        view.activity_id.unwrap_or_default(),
    ]
}

/// "0.012".
pub(crate) fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
