//! The state of provisioning in a few numbers: for the tray, and for the question before the app ends.

use idp::guide::EvidenceKind;

use crate::access::actor::Actor;
use crate::connections::progress::is_proved;
use crate::connections::views::ConnectionStatus;
use crate::context::Room as _;
use crate::diagnosis::finding::FindingCode;
use crate::error::Error;
use crate::home::Home;
use crate::home::views::Summary;
use crate::shapes::Nothing;

impl Home {
    /// Open to everybody at a window: it names providers and counts connections, and nothing else. An Admin is shown
    /// what needs them, too.
    pub(crate) async fn summary(&self, actor: Actor, _: Nothing) -> Result<Summary, Error> {
        let server = self.scim_server.server_view().await?;
        let mut summary = Summary {
            state: server.state,
            state_text: server.state_text,
            connections: 0,
            paused: 0,
            paused_together: 0,
            troubled: 0,
            live: Vec::new(),
            problem: None,
        };
        if actor.is_admin() {
            // That people are unconfirmed names them.
            let mut problems = self.diagnosis.pressing().await?.into_iter();
            summary.problem = problems.find(|one| one.code != FindingCode::PeopleUnconfirmed);
        }
        let connections = self.store().connections().await?;
        for view in self.connections.connection_views(connections).await? {
            summary.connections += 1;
            match view.status {
                ConnectionStatus::Paused => {
                    summary.paused += 1;
                    summary.paused_together += u32::from(view.pause.is_some_and(|pause| pause.together));
                    continue;
                }
                // Nothing is lost that works.
                ConnectionStatus::Stopped => {
                    summary.troubled += 1;
                    continue;
                }
                status => summary.troubled += u32::from(status.is_trouble()),
            }
            let evidence = self.store().setup_evidence(&view.id).await?;
            if view.tokens_usable > 0 && is_proved(&evidence, EvidenceKind::Credentials) {
                summary.live.push(view.provider);
            }
        }
        Ok(summary)
    }
}
