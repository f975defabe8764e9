//! What happened and what to do about it: the activity log, findings by rules, remedies, deviations, the doctor, the parts of
//! this program.

pub(crate) mod about;
pub(crate) mod about_views;
pub(crate) mod activity;
pub(crate) mod activity_export;
pub(crate) mod activity_views;
pub(crate) mod blockable;
pub(crate) mod curl;
pub(crate) mod deviations;
pub(crate) mod deviations_views;
pub(crate) mod doctor;
pub(crate) mod doctor_views;
#[cfg(test)]
mod example;
pub(crate) mod facts;
pub(crate) mod finding;
pub(crate) mod finding_history;
pub(crate) mod findings;
pub(crate) mod findings_views;
mod gathering;
mod headers;
pub(crate) mod mapping;
pub(crate) mod mapping_views;
pub(crate) mod remedy;
pub(crate) mod remedy_views;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod steps;
pub(crate) mod support;
pub(crate) mod support_contact;
pub(crate) mod support_views;
pub(crate) mod thresholds;
pub(crate) mod unresolved;
pub(crate) mod why;
pub(crate) mod why_views;
pub(crate) mod written;

use crate::connections::Connections;
use crate::context::{Context, Room};
use crate::data::Data;
use crate::diagnosis::mapping::stored_people::RememberedPeople;
use crate::history::History;
use crate::server::ScimServer;

/// What happened, and what is wrong. Cheap to clone.
#[derive(Clone)]
pub struct Diagnosis {
    context: Context,
    scim_server: ScimServer,
    connections: Connections,
    history: History,
    data: Data,
    /// What many people of a connection have, for a short time.
    people: RememberedPeople,
}

impl Diagnosis {
    pub(crate) fn new(
        context: Context,
        scim_server: ScimServer,
        connections: Connections,
        history: History,
        data: Data,
    ) -> Self {
        Self { context, scim_server, connections, history, data, people: RememberedPeople::default() }
    }
}

impl Room for Diagnosis {
    fn context(&self) -> &Context {
        &self.context
    }
}
