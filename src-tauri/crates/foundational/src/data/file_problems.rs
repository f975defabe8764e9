//! What is wrong with the files of the workspace, for Home, the doctor and notifications.

use std::path::Path;

use idp::remedy::Remedy;
use store::GivesWay;

use crate::context::Room as _;
use crate::data::Data;
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{CHANGES_STOP, DISK_LOW, LOG_STOPS};

impl Data {
    /// Everything that is wrong with the files, the most pressing first.
    pub(crate) fn file_problems(&self) -> Vec<Finding> {
        let store = self.store();
        let aside = store.damaged_logs();
        let line = |code: FindingCode, severity: Severity, message: String| {
            Finding::new(code, severity, message).remedy(Remedy::SeeData)
        };
        let stopped = store.workspace_write_failure().map(|stopped| {
            let message =
                format!("Nothing can be saved: {}. Requests that change something are refused.", stopped.why);
            line(FindingCode::WritingStopped, Severity::Problem, message)
                .since(Some(stopped.since))
                .evidence("The first write that failed", Some(stopped.since))
        });
        let space = store.free_disk().and_then(|free| disk_space(free, store.folder()));
        let unrecorded = store.log_write_failure().map(|stopped| {
            let message = format!(
                "Requests are answered but not logged: {}. A restart starts a new log if this one is damaged.",
                stopped.why
            );
            line(FindingCode::LogStopped, Severity::Problem, message)
                .since(Some(stopped.since))
                .evidence("The first request that was not logged", Some(stopped.since))
        });
        let aside = aside.last().map(|aside| {
            let file = aside.path.display();
            line(
                FindingCode::LogSetAside,
                Severity::Warning,
                format!(
                    "The request log was damaged. It was renamed to {file}, and a new log was started. \
                         Delete the file when you no longer need it."
                ),
            )
            .since(Some(aside.at))
            .evidence("The log was renamed", Some(aside.at))
            .cause(Confidence::Certain, "Its file was not what Foundational had written.")
        });
        let damaged = self.file_damage().map(|problem| {
            let folder = store.folder().display();
            let message = format!(
                "The file foundational.db in {folder} is damaged ({problem}). Make a copy of the folder, then restore a backup."
            );
            line(FindingCode::FileDamaged, Severity::Problem, message)
        });
        [damaged, stopped, space, unrecorded, aside].into_iter().flatten().collect()
    }
}

/// How what was refused arrives.
const RETRY: &str = "Azure sends again by itself what was refused. In Okta, open **Dashboard > Tasks** and choose **Retry Selected**.";

/// What follows from so many bytes being free on the disk of this folder.
fn disk_space(free: u64, folder: &Path) -> Option<Finding> {
    let (megabytes, folder) = (|bytes: u64| bytes / 1_000_000, folder.display());
    let (log, changes) = (megabytes(LOG_STOPS), megabytes(CHANGES_STOP));
    let found = match GivesWay::with(free) {
        GivesWay::Changes => Finding::new(
            FindingCode::DiskReserve,
            Severity::Problem,
            format!("The disk of {folder} is nearly full. Changes of identity providers are refused, except for leavers."),
        )
        .detail("What takes access or memberships away is done: what is left is for that. Requests are not logged.")
        .step(format!("Free some space: it ends by itself as soon as {changes} MB are free."))
        .step(RETRY.to_owned())
        .cause(Confidence::Certain, format!("Less than {changes} MB are free.")),
        // A warning that was hidden does not hide this.
        GivesWay::Log => Finding::new(
            FindingCode::DiskLow,
            Severity::Problem,
            format!("The disk of {folder} is nearly full. Requests are answered but not logged."),
        )
        .keyed("log")
        .detail(format!("Below {changes} MB, changes of identity providers are refused, too."))
        .cause(Confidence::Certain, format!("Less than {log} MB are free.")),
        GivesWay::Nothing if free < DISK_LOW => Finding::new(
            FindingCode::DiskLow,
            Severity::Warning,
            format!("Only {} MB are free on the disk of {folder}.", megabytes(free)),
        )
        .detail(format!(
            "Free some space. Below {log} MB requests are not logged, and below {changes} MB changes are refused."
        ))
        .cause(Confidence::Certain, format!("Less than {} MB are free.", megabytes(DISK_LOW))),
        GivesWay::Nothing => return None,
    };
    Some(found.evidence(format!("{} MB are free", megabytes(free)), None).remedy(Remedy::SeeData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_space_is_found_by_what_gives_way() {
        let found = |free| disk_space(free, Path::new("/data")).map(|found| (found.id, found.severity));
        assert_eq!(found(1_000_000_000), None);
        assert_eq!(found(999_999_999), Some(("disk.low".to_owned(), Severity::Warning)));
        assert_eq!(found(128_000_000), Some(("disk.low".to_owned(), Severity::Warning)));
        assert_eq!(found(127_999_999), Some(("disk.low:log".to_owned(), Severity::Problem)));
        assert_eq!(found(63_999_999), Some(("disk.reserve".to_owned(), Severity::Problem)));
        let low = disk_space(999_999_999, Path::new("/data")).unwrap();
        assert_eq!(low.message, "Only 999 MB are free on the disk of /data.");
    }
}
