//! Health, readiness and metrics over HTTP. The routes are the process's: a workspace is followed while it serves, and between two
//! of them, as when a backup is put in place, the process lives and is not ready.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use server::{ListenError, Listener, is_this_computer, parse_host_name};

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

    /// Listens at any address, over plain HTTP. At a loopback address, a request whose `Host` is not a name of this computer is
    /// refused.
    ///
    /// # Errors
    /// See [`ListenError`].
    pub(crate) fn listen(&self, address: SocketAddr) -> Result<Listener, ListenError> {
        let router = self.router();
        let router =
            if address.ip().is_loopback() { router.layer(from_fn(only_this_computer)) } else { router };
        Listener::start_beside(&router, address)
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

/// Refuses a request whose `Host` is another name: a page in a browser here, whose name is resolved to this address (DNS
/// rebinding).
async fn only_this_computer(request: Request, next: Next) -> Response {
    let line = request.headers().get(header::HOST).and_then(|line| line.to_str().ok());
    let host = line.or_else(|| request.uri().authority().map(Authority::as_str)).and_then(parse_host_name);
    if host.is_some_and(|host| is_this_computer(&host)) {
        next.run(request).await
    } else {
        plain(StatusCode::MISDIRECTED_REQUEST, "Call this address as localhost or by its IP address.")
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
