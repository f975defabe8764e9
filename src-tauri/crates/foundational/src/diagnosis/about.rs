//! What this program is, and what it is made of.

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::about_views::{About, Part};
use crate::error::{Code, Error};
use crate::shapes::Nothing;

/// Name, version and licence of each part; `scripts/licences.mjs` writes it.
const PARTS: &str = include_str!("../../licences.json");

impl Diagnosis {
    pub(crate) async fn about(&self, _: Actor, _: Nothing) -> Result<About, Error> {
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sqlite: self.store().sqlite_version().await?,
            support: self.support_contact().await?,
        })
    }

    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn parts(&self, _: Actor, _: Nothing) -> Result<Vec<Part>, Error> {
        let parts: Vec<(String, String, String)> =
            serde_json::from_str(PARTS).map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        Ok(parts.into_iter().map(|(name, version, licence)| Part { name, version, licence }).collect())
    }
}
