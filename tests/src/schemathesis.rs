//! schemathesis, which was not written here: it makes requests of an OpenAPI document by chance, and of what earlier
//! answers hold.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::paths::target;
use crate::wait::PATIENCE;

/// Each of its checks but those that expect what this server does otherwise: unknown attributes are ignored, and many requests
/// without a valid token are answered 429. `/Me` is answered 501, and OPTIONS tells what an address takes, whatever is there.
const SETTINGS: &str = r#"
headers = { Authorization = "Bearer ${SCIM_TOKEN}" }
continue-on-failure = true

[generation]
no-shrink = true

[checks]
ignored_auth.enabled = false
missing_required_header.enabled = false
negative_data_rejection.enabled = false
positive_data_acceptance.enabled = false

[[operations]]
include-path = "/Me"
enabled = false

[[operations]]
include-method = "OPTIONS"
checks.use_after_free.enabled = false
"#;

/// What came of a run.
#[derive(Debug)]
pub struct SchemathesisRun {
    /// Each answer was as documented, and none was 5xx.
    pub passed: bool,
    /// How many requests were made.
    pub requests: u64,
    /// What it printed.
    pub output: String,
}

/// Runs it against an endpoint, for so many seconds at most.
pub async fn schemathesis(
    document: &Value,
    (endpoint, token): (&str, &str),
    seconds: u64,
    arguments: &[&str],
) -> SchemathesisRun {
    let program = target().join("venv/bin/schemathesis");
    assert!(program.is_file(), "{} is missing; `npm test` installs it", program.display());
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in [("openapi.json", document.to_string()), ("settings.toml", SETTINGS.to_owned())] {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let mut command = Command::new(program);
    command
        .args(["--config-file", "settings.toml", "run", "openapi.json", "--url", endpoint])
        .args(["--max-time", &seconds.to_string()])
        .args(arguments)
        // The token goes by the environment: other users of a machine see a command line.
        .env("SCIM_TOKEN", token)
        .env("NO_COLOR", "1")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let limit = Duration::from_secs(seconds) + PATIENCE * 2;
    let output = timeout(limit, command.output()).await.expect("schemathesis ends in time");
    let output = output.expect("schemathesis can be started");
    let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let requests = shown.lines().find_map(|line| line.split_once(" generated,")?.0.trim().parse().ok());
    SchemathesisRun {
        passed: output.status.success(),
        requests: requests.unwrap_or(0),
        output: format!("{shown}{errors}"),
    }
}
