//! scim2-cli, a SCIM client that was not written here, and its compliance run.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::paths::target;
use crate::wait::PATIENCE;

/// The result of one call of the client.
#[derive(Debug)]
pub struct Answer {
    /// The client took the answer for a success.
    pub ok: bool,
    /// The resource or the SCIM error; `null` when nothing, or nothing of that kind, was shown.
    pub body: Value,
    /// What it printed.
    pub output: String,
}

/// A line of the compliance run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What was checked.
    pub title: String,
    /// `SUCCESS`, or in which way it was not one.
    pub status: String,
    pub reason: String,
}

/// The client, pointed at an endpoint with a token.
pub struct Scim2Cli {
    program: PathBuf,
    endpoint: String,
    token: String,
}

impl Scim2Cli {
    pub fn new(endpoint: &str, token: &str) -> Self {
        let program = target().join("venv/bin/scim2");
        assert!(program.is_file(), "{} is missing; `npm test` installs it", program.display());
        Self { program, endpoint: endpoint.to_owned(), token: token.to_owned() }
    }

    /// The same client with the same token at another endpoint.
    #[must_use]
    pub fn at(&self, endpoint: &str) -> Self {
        Self::new(endpoint, &self.token)
    }

    /// Creates a resource: `create("user", &["--user-name", "ada@example.com"])`.
    pub async fn create(&self, kind: &str, attributes: &[&str]) -> Answer {
        self.call(&[&["create", kind], attributes].concat()).await
    }

    /// Changes a resource: `modify("user", id, &["replace", "title", "Countess"])`.
    pub async fn modify(&self, kind: &str, id: &str, operations: &[&str]) -> Answer {
        self.call(&[&["modify", kind, id], operations].concat()).await
    }

    /// Reads a resource.
    pub async fn query(&self, kind: &str, id: &str) -> Answer {
        self.call(&["query", kind, id]).await
    }

    /// Lists what a filter finds.
    pub async fn find(&self, kind: &str, filter: &str) -> Answer {
        self.call(&["query", kind, "--filter", filter]).await
    }

    pub async fn delete(&self, kind: &str, id: &str) -> Answer {
        self.call(&["delete", kind, id]).await
    }

    /// The compliance run: every check with its result.
    pub async fn compliance(&self) -> Vec<Finding> {
        let output = self.run(&["test", "--verbose"]).await;
        let report = String::from_utf8_lossy(&output.stdout);
        let findings = findings(&report);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!findings.is_empty(), "the compliance run checked nothing:\n{report}\n{errors}");
        findings
    }

    async fn call(&self, arguments: &[&str]) -> Answer {
        let output = self.run(arguments).await;
        let shown = String::from_utf8_lossy(&output.stdout);
        Answer {
            ok: output.status.success(),
            body: serde_json::from_str(&shown).unwrap_or_default(),
            output: format!("{shown}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        // The token goes by the environment: other users of a machine see a command line.
        command
            .env("SCIM_CLI_URL", &self.endpoint)
            .env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", self.token))
            .env("NO_COLOR", "1")
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = timeout(PATIENCE * 6, command.output()).await.expect("scim2-cli ends in time");
        output.expect("scim2-cli can be started")
    }
}

const STATUSES: [&str; 7] =
    ["SUCCESS", "COMPLIANT", "ACCEPTABLE", "DEVIATION", "ERROR", "CRITICAL", "SKIPPED"];

/// A check is a line `STATUS title`; the lines below it that start with two spaces are its reason.
fn findings(report: &str) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for line in report.lines() {
        if let Some((status, title)) = line.split_once(' ').filter(|(word, _)| STATUSES.contains(word)) {
            found.push(Finding { title: title.into(), status: status.into(), reason: String::new() });
        } else if let (Some(reason), Some(last)) = (line.strip_prefix("  "), found.last_mut())
            && last.reason.is_empty()
        {
            reason.clone_into(&mut last.reason);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compliance_run_is_read_line_by_line() {
        let report = "Performing a SCIM compliance check on http://x ...\n\
            SUCCESS random_url\n  http://x/y returned a 404\n  data\nERROR patch_add\n  No such thing\nSKIPPED misc\n";
        let found = findings(report);
        let short: Vec<_> =
            found.iter().map(|f| (f.status.as_str(), f.title.as_str(), f.reason.as_str())).collect();
        assert_eq!(
            short,
            [
                ("SUCCESS", "random_url", "http://x/y returned a 404"),
                ("ERROR", "patch_add", "No such thing"),
                ("SKIPPED", "misc", ""),
            ]
        );
    }
}
