//! How large the request log may become.

use store::AuditAct;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::data::Data;
use crate::data::data_usage_views::LogLimit;
use crate::error::Error;
use crate::settings::LOG_MEGABYTES;
use crate::shapes::Nothing;

/// The limit while none is set, in megabytes of a million bytes.
const USUAL: u32 = 1_000;
/// Less would not hold a day of a busy connection.
const LEAST: u32 = 50;
/// A terabyte.
const MOST: u32 = 1_000_000;

impl Data {
    pub(crate) async fn log_limit(&self, _: Actor, _: Nothing) -> Result<LogLimit, Error> {
        Ok(LogLimit { megabytes: self.log_megabytes().await? })
    }

    pub(crate) async fn set_log_limit(&self, actor: Actor, args: LogLimit) -> Result<LogLimit, Error> {
        if !(LEAST..=MOST).contains(&args.megabytes) {
            let message = format!("The log may have {LEAST} to {MOST} MB.");
            return Err(Error::invalid("megabytes", message).hinting("Choose a size in this range."));
        }
        let entry = actor.audit(AuditAct::LogLimitSet).with(format!("{} MB", args.megabytes));
        LOG_MEGABYTES.set_audited(self.store(), Some(&args.megabytes), entry).await?;
        self.apply_log_limit().await?;
        Ok(args)
    }

    /// From now on the log does not outgrow the limit that is set. Called once, when the workspace is opened, and after each
    /// change of the limit.
    pub(crate) async fn apply_log_limit(&self) -> Result<(), Error> {
        self.store().limit_log(self.log_bytes().await?);
        Ok(())
    }

    /// How large the log may become, in bytes.
    pub(crate) async fn log_bytes(&self) -> Result<u64, Error> {
        Ok(u64::from(self.log_megabytes().await?) * 1_000_000)
    }

    pub(crate) async fn log_megabytes(&self) -> Result<u32, Error> {
        Ok(LOG_MEGABYTES.get(self.store()).await?.unwrap_or(USUAL))
    }
}
