//! Tokens that arrive unencrypted.

use axum::http::HeaderMap;

use crate::authenticate::presented;
use crate::client_origin::ClientOrigin;
use crate::server::Server;

/// Marks the token of a request that crossed a network unencrypted: others may have read it, at whichever address it
/// arrived and however the request is answered. A token that does not fit is none, so that a stranger marks nothing.
pub(crate) async fn mark(server: &Server, origin: &ClientOrigin, headers: &HeaderMap) {
    if !origin.is_in_clear() {
        return;
    }
    let Ok(presented) = presented(&server.0.store, headers) else { return };
    let token = &presented.token;
    if token.exposed_at.is_some() || token.revoked_at.is_some() {
        return;
    }
    // The request is refused all the same, and the next one marks it.
    if let Err(error) = server.0.store.expose_token(&token.id).await {
        tracing::error!(%error, "a token that arrived unencrypted could not be marked");
    }
}
