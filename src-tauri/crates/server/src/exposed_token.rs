//! Tokens that arrive unencrypted.

use std::sync::atomic::Ordering;

use axum::http::HeaderMap;

use crate::authenticate::presented;
use crate::client_origin::ClientOrigin;
use crate::server::Server;

/// Notes that a proxy says https of a request. One that never does may say http of everything, because it is configured so
/// or another one in front of it terminates TLS: until then its http proves nothing.
pub(crate) fn note_https(server: &Server, origin: &ClientOrigin) {
    if origin.is_proxied_securely() {
        server.0.has_seen_https.store(true, Ordering::Relaxed);
    }
}

/// Whether one has, now or before the last start.
async fn has_seen_https(server: &Server) -> bool {
    server.0.has_seen_https.load(Ordering::Relaxed)
        || matches!(server.0.store.last_secure_request().await, Ok(Some(_)))
}

/// Marks the token of a request that certainly crossed a network unencrypted: others may have read it, at whichever
/// address it arrived and however the request is answered. A token that does not fit is none, so that a stranger marks
/// nothing.
pub(crate) async fn mark(server: &Server, origin: &ClientOrigin, headers: &HeaderMap) {
    if !origin.was_sent_unencrypted() {
        return;
    }
    let Ok(presented) = presented(&server.0.store, headers) else { return };
    let token = &presented.token;
    if token.exposed_at.is_some() || token.revoked_at.is_some() || !has_seen_https(server).await {
        return;
    }
    // The request is refused all the same, and the next one marks it.
    if let Err(error) = server.0.store.expose_token(&token.id).await {
        tracing::error!(%error, "a token that arrived unencrypted could not be marked");
    }
}
