//! A workspace from the command line: through the running instance's bridge, or by opening the store.

use std::path::Path;

use serde_json::{Value, json};

use super::output::Failure;
use crate::app::{Foundational, OpenError, Options};
use crate::bridge::Ticket;
use crate::error::{Code, Error};
use crate::sessions::Caller;

pub(super) enum Access {
    /// Nobody else has the folder.
    Own(Foundational),
    /// An instance has it; it does what is asked.
    Bridge { ticket: Ticket, http: reqwest::Client },
}

/// The bridge is on this computer, so its client needs neither TLS nor a proxy; the library wants a provider of
/// cryptography all the same.
fn client() -> Result<reqwest::Client, Failure> {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let built = reqwest::Client::builder().no_proxy().build();
    built.map_err(|error| Error::new(Code::Internal, error.to_string()).into())
}

impl Access {
    pub(super) async fn open(options: Options) -> Result<Self, Failure> {
        let data = options.data.clone();
        match Foundational::open(options).await {
            Ok(app) => Ok(Self::Own(app)),
            // An instance that runs there was started with the insistence.
            Err(held @ (OpenError::Store(store::Error::Held { .. }) | OpenError::Remote { .. })) => {
                Self::running(&data)?.ok_or_else(|| held.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The instance whose ticket lies in the folder, if there is one.
    pub(super) fn running(data: &Path) -> Result<Option<Self>, Failure> {
        Ticket::read(data).map(|ticket| Ok(Self::Bridge { ticket, http: client()? })).transpose()
    }

    pub(super) async fn call(&self, command: &str, args: Value) -> Result<Value, Failure> {
        match self {
            Self::Own(app) => Ok(app.call(&Caller::Operator, command, args).await?),
            Self::Bridge { ticket, http } => {
                let unreachable = |error: reqwest::Error| {
                    Error::new(
                        Code::Unavailable,
                        format!("The running instance (process {}) does not answer: {error}", ticket.pid),
                    )
                    .hinting("Wait until it has started, or end it.")
                };
                let answer = http
                    .post(format!("{}/bridge/call", ticket.url))
                    .bearer_auth(&ticket.secret)
                    .json(&json!({ "command": command, "args": args }))
                    .send()
                    .await
                    .map_err(unreachable)?;
                if answer.status().is_success() {
                    return Ok(answer.json().await.map_err(unreachable)?);
                }
                let refused: Error = answer.json().await.map_err(unreachable)?;
                Err(refused.into())
            }
        }
    }

    pub(super) async fn close(self) {
        if let Self::Own(app) = self {
            app.close().await;
        }
    }
}
