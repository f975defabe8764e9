//! The request log as a file: JSON Lines (<https://jsonlines.org/>), one request a line, newest first, without bodies.

use serde::Serialize;
use store::{Activity, AuditAct};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::activity::row;
use crate::diagnosis::activity_views::{ActivityFilter, ActivityRow};
use crate::diagnosis::steps::{StepsUs, steps};
use crate::error::{Code, Error};
use crate::limits::{EXPORTED_REQUESTS, ROWS};
use crate::shapes::ExportFile;
use crate::words::counted;

/// A request in the file.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    row: ActivityRow,
    #[serde(rename = "stepsUs")]
    steps: StepsUs,
    notes: Vec<Note<'a>>,
}

/// How what arrived was normalised, or a hint.
#[derive(Serialize)]
struct Note<'a> {
    code: &'a str,
    text: &'a str,
}

impl Diagnosis {
    /// The requests that match, newest first: all of them, or as many as one export has. What arrives while they are read is
    /// not among them.
    pub(crate) async fn activity_export(
        &self,
        actor: Actor,
        args: ActivityFilter,
    ) -> Result<ExportFile, Error> {
        let filter = self.activity_filter(args).await?;
        let (mut text, mut count, mut before) = (String::new(), 0, None);
        while count < EXPORTED_REQUESTS {
            let limit = ROWS.min(EXPORTED_REQUESTS - count);
            let page = self.store().activity_page(&filter, before.as_deref(), limit).await?;
            count += page.rows.len();
            for activity in &page.rows {
                push_line(&mut text, activity)?;
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let count = count as u64;
        let entry = actor.audit(AuditAct::ActivityExport).with(counted(count, "request", "requests"));
        self.record_act(entry).await?;
        Ok(ExportFile { name: format!("activity-{}.jsonl", self.now().strftime("%Y-%m-%d")), text, count })
    }
}

fn push_line(text: &mut String, activity: &Activity) -> Result<(), Error> {
    let notes = activity.notes.iter().map(|note| Note { code: &note.code, text: &note.text }).collect();
    let line = serde_json::to_string(&Line { row: row(activity), steps: StepsUs(steps(activity)), notes });
    text.push_str(&line.map_err(|error| Error::new(Code::Internal, error.to_string()))?);
    text.push('\n');
    Ok(())
}
