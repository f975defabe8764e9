//! The bridge's own loopback port. Its address and a secret drawn at each launch are in `bridge.json` (mode 0600) in the
//! data folder: who can read that file owns the workspace's files anyway.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use store::{private_file, spawn_supervised};

use crate::bridge::ticket::Ticket;
use crate::error::{Code, Error};
use crate::random::random_hex;

/// How long a socket of the bridge may last without a request: other users of this computer can open some.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// How long answers that are on their way may take when the bridge stops.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// A running bridge.
pub(crate) struct Bridge {
    handle: Handle<SocketAddr>,
    file: PathBuf,
}

impl Bridge {
    /// Listens with the routes that this secret opens.
    pub(crate) fn start(folder: &Path, routes: impl FnOnce(String) -> Router) -> Result<Self, Error> {
        let failed =
            |error: std::io::Error| Error::new(Code::Internal, format!("The bridge cannot listen: {error}"));
        let secret = random_hex::<32>()?;
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let service = routes(secret.to_string());
        let handle = Handle::new();
        let http = axum_server::from_tcp(socket)
            .map_err(failed)?
            .first_request_timeout(FIRST_REQUEST)
            .handle(handle.clone());
        drop(spawn_supervised("bridge", async move {
            if let Err(error) = http.serve(service.into_make_service()).await {
                tracing::error!(%error, "the bridge stopped");
            }
        }));
        let file = Ticket::file(folder);
        let ticket =
            Ticket { url: format!("http://{address}"), secret: secret.to_string(), pid: std::process::id() };
        serde_json::to_string(&ticket)
            .map_err(std::io::Error::from)
            .and_then(|text| private_file::write(&file, text.as_bytes()))
            .map_err(|error| Error::new(Code::Internal, format!("bridge.json cannot be written: {error}")))?;
        Ok(Self { handle, file })
    }

    pub(crate) fn stop(self) {
        // It may have been removed already.
        drop(std::fs::remove_file(&self.file));
        // An answer on its way arrives; streams of events never end by themselves, so they are cut.
        self.handle.graceful_shutdown(Some(LAST_ANSWERS));
    }
}
