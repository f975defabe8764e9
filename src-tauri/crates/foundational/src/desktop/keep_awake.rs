//! Whether this computer is to stay awake while it serves. The setting is stored here; a host that
//! can do so requests it from the system.

use serde::{Deserialize, Serialize};
use store::AuditAct;
use ts_rs::TS;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::desktop::Desktop;
use crate::error::Error;
use crate::settings;
use crate::shapes::Nothing;

/// Whether this computer is to stay awake while it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct KeepAwake {
    pub on: bool,
}

impl Desktop {
    /// Whether it is wanted, and there is something to stay awake for.
    ///
    /// # Errors
    /// The store's.
    pub async fn wants_awake(&self) -> Result<bool, Error> {
        Ok(settings::KEEP_AWAKE.get(self.store()).await?.unwrap_or_default()
            && self.scim_server.exposure().is_listening())
    }

    pub(crate) async fn awake_show(&self, _: Actor, _: Nothing) -> Result<KeepAwake, Error> {
        Ok(KeepAwake { on: settings::KEEP_AWAKE.get(self.store()).await?.unwrap_or_default() })
    }

    pub(crate) async fn awake_set(&self, actor: Actor, wanted: KeepAwake) -> Result<KeepAwake, Error> {
        let entry = actor.audit(AuditAct::KeepAwakeSet).with(if wanted.on { "on" } else { "off" });
        settings::KEEP_AWAKE.set_audited(self.store(), wanted.on.then_some(&true), entry).await?;
        Ok(wanted)
    }
}
