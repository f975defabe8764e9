//! What of the bodies of requests and answers is recorded.

use store::{AuditAct, RecordedBodies};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::data::Data;
use crate::data::data_usage_views::BodiesChoice;
use crate::error::Error;
use crate::settings::RECORDED_BODIES;

impl Data {
    /// What is recorded from the next request on. What is recorded already remains until its time is over.
    pub(crate) async fn set_bodies(&self, actor: Actor, args: BodiesChoice) -> Result<BodiesChoice, Error> {
        let entry = actor.audit(AuditAct::BodiesSet).with(words(args.bodies));
        RECORDED_BODIES.set_audited(self.store(), Some(&args.bodies), entry).await?;
        self.apply_recorded_bodies().await?;
        Ok(args)
    }

    /// From now on this is recorded. Called once, when the workspace is opened, and after each change.
    pub(crate) async fn apply_recorded_bodies(&self) -> Result<(), Error> {
        self.server().set_recorded_bodies(self.recorded_bodies().await?);
        Ok(())
    }

    pub(crate) async fn recorded_bodies(&self) -> Result<RecordedBodies, Error> {
        Ok(RECORDED_BODIES.get(self.store()).await?.unwrap_or_default())
    }
}

/// The end of an audit entry: "Changed how bodies are recorded: in full."
const fn words(bodies: RecordedBodies) -> &'static str {
    match bodies {
        RecordedBodies::Full => "in full",
        RecordedBodies::Masked => "with personal values masked",
        RecordedBodies::None => "not at all",
    }
}
