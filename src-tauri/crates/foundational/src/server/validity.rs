//! From when until when a certificate that is made here is valid.

use std::time::Duration;

use jiff::Timestamp;
use rcgen::{CertificateParams, date_time_ymd};

/// How long before it is made its time begins: clocks of clients may be behind.
pub(crate) const BACKDATED: Duration = Duration::from_hours(1);

/// Sets both, in whole seconds.
pub(crate) fn set_validity(params: &mut CertificateParams, begins: Timestamp, ends: Timestamp) {
    let second = |at: Timestamp| Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
    params.not_before = date_time_ymd(1970, 1, 1) + second(begins);
    params.not_after = date_time_ymd(1970, 1, 1) + second(ends);
}
