//! Health, readiness and metrics over HTTP. The routes are the process's: a workspace is followed while it serves, and between two
//! of them, as when a backup is put in place, the process lives and is not ready.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use server::{ListenError, Listener};

use crate::monitoring::Monitoring;

const PLAIN: &str = "text/plain; charset=utf-8";
const STARTING: &str = "Foundational is starting or stopping.";

/// The routes of health, readiness and metrics. Cheap to clone.
#[derive(Clone, Default)]
pub struct MonitoringServer(Arc<RwLock<Option<Monitoring>>>);

impl MonitoringServer {
    /// Answers for this workspace from now on; with `None` for no workspace.
    pub fn follow(&self, workspace: Option<Monitoring>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = workspace;
    }

    /// `/healthz`, `/readyz` and `/metrics`, for a listener or a test without sockets.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/healthz", get(|| ready(plain(StatusCode::OK, "ok"))))
            .route("/readyz", get(|State(monitoring): State<Self>| ready(monitoring.readiness())))
            .route("/metrics", get(metrics))
            .with_state(self.clone())
    }

    /// Listens at any address, in plain text.
    ///
    /// # Errors
    /// See [`ListenError`].
    pub(crate) fn listen(&self, address: SocketAddr) -> Result<Listener, ListenError> {
        Listener::start_beside(&self.router(), address)
    }

    fn workspace(&self) -> Option<Monitoring> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn readiness(&self) -> Response {
        let reason = match self.workspace() {
            Some(workspace) => workspace.not_ready(),
            None => Some(STARTING),
        };
        reason.map_or_else(
            || plain(StatusCode::OK, "ready"),
            |reason| plain(StatusCode::SERVICE_UNAVAILABLE, reason),
        )
    }
}

async fn metrics(State(monitoring): State<MonitoringServer>) -> Response {
    let Some(workspace) = monitoring.workspace() else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, STARTING);
    };
    match workspace.metrics().await {
        Ok(metrics) => text(StatusCode::OK, prometheus_text::CONTENT_TYPE, metrics),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "The metrics could not be written.")
        }
    }
}

fn plain(status: StatusCode, line: &str) -> Response {
    text(status, PLAIN, format!("{line}\n"))
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body).into_response()
}
