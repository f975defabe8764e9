//! Known clients among "any SCIM 2.0 provider", one file each.
//!
//! Where a vendor does not document a label, the text describes the place instead of naming it. Every guide keeps
//! to one test person first and ends with the same three trials.

mod authentik;
mod cyberark;
mod google;
mod jumpcloud;
mod keycloak;
mod onelogin;
mod pingone;
mod rippling;
mod sailpoint;
mod steps;

use crate::guide::ClientGuide;

/// Every known client, by name.
pub(super) fn all() -> Vec<ClientGuide> {
    vec![
        authentik::guide(),
        cyberark::guide(),
        google::guide(),
        jumpcloud::guide(),
        keycloak::guide(),
        onelogin::guide(),
        pingone::guide(),
        rippling::guide(),
        sailpoint::guide(),
    ]
}
