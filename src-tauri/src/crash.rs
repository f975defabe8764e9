//! A file about each panic, beside the log: where it happened and how the program got there. Nothing is ever sent.

use std::backtrace::Backtrace;
use std::fs;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::path::Path;

use foundational::private_file;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

use crate::log;

/// What every token begins with. Nothing that may be one is written.
const TOKEN: &str = "fdn_";
/// The beginning and the end of the name of such a file; the time is between them.
const PREFIX: &str = "crash-";
const SUFFIX: &str = ".txt";
const LONGEST_MESSAGE: usize = 300;

/// Writes the file before whatever else is done about a panic.
pub(crate) fn watch() {
    let then = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if let Some(folder) = log::folder() {
            // A report that cannot be written cannot be reported either.
            drop(keep(&folder, panic));
        }
        then(panic);
    }));
}

/// When a run that began then ended by a panic, as the files about it say. Their names know no parts of a second.
pub(crate) fn last_since(data: &Path, began: Timestamp) -> Option<Timestamp> {
    last(data).filter(|at| at.as_second() >= began.as_second())
}

fn last(data: &Path) -> Option<Timestamp> {
    let files = fs::read_dir(data.join(log::FOLDER)).ok()?.flatten();
    let name = files.filter_map(|file| file.file_name().into_string().ok());
    name.filter_map(|name| time(name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?)).max()
}

/// The time in a file's name, in which only letters and digits are left: `20261124T154012123456Z`.
fn time(digits: &str) -> Option<Timestamp> {
    let seconds = digits.get(..15)?;
    TimeZone::UTC.to_timestamp(DateTime::strptime("%Y%m%dT%H%M%S", seconds).ok()?).ok()
}

fn keep(folder: &Path, panic: &PanicHookInfo<'_>) -> std::io::Result<()> {
    let mut time = String::new();
    // A text takes whatever is written to it.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let text = report(&time, &place, panic.payload_as_str().unwrap_or(""), &Backtrace::force_capture());
    private_file::create_folder(folder)?;
    let name: String = time.chars().filter(char::is_ascii_alphanumeric).collect();
    let path = folder.join(format!("{PREFIX}{name}{SUFFIX}"));
    private_file::append(&path)?.write_all(text.as_bytes())
}

fn report(time: &str, place: &str, message: &str, trace: &Backtrace) -> String {
    format!(
        "Foundational {} stopped unexpectedly at {time}.\n{} {}\nThread: {}\nPlace: {place}\nMessage: {}\n\n{trace}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        std::thread::current().name().unwrap_or("without a name"),
        without_secrets(message),
    )
}

/// The message, cut short, without anything that could be a token or a whole body.
fn without_secrets(message: &str) -> String {
    let words = message.split_inclusive(|sign: char| sign.is_whitespace() || "\"'`,;()[]{}".contains(sign));
    let words = words.map(|word| match word.find(TOKEN) {
        Some(at) => format!("{}fdn_(removed) ", &word[..at]),
        None => word.to_owned(),
    });
    words.collect::<String>().chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_leaves_a_file_that_says_where() {
        let data = tempfile::tempdir().unwrap();
        log::keep_in(data.path());
        watch();
        let ended = std::thread::spawn(|| panic!("no such row for fdn_abcDEF123")).join();
        assert!(ended.is_err(), "the thread panicked");

        let files: Vec<_> =
            fs::read_dir(data.path().join("logs")).unwrap().map(|entry| entry.unwrap()).collect();
        assert_eq!(files.len(), 1, "one panic, one file: {files:?}");
        assert!(last(data.path()).is_some(), "the next launch finds when that was: {files:?}");
        let text = fs::read_to_string(files[0].path()).unwrap();
        assert!(text.contains("crash.rs"), "it names the place: {text}");
        assert!(text.contains("no such row for"), "and the message: {text}");
        assert!(!text.contains("abcDEF123"), "but no token: {text}");
    }

    #[test]
    fn the_newest_file_says_when() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(last(data.path()), None, "without a folder there is none");
        let logs = data.path().join("logs");
        fs::create_dir_all(&logs).unwrap();
        let names =
            ["crash-20261123T090000000000Z.txt", "crash-20261124T154012123456Z.txt", "crash-x.txt", "a.log"];
        for name in names {
            fs::write(logs.join(name), "").unwrap();
        }
        let newest = "2026-11-24T15:40:12Z".parse().ok();
        assert_eq!(last(data.path()), newest, "other files say nothing");
        let since = |began: &str| last_since(data.path(), began.parse().unwrap());
        assert_eq!(since("2026-11-24T15:40:12.9Z"), newest, "it ended within its first second");
        assert_eq!(since("2026-11-24T15:40:13Z"), None, "a later run has left nothing");
    }

    #[test]
    fn a_message_is_cut_and_holds_no_token() {
        assert_eq!(
            without_secrets("bad header \"Bearer fdn_x1\" here"),
            "bad header \"Bearer fdn_(removed)  here"
        );
        assert_eq!(without_secrets(&"x".repeat(1000)).len(), LONGEST_MESSAGE, "a body is cut");
    }
}
