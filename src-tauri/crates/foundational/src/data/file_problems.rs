//! What is wrong with the files of the workspace, for Home, the doctor and notifications.

use crate::attention::Attention;
use crate::context::Room as _;
use crate::data::Data;

impl Data {
    /// Everything that is wrong with the files, the most pressing first.
    pub(crate) fn file_problems(&self) -> Vec<Attention> {
        let store = self.store();
        let aside = store.damaged_logs();
        let when = |at: jiff::Timestamp| at.strftime("%-d %B %Y, %H:%M UTC");
        let line = |code: &str, urgent: bool, message: String| Attention {
            code: code.to_owned(),
            urgent,
            message,
            action: "See data".to_owned(),
            connection_id: None,
        };
        let stopped = store.workspace_write_failure().map(|stopped| {
            let (since, why) = (when(stopped.since), stopped.why);
            let message = format!(
                "Nothing can be saved since {since}: {why}. Requests that change something are refused."
            );
            line("writing.stopped", true, message)
        });
        let scarce = store.is_disk_full().then(|| {
            let folder = store.folder().display();
            let message = format!(
                "The disk of {folder} is full, and the reserved space on it is in use. Free some space."
            );
            line("disk.reserve", true, message)
        });
        let unrecorded = store.log_write_failure().map(|stopped| {
            let (since, why) = (when(stopped.since), stopped.why);
            let message = format!("Requests are answered but not logged since {since}: {why}. A restart starts a new log if this one is damaged.");
            line("log.stopped", true, message)
        });
        let aside = aside
            .last()
            .map(|aside| {
                let (when, file) = (when(aside.at), aside.path.display());
                line(
                    "log.setAside",
                    false,
                    format!(
                        "The request log was damaged. It was renamed to {file} on {when}, and a new log was started. \
                         Delete the file when you no longer need it."
                    ),
                )
            });
        let damaged = self.file_damage().map(|problem| {
            let folder = store.folder().display();
            let message = format!(
                "The file foundational.db in {folder} is damaged ({problem}). Make a copy of the folder, then restore a backup."
            );
            line("file.damaged", true, message)
        });
        [damaged, stopped, scarce, unrecorded, aside].into_iter().flatten().collect()
    }
}
