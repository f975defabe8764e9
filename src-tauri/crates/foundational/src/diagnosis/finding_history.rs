//! What was found over time: which findings are open since when, which are over, which are hidden.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::diagnosis::finding::Finding;
use crate::diagnosis::findings_views::PastFinding;

/// How many findings that are over are stored.
const MOST_PAST: usize = 200;

/// What is stored of findings.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingHistory {
    /// Those that were there at the last look, with the time at which they were found.
    open: Vec<PastFinding>,
    /// Newest first.
    pub past: Vec<PastFinding>,
    /// Until when a finding is hidden, by its id.
    pub hidden: BTreeMap<String, Timestamp>,
}

impl FindingHistory {
    /// What it is once this is found.
    pub(crate) fn updated(&self, findings: &[Finding], now: Timestamp) -> Self {
        let is_found = |known: &PastFinding| findings.iter().any(|one| one.id == known.id);
        let over = self.open.iter().filter(|known| !is_found(known));
        let over = over.map(|known| PastFinding { ended_at: now, ..known.clone() });
        let open = findings.iter().map(|one| {
            PastFinding::new(&one.id, one.code, &one.message, self.found_at(&one.id).unwrap_or(now))
        });
        let mut hidden = self.hidden.clone();
        hidden.retain(|_, until| *until > now);
        Self {
            open: open.collect(),
            past: over.chain(self.past.iter().cloned()).take(MOST_PAST).collect(),
            hidden,
        }
    }

    /// When a finding was found first.
    pub(crate) fn found_at(&self, id: &str) -> Option<Timestamp> {
        self.open.iter().find(|one| one.id == id).map(|one| one.found_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::finding::{FindingCode, Severity};

    fn finding(message: &str) -> Finding {
        Finding::new(FindingCode::BackupFailing, Severity::Warning, message.to_owned())
    }

    #[test]
    fn what_is_over_is_remembered_with_its_beginning_and_end() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut history = FindingHistory::default();
        history = history.updated(&[finding("The backup failed once.")], at(10));
        history = history.updated(&[finding("The backup failed twice.")], at(20));
        assert_eq!(history.found_at("backup.failing"), Some(at(10)), "it is the same as before");
        assert_eq!(history.past, []);
        history = history.updated(&[], at(30));
        let past = &history.past[0];
        assert_eq!((past.found_at, past.ended_at), (at(10), at(30)));
        assert_eq!(past.message, "The backup failed twice.", "in its last words");
        history = history.updated(&[finding("Again.")], at(40));
        assert_eq!(history.found_at("backup.failing"), Some(at(40)), "it begins again");
        let again = [finding("Again.")];
        for second in 50..600 {
            history = history.updated(if second % 2 == 0 { &[] } else { &again }, at(second));
        }
        assert_eq!(history.past.len(), MOST_PAST, "the oldest are forgotten");
    }
}
