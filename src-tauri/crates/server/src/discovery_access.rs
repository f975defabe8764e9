//! Whether what the server tells about itself is told without a token (RFC 7644 section 4 leaves it open). Off unless an
//! admin switches it on; some clients read `/ServiceProviderConfig` before they have a token.

use std::sync::atomic::Ordering;

use axum::http::{Method, header, request::Parts};
use scim::Target;

use crate::Server;

/// The setting that keeps it.
const KEY: &str = "scim.open_discovery";

impl Server {
    /// Reads what the workspace has set: added schemas, allowed names and open
    /// discovery. Called once, before the first request.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read_settings(&self) -> Result<(), store::Error> {
        self.read_schemas().await?;
        self.read_hosts().await?;
        let is_open = self.0.store.setting(KEY).await?.is_some();
        self.0.open_discovery.store(is_open, Ordering::Relaxed);
        Ok(())
    }

    /// Whether `/Schemas`, `/ResourceTypes` and `/ServiceProviderConfig` are answered without a token.
    pub fn is_discovery_open(&self) -> bool {
        self.0.open_discovery.load(Ordering::Relaxed)
    }

    /// Switches that on or off, and keeps it.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is changed then.
    pub async fn open_discovery(&self, is_open: bool) -> Result<(), store::Error> {
        let value = is_open.then_some("yes");
        self.0.store.write(async move |tx| tx.set(KEY, value).await).await?;
        self.0.open_discovery.store(is_open, Ordering::Relaxed);
        Ok(())
    }

    /// Whether a request may pass without a token. One that brings a token is held to it all the same, so that a wrong
    /// one never looks right.
    pub(crate) fn asks_for_open_discovery(&self, parts: &Parts, path: &str) -> bool {
        self.is_discovery_open()
            && !parts.headers.contains_key(header::AUTHORIZATION)
            && [Method::GET, Method::HEAD].contains(&parts.method)
            && matches!(
                Target::parse(path),
                Some(
                    Target::ServiceProviderConfig
                        | Target::Schemas
                        | Target::Schema(_)
                        | Target::ResourceTypes
                        | Target::ResourceTypeNamed(_)
                )
            )
    }
}
