//! What is found after a move: on the computer that the workspace left, and on the server that has it now.

use idp::remedy::Remedy;
use jiff::Timestamp;
use store::PauseCause;

use crate::context::Room as _;
use crate::data::Data;
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::error::Error;

impl Data {
    /// Found while a move pauses connections.
    pub(crate) async fn after_move(&self) -> Result<Option<Finding>, Error> {
        let connections = self.store().connections().await?;
        let since = |cause: PauseCause| {
            let pauses = connections.iter().filter_map(|connection| connection.pause.as_ref());
            pauses.filter(|pause| pause.cause == cause).map(|pause| pause.at).min()
        };
        if let Some(at) = since(PauseCause::MoveAway) {
            return Ok(Some(moved_away(at)));
        }
        match since(PauseCause::MoveHere) {
            Some(at) => Ok(Some(self.moved_here(at).await?)),
            None => Ok(None),
        }
    }

    /// The step that is next, and what leads to it.
    async fn moved_here(&self, at: Timestamp) -> Result<Finding, Error> {
        let server = self.scim_server.server_view().await?;
        let is_reached = self.scim_server.exposure().reach.leads_here_since(at);
        let is_public = self.scim_server.is_public_url_used();
        let step = match server.public_url {
            _ if !is_public => {
                "Set certificate and listen address in Settings > Server, enter the new endpoints in the identity providers of \
                     your network, then resume the connections."
                    .to_owned()
            }
            Some(url) if is_reached => format!("{url} leads here: check the connections, then resume them."),
            Some(url) => format!("Check that {url} leads here, then resume the connections."),
            None => {
                "Set the address at which identity providers reach this server and check it, then resume \
                     the connections."
                    .to_owned()
            }
        };
        let message = format!("This workspace was moved here, and its connections are paused. {step}");
        let found = Finding::new(FindingCode::WorkspaceMoved, Severity::Problem, message).since(Some(at));
        let found = match (is_public, is_reached) {
            (false, _) => found.remedy(Remedy::OpenServer),
            (true, false) => found.remedy(Remedy::CheckAddress),
            (true, true) => found,
        };
        Ok(found.remedy(Remedy::CheckAndResume))
    }
}

fn moved_away(at: Timestamp) -> Finding {
    let message = "This workspace was moved to a server, and its connections are paused here. Resume them only if the server \
        is not used: otherwise there are two copies, and each misses what the other receives.";
    let found =
        Finding::new(FindingCode::WorkspaceMoved, Severity::Warning, message.to_owned()).since(Some(at));
    found.remedy(Remedy::CheckAndResume)
}
