//! All rooms, each with those that it uses.

use crate::access::Access;
use crate::app::housekeeping::Housekeeping;
use crate::connections::Connections;
use crate::context::Context;
use crate::data::Data;
use crate::desktop::Desktop;
use crate::diagnosis::Diagnosis;
use crate::groups::Groups;
use crate::history::History;
use crate::home::Home;
use crate::leavers::Leavers;
use crate::monitoring::Monitoring;
use crate::people::People;
use crate::rehearsal::Rehearsals;
use crate::server::ScimServer;
use crate::server::exposure::Exposure;

pub(crate) struct Rooms {
    pub scim_server: ScimServer,
    pub access: Access,
    pub history: History,
    pub connections: Connections,
    pub people: People,
    pub groups: Groups,
    pub data: Data,
    pub diagnosis: Diagnosis,
    pub desktop: Desktop,
    pub home: Home,
    pub leavers: Leavers,
    pub rehearsals: Rehearsals,
    pub housekeeping: Housekeeping,
    pub monitoring: Monitoring,
}

impl Rooms {
    pub(crate) fn new(context: &Context, exposure: Exposure) -> Self {
        let here = || context.clone();
        let scim_server = ScimServer::new(here(), exposure);
        let access = Access::new(here(), scim_server.clone());
        let history = History::new(here());
        let connections = Connections::new(here(), scim_server.clone());
        let people = People::new(here(), access.clone(), history.clone());
        let data = Data::new(here(), scim_server.clone());
        let diagnosis =
            Diagnosis::new(here(), scim_server.clone(), connections.clone(), history.clone(), data.clone());
        let desktop = Desktop::new(here(), access.clone(), scim_server.clone(), diagnosis.clone());
        Self {
            groups: Groups::new(here(), people.clone()),
            home: Home::new(
                here(),
                scim_server.clone(),
                connections.clone(),
                history.clone(),
                diagnosis.clone(),
            ),
            leavers: Leavers::new(here(), access.clone()),
            rehearsals: Rehearsals::new(here(), scim_server.clone()),
            monitoring: Monitoring::new(here(), scim_server.clone(), diagnosis.clone()),
            housekeeping: Housekeeping::new(
                here(),
                scim_server.clone(),
                connections.clone(),
                history.clone(),
                data.clone(),
            ),
            scim_server,
            access,
            history,
            connections,
            people,
            data,
            diagnosis,
            desktop,
        }
    }
}
