//! The log: one line of JSON for each event, in the data folder, never more than ten files of 5 MB. Standard error
//! shows warnings.
//!
//! **Invariant**: no token and no body of a request is in it. It holds the events of the program's own
//! code, and the errors of libraries.

mod rolling;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use rolling::Rolling;

/// Our own crates by name, libraries only for errors.
const LEVELS: &str =
    "error,foundational=info,foundational_desktop=info,server=info,store=info,scim=info,idp=info";

/// The folder in the data folder.
pub(crate) const FOLDER: &str = "logs";

static FILE: OnceLock<Rolling> = OnceLock::new();

/// Starts logging. Events before the data folder is known go to standard error alone.
pub(crate) fn begin() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn".into());
    let terminal = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter);
    let file = fmt::layer().json().with_writer(|| Writer).with_filter(EnvFilter::new(LEVELS));
    tracing_subscriber::registry().with(terminal).with(file).init();
}

/// Writes the log in this data folder from now on. This process holds the lock of the folder.
pub(crate) fn keep_in(data: &Path) {
    FILE.get_or_init(|| Rolling::new(data.join(FOLDER)));
}

/// Where the log is, once there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    FILE.get().map(|file| file.folder().to_owned())
}

/// Hands each line to the file, if it is known by now. A log that cannot be written must not be the reason why
/// something else fails.
struct Writer;

impl std::io::Write for Writer {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if let Some(file) = FILE.get() {
            drop(file.write(line));
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
