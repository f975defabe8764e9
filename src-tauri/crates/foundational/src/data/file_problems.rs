//! What is wrong with the files of the workspace, for Home, the doctor and notifications.

use idp::remedy::Remedy;

use crate::context::Room as _;
use crate::data::Data;
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::DISK_LOW;

impl Data {
    /// Everything that is wrong with the files, the most pressing first.
    pub(crate) fn file_problems(&self) -> Vec<Finding> {
        let store = self.store();
        let aside = store.damaged_logs();
        let when = |at: jiff::Timestamp| at.strftime("%-d %B %Y, %H:%M UTC");
        let line = |code: FindingCode, severity: Severity, message: String| {
            Finding::new(code, severity, message).remedy(Remedy::SeeData)
        };
        let stopped = store.workspace_write_failure().map(|stopped| {
            let (since, why) = (when(stopped.since), stopped.why);
            let message = format!(
                "Nothing can be saved since {since}: {why}. Requests that change something are refused."
            );
            line(FindingCode::WritingStopped, Severity::Problem, message)
        });
        let scarce = store.is_disk_full().then(|| {
            let folder = store.folder().display();
            let message = format!(
                "The disk of {folder} is full, and the reserved space on it is in use. Free some space."
            );
            line(FindingCode::DiskReserve, Severity::Problem, message)
        });
        let low = disk_low(store.free_disk().filter(|_| scarce.is_none()));
        let unrecorded = store.log_write_failure().map(|stopped| {
            let (since, why) = (when(stopped.since), stopped.why);
            let message = format!("Requests are answered but not logged since {since}: {why}. A restart starts a new log if this one is damaged.");
            line(FindingCode::LogStopped, Severity::Problem, message)
        });
        let aside = aside
            .last()
            .map(|aside| {
                let (when, file) = (when(aside.at), aside.path.display());
                line(
                    FindingCode::LogSetAside,
                    Severity::Warning,
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
            line(FindingCode::FileDamaged, Severity::Problem, message)
        });
        [damaged, stopped, scarce, unrecorded, low, aside].into_iter().flatten().collect()
    }
}

/// Found before the disk is full.
fn disk_low(free: Option<u64>) -> Option<Finding> {
    let free = free.filter(|free| *free < DISK_LOW)?;
    let message = format!("Only {} MB are free on the disk of the workspace.", free / 1_000_000);
    let found = Finding::new(FindingCode::DiskLow, Severity::Warning, message);
    Some(
        found
            .detail("Free some space. When the disk is full, no change can be saved.")
            .remedy(Remedy::SeeData),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_below_a_gigabyte() {
        assert_eq!(disk_low(Some(1_000_000_000)), None);
        assert_eq!(disk_low(None), None, "where the system does not say it");
        let found = disk_low(Some(999_999_999)).unwrap();
        assert_eq!(found.message, "Only 999 MB are free on the disk of the workspace.");
    }
}
