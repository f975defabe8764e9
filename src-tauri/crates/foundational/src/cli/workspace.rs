//! A workspace from the command line: through the running instance's bridge, or by opening the store.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::folder_owner;
use super::output::Failure;
use crate::access::actor::Caller;
use crate::app::Foundational;
use crate::app::options::{OpenError, Options};
use crate::bridge::ticket::Ticket;
use crate::commands::Command;
use crate::error::{Code, Error};

pub(super) enum Workspace {
    /// No other process has the folder.
    Own(Foundational),
    /// An instance has it and does the commands.
    Bridge(Ticket),
}

/// A command as the bridge takes it.
#[derive(Serialize)]
struct Call<A> {
    command: &'static str,
    args: A,
}

impl Workspace {
    pub(super) async fn open(options: Options) -> Result<Self, Failure> {
        let data = options.data.clone();
        folder_owner::refuse_root(&data)?;
        match Foundational::open(options).await {
            Ok(app) => Ok(Self::Own(app)),
            // An instance that runs there was started with --insist-on-this-folder.
            Err(held @ (OpenError::Store(store::Error::FolderInUse { .. }) | OpenError::Remote { .. })) => {
                Self::running(&data).ok_or_else(|| held.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The instance whose ticket is in the folder, if there is one.
    pub(super) fn running(data: &Path) -> Option<Self> {
        Ticket::read(data).map(Self::Bridge)
    }

    pub(super) async fn call<C>(&self, args: C::Args) -> Result<C::Output, Failure>
    where
        C: Command<Args: Serialize, Output: DeserializeOwned>,
    {
        match self {
            Self::Own(app) => Ok(app.run::<C>(&Caller::Operator, args).await?),
            Self::Bridge(ticket) => {
                let answer = ticket.post("/bridge/call", &Call { command: C::NAME, args }).await;
                let value = answer.map_err(|silent| ticket.silent(&silent))??;
                Ok(serde_json::from_value(value)
                    .map_err(|error| Error::new(Code::Internal, format!("{}: {error}", C::NAME)))?)
            }
        }
    }

    pub(super) async fn close(self) {
        if let Self::Own(app) = self {
            app.close().await;
        }
    }
}
