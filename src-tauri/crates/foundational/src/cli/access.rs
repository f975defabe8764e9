//! A workspace from the command line: through the running instance's bridge, or by opening the store.

use std::path::Path;

use serde_json::{Value, json};

use super::output::Failure;
use crate::access::sessions::Caller;
use crate::app::open::{Foundational, OpenError, Options};
use crate::bridge::http::Ticket;

pub(super) enum Access {
    /// Nobody else has the folder.
    Own(Foundational),
    /// An instance has it; it does what is asked.
    Bridge(Ticket),
}

impl Access {
    pub(super) async fn open(options: Options) -> Result<Self, Failure> {
        let data = options.data.clone();
        match Foundational::open(options).await {
            Ok(app) => Ok(Self::Own(app)),
            // An instance that runs there was started with the insistence.
            Err(held @ (OpenError::Store(store::Error::FolderInUse { .. }) | OpenError::Remote { .. })) => {
                Self::running(&data).ok_or_else(|| held.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The instance whose ticket lies in the folder, if there is one.
    pub(super) fn running(data: &Path) -> Option<Self> {
        Ticket::read(data).map(Self::Bridge)
    }

    pub(super) async fn call(&self, command: &str, args: Value) -> Result<Value, Failure> {
        match self {
            Self::Own(app) => Ok(app.call(&Caller::Operator, command, args).await?),
            Self::Bridge(ticket) => {
                let call = json!({ "command": command, "args": args });
                let answer = ticket.post("/bridge/call", &call).await;
                Ok(answer.map_err(|silent| ticket.silent(&silent))??)
            }
        }
    }

    pub(super) async fn close(self) {
        if let Self::Own(app) = self {
            app.close().await;
        }
    }
}
