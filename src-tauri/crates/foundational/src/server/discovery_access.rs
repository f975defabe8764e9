//! Whether discovery is answered without a token (RFC 7644 section 4 leaves it open). Off unless an admin switches it on.

use store::Store;

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::Error;
use crate::views::{Discovery, Nothing};

/// The setting: any text means that it is.
const KEY: &str = "scim.open_discovery";

impl Foundational {
    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn discovery(&self, _: Actor, _: Nothing) -> Result<Discovery, Error> {
        Ok(Discovery { open: self.server().is_discovery_open() })
    }

    pub(crate) async fn open_discovery(&self, _: Actor, args: Discovery) -> Result<Discovery, Error> {
        let value = args.open.then_some("yes");
        self.store().write(async move |tx| tx.set(KEY, value).await).await?;
        self.server().set_discovery_open(args.open);
        Ok(args)
    }
}

/// What is stored, when the workspace is opened.
pub(crate) async fn is_open(store: &Store) -> Result<bool, store::Error> {
    Ok(store.setting(KEY).await?.is_some())
}
