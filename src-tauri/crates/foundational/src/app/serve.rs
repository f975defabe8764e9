//! Serving: the SCIM server, and the bridge for other processes of this user.

use crate::app::{Foundational, try_writing};
use crate::bridge::listener::Bridge;
use crate::bridge::routes::routes;
use crate::context::{Lifecycle, Room as _};
use crate::error::Error;

impl Foundational {
    /// Starts the SCIM server and the bridge for other processes of this user. A port that is taken is a problem to
    /// show, not an error.
    ///
    /// # Errors
    /// When the bridge's file cannot be written.
    pub async fn serve(&self) -> Result<(), Error> {
        self.watch_sleep();
        try_writing::start(self.0.context.clone());
        self.0.rooms.scim_server.start_listening().await;
        let mut bridge = self.0.bridge.lock().await;
        // Closing it waits for this lock, so that no bridge remains of a workspace that was closed during this.
        if !self.has_closed() {
            let folder = self.0.context.store().folder();
            *bridge = Some(Bridge::start(folder, |secret| routes(self.clone(), secret))?);
        }
        self.0.context.advance(Lifecycle::Serving);
        Ok(())
    }
}
