//! The process in a service's data folder.

use std::path::Path;

use crate::bridge::ticket::Ticket;
use crate::cli::workspace::Workspace;
use crate::commands::command;
use crate::shapes::Nothing;

/// Who uses the data folder, if it is not the service itself (the process `service`).
pub(super) fn holder(data: &Path, service: u32) -> Option<String> {
    if !store::is_held(data) {
        return None;
    }
    match Ticket::read(data) {
        Some(ticket) if ticket.pid == service => None,
        Some(ticket) => Some(format!("another running Foundational (process {})", ticket.pid)),
        None => Some("another running Foundational".to_owned()),
    }
}

/// Where the instance in the data folder listens, as it says itself; nothing when none answers this user.
pub(super) async fn listens_on(data: &Path) -> Option<String> {
    if !store::is_held(data) {
        return None;
    }
    let running = Workspace::running(data)?;
    let status = running.call::<command::WorkspaceStatus>(Nothing {}).await.ok()?;
    status.server.since.map(|_listening| status.server.listen)
}
