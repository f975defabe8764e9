//! What the workspace keeps, for how long, and how much room it takes.

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::data::Data;
use crate::data::data_usage_views::{DataView, DatabaseSize};
use crate::data::retention::{BODY_DAYS, HISTORY_YEARS, REQUEST_DAYS, RETENTION};
use crate::error::Error;
use crate::shapes::Nothing;

impl Data {
    pub(crate) async fn data_show(&self, _: Actor, _: Nothing) -> Result<DataView, Error> {
        let databases = self.store().sizes().into_iter();
        Ok(DataView {
            folder: self.store().folder().display().to_string(),
            databases: databases
                .map(|size| DatabaseSize { file: size.file.to_owned(), bytes: size.bytes })
                .collect(),
            body_days: BODY_DAYS,
            bodies: self.recorded_bodies().await?,
            request_days: REQUEST_DAYS,
            log_megabytes: self.log_megabytes().await?,
            history_years: HISTORY_YEARS,
            deleted_days: u32::try_from(RETENTION.as_secs() / 86_400).unwrap_or(u32::MAX),
            clock: self.clock_problem().await?,
        })
    }
}
