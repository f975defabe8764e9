//! Whether discovery is answered without a token (RFC 7644 section 4 leaves it open). Off unless an admin switches it on.

use store::AuditAct;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::server::ScimServer;
use crate::server::discovery_access_views::Discovery;
use crate::settings;
use crate::shapes::Nothing;

impl ScimServer {
    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn discovery(&self, _: Actor, _: Nothing) -> Result<Discovery, Error> {
        Ok(Discovery { open: self.server().is_discovery_open() })
    }

    pub(crate) async fn open_discovery(&self, actor: Actor, args: Discovery) -> Result<Discovery, Error> {
        let _one_at_a_time = self.change.lock().await;
        let act = if args.open { AuditAct::DiscoveryOpen } else { AuditAct::DiscoveryClose };
        let (open, entry) = (args.open.then_some(&true), actor.audit(act));
        settings::DISCOVERY_IS_OPEN.set_audited(self.store(), open, entry).await?;
        self.server().set_discovery_open(args.open);
        Ok(args)
    }
}
