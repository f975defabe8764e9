//! `foundational connection interop`.

use serde_json::Value;

use super::output::{Failure, Print, day, text};

impl Print {
    /// A connection's liberties, the most frequent first.
    pub(super) fn interop(&self, report: &Value) -> Result<(), Failure> {
        let liberties = report["liberties"].as_array().map(Vec::as_slice).unwrap_or_default();
        let exchanges = &report["exchanges"];
        let mut lines = vec![if liberties.is_empty() {
            format!("Of {exchanges} requests none took a liberty.")
        } else {
            format!("Liberties taken in the newest {exchanges} requests:")
        }];
        for one in liberties {
            lines.push(format!("{:>7} x  {}  ({})", one["times"], text(one, "title"), text(one, "code")));
            lines.push(format!("           bends {}; {}", text(one, "rule"), text(one, "answer")));
            lines.push(format!(
                "           first {}, last {}; known of: {}",
                day(one, "firstAt"),
                day(one, "lastAt"),
                text(one, "senders")
            ));
        }
        self.either(report, &lines)
    }
}
