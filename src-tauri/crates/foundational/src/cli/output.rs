//! What the command line prints: text for people, JSON for programs, failures on standard error.

use std::io::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::app::options::OpenError;
use crate::diagnosis::doctor_views::{DoctorLine, Level};
use crate::error::{Code, Error};
use crate::words::upper;

/// Why a command was not done.
#[derive(Debug)]
pub(super) struct Failure {
    pub message: String,
    pub hint: Option<String>,
    pub code: u8,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { message: error.message, hint: error.hint, code: 1 }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self {
            message: format!("{}.", upper(&error.to_string())),
            hint: Some(error.hint().to_owned()).filter(|h| !h.is_empty()),
            code: error.exit_code(),
        }
    }
}

/// A closed standard output ends the command like any other failure.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { message: format!("Cannot print: {error}."), hint: None, code: 1 }
    }
}

/// The failure as programs read it.
#[derive(Serialize)]
struct Failed<'a> {
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    message: &'a str,
    hint: Option<&'a str>,
}

pub(super) struct Print {
    pub json: bool,
}

/// A date without its time of day; "never" where there is none.
pub(super) fn day(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// A value of a list of words as it is in JSON: `keepActive`.
pub(super) fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Standard output, line by line.
pub(super) fn line(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn as_json(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Error::new(Code::Internal, error.to_string()).into())
}

impl Print {
    /// The value for programs, or the lines for people.
    pub(super) fn either(&self, value: &impl Serialize, lines: &[String]) -> Result<(), Failure> {
        if self.json {
            return line(&format!("{:#}", as_json(value)?));
        }
        lines.iter().try_for_each(|text| line(text))
    }

    /// The same on one line of JSON, so that a program can read it while this one runs on.
    pub(super) fn either_compact(&self, value: &impl Serialize, lines: &[String]) -> Result<(), Failure> {
        if self.json {
            return line(&as_json(value)?.to_string());
        }
        lines.iter().try_for_each(|text| line(text))
    }

    /// A remark on standard error, for people only.
    pub(super) fn note(&self, line: &str) {
        if !self.json {
            drop(writeln!(std::io::stderr(), "{line}"));
        }
    }

    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        let mut error = std::io::stderr();
        if self.json {
            let reason = Reason { message: &failure.message, hint: failure.hint.as_deref() };
            let failed = serde_json::to_string(&Failed { error: reason }).unwrap_or_default();
            drop(writeln!(error, "{failed}"));
        } else {
            drop(writeln!(error, "foundational: {}", failure.message));
            if let Some(hint) = &failure.hint {
                drop(writeln!(error, "  {hint}"));
            }
        }
        ExitCode::from(failure.code)
    }

    pub(super) fn done(&self, line: &str, value: &impl Serialize) -> Result<(), Failure> {
        self.either(value, &[line.to_owned()])
    }

    /// The doctor's lines; a problem among them is exit code 1.
    pub(super) fn doctor(&self, findings: &[DoctorLine]) -> Result<ExitCode, Failure> {
        let mut lines = Vec::new();
        for one in findings {
            let mark = match one.level {
                Level::Ok => "ok       ",
                Level::Warning => "attention",
                Level::Problem => "PROBLEM  ",
            };
            lines.push(format!("{mark}  {}", one.message));
            lines.extend(one.hint.iter().map(|hint| format!("           {hint}")));
        }
        self.either(&findings, &lines)?;
        let wrong = findings.iter().any(|one| one.level == Level::Problem);
        Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
