//! Health, readiness and metrics: whether the process lives, whether it serves, and how busy it is.
//!
//! **Invariant**: nothing of it is a value of a person, an address with an id, a token or a text that a client chose.

mod metrics;
pub(crate) mod monitoring_server;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::context::{Context, Lifecycle, Room};
use crate::diagnosis::Diagnosis;
use crate::diagnosis::finding::Severity;
use crate::monitoring::metrics::{FindingCounts, Metrics, SEVERITIES};
use crate::server::ScimServer;

/// How old the numbers of findings may be: what they follow from is read from the database.
const FINDINGS: Duration = Duration::from_secs(10);

/// The monitoring of one workspace. Cheap to clone.
#[derive(Clone)]
pub struct Monitoring {
    context: Context,
    scim_server: ScimServer,
    diagnosis: Diagnosis,
    /// How many findings there were, by severity, and when that was looked at.
    findings: Arc<Mutex<Option<(Instant, FindingCounts)>>>,
}

impl Monitoring {
    pub(crate) fn new(context: Context, scim_server: ScimServer, diagnosis: Diagnosis) -> Self {
        Self { context, scim_server, diagnosis, findings: Arc::default() }
    }

    /// Why requests of identity providers are not served now, as a sentence without any value. None: they are. A connection that is
    /// paused is served: its requests are answered.
    pub(crate) fn not_ready(&self) -> Option<&'static str> {
        match self.lifecycle() {
            Lifecycle::Open => Some("Foundational is starting."),
            Lifecycle::Replaced => Some("A backup is put in place."),
            Lifecycle::Closed => Some("Foundational is stopping."),
            Lifecycle::Serving if !self.scim_server.exposure().is_listening() => {
                Some("SCIM is not served; `foundational doctor` says why.")
            }
            Lifecycle::Serving => self
                .store()
                .workspace_write_failure()
                .map(|_failure| "Changes can't be saved; `foundational doctor` says why."),
        }
    }

    /// The metrics in the text format of Prometheus.
    pub(crate) async fn metrics(&self) -> Result<String, fmt::Error> {
        let connections = self.store().known_connections();
        Metrics {
            requests: self.server().request_metrics(),
            store: self.store().metrics(),
            open_sockets: self.server().open_sockets(),
            connections: connections.len(),
            paused_connections: connections.iter().filter(|one| one.pause.is_some()).count(),
            findings: self.findings().await,
        }
        .text()
    }

    /// How many findings there are that are not hidden, by severity. None: they could not be looked at.
    async fn findings(&self) -> Option<FindingCounts> {
        let mut known = self.findings.lock().await;
        if let Some((at, numbers)) = *known
            && at.elapsed() < FINDINGS
        {
            return Some(numbers);
        }
        match self.diagnosis.unhidden().await {
            Ok(found) => {
                let of = |severity: Severity| found.iter().filter(|one| one.severity == severity).count();
                let numbers = SEVERITIES.map(|(severity, _)| of(severity));
                *known = Some((Instant::now(), numbers));
                Some(numbers)
            }
            Err(error) => {
                tracing::warn!(%error, "findings could not be counted");
                None
            }
        }
    }
}

impl Room for Monitoring {
    fn context(&self) -> &Context {
        &self.context
    }
}
