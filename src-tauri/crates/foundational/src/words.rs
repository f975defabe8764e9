//! Small pieces of sentences that several subjects use.

use std::error::Error;

use jiff::{SignedDuration, Timestamp};

/// "1 user", "25 users".
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A day in UTC: "5 March 2027".
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// When something ends, in whole days: "today", "tomorrow", "in 14 days".
pub(crate) fn ends(end: Timestamp, now: Timestamp) -> String {
    match end.duration_since(now).as_hours() / 24 {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

/// " for 5 hours", " for 3 days".
pub(crate) fn silence(since: Timestamp, now: Timestamp) -> String {
    match now.duration_since(since).as_hours() {
        hours if hours < 48 => format!(" for {hours} hours"),
        hours => format!(" for {} days", hours / 24),
    }
}

/// What follows a colon, or an error of a library, as a sentence.
pub(crate) fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The words of the layer in which an error began, which say it best: "Connection refused".
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// A sentence as it continues after a colon.
pub(crate) fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// How long something lasted, in its largest unit: "40 minutes", "8 hours", "3 days".
pub(crate) fn length(length: SignedDuration) -> String {
    let (minutes, hours) = (length.as_mins().max(0), length.as_hours());
    match hours {
        ..2 => counted(minutes.unsigned_abs(), "minute", "minutes"),
        2..48 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    }
}
