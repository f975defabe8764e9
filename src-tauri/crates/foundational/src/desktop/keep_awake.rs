//! Whether this computer is to stay awake while it serves. It is kept here; a host that can asks the system for it.

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::Error;
use crate::views::{KeepAwake, Nothing};

const AWAKE: &str = "awake";

impl Foundational {
    /// Whether it is wanted, and there is something to stay awake for.
    ///
    /// # Errors
    /// The store's.
    pub async fn wants_awake(&self) -> Result<bool, Error> {
        Ok(self.kept_awake().await? && self.exposure().is_listening())
    }

    async fn kept_awake(&self) -> Result<bool, Error> {
        Ok(self.store().setting(AWAKE).await?.as_deref() == Some("on"))
    }

    pub(crate) async fn awake_show(&self, _: Actor, _: Nothing) -> Result<KeepAwake, Error> {
        Ok(KeepAwake { on: self.kept_awake().await? })
    }

    pub(crate) async fn awake_set(&self, _: Actor, wanted: KeepAwake) -> Result<KeepAwake, Error> {
        let word = wanted.on.then_some("on");
        self.store().write(async move |tx| Ok::<(), Error>(tx.set(AWAKE, word).await?)).await?;
        Ok(wanted)
    }
}
