//! Where the running instance can be called: its bridge's address and the secret of this launch.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Code, Error};

/// How long this computer may take to connect to itself.
const CONNECT: Duration = Duration::from_secs(5);

/// What `bridge.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    /// The bearer secret of this launch.
    pub secret: String,
    /// The process that serves it.
    pub pid: u32,
}

impl Ticket {
    pub(crate) fn file(folder: &Path) -> PathBuf {
        folder.join("bridge.json")
    }

    /// When the instance wrote it that runs, or that did not end in order.
    pub(crate) fn written_at(folder: &Path) -> Option<SystemTime> {
        std::fs::metadata(Self::file(folder)).ok()?.modified().ok()
    }

    /// The running instance's ticket, if there is one.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&std::fs::read_to_string(Self::file(folder)).ok()?).ok()
    }

    /// Asks the running instance: its answer or refusal.
    ///
    /// # Errors
    /// When it gives none in time.
    pub(crate) async fn post(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Result<Value, Error>, reqwest::Error> {
        // The bridge is on this computer, so its client needs neither TLS nor a proxy; the library wants a provider of
        // cryptography all the same. Installed already is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().connect_timeout(CONNECT).build()?;
        let request = http.post(format!("{}{path}", self.url)).bearer_auth(&self.secret).json(body);
        let answer = request.send().await?;
        if answer.status().is_success() {
            Ok(Ok(answer.json().await?))
        } else {
            Ok(Err(answer.json().await?))
        }
    }

    /// The running instance gave no answer.
    pub(crate) fn silent(&self, why: &dyn std::fmt::Display) -> Error {
        let why = format!("The running instance (process {}) does not answer: {why}", self.pid);
        Error::new(Code::Unavailable, why).hinting("Wait until it has started, or end it.")
    }
}
