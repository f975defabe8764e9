//! What happened and what to do about it: the activity log, remedies, deviations, the doctor.

pub(crate) mod activity;
pub(crate) mod deviations;
pub(crate) mod deviations_views;
pub(crate) mod doctor;
pub(crate) mod remedy;
pub(crate) mod remedy_views;
