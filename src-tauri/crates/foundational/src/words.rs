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

/// When something ends, in whole hours within two days and else in whole days, whatever the time zone: "within an hour", "in 30
/// hours", "in 14 days".
pub(crate) fn ends(end: Timestamp, now: Timestamp) -> String {
    match end.duration_since(now).as_hours() {
        ..1 => "within an hour".to_owned(),
        1 => "in 1 hour".to_owned(),
        hours @ 2..48 => format!("in {hours} hours"),
        hours => format!("in {} days", hours / 24),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_in_hours_within_two_days_and_else_in_days() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |hours: i64, seconds: i64| {
            ends(now + SignedDuration::from_hours(hours) + SignedDuration::from_secs(seconds), now)
        };
        assert_eq!([at(0, 1), at(1, -1)], ["within an hour"; 2]);
        assert_eq!([at(1, 0), at(2, -1)], ["in 1 hour"; 2]);
        assert_eq!([at(47, 0), at(48, -1)], ["in 47 hours"; 2], "it may be the day after tomorrow");
        assert_eq!([at(48, 0), at(72, -1)], ["in 2 days"; 2]);
        assert_eq!(at(72, 0), "in 3 days");
    }
}
