//! Everything that needs a person: the lines of Home, the most pressing first.

use std::time::Duration;

use crate::access::sessions::Actor;
use crate::attention::Attention;
use crate::connections::token_views::TokenState;
use crate::connections::views::{ConnectionStatus, ConnectionView};
use crate::context::Room as _;
use crate::error::Error;
use crate::home::Home;
use crate::shapes::Nothing;
use crate::words::{ends, lower, silence};

/// How long before its end a token is mentioned first, and when that becomes urgent.
const NOTICE: Duration = Duration::from_hours(30 * 24);
const URGENT: Duration = Duration::from_hours(7 * 24);

impl Home {
    /// Everything that needs a person, the most pressing first.
    pub(crate) async fn attention(&self, actor: &Actor) -> Result<Vec<Attention>, Error> {
        let mut list = Vec::new();
        list.extend(self.of_server().await?);
        list.extend(self.data.file_problems());
        list.extend(self.data.clock_problem().await?);
        if let Some(message) = self.scim_server.crowding() {
            list.push(Attention {
                code: "server.crowded".to_owned(),
                urgent: true,
                message,
                action: "Open settings".to_owned(),
                connection_id: None,
            });
        }
        list.extend(self.data.after_restore().await?);
        list.extend(self.data.unconfirmed().await?);
        if let Some(problem) = self.data.backups().failing() {
            list.push(Attention {
                code: "backup.failing".to_owned(),
                urgent: false,
                message: problem,
                action: "See backups".to_owned(),
                connection_id: None,
            });
        }
        for connection in self.connections.connection_list(actor.clone(), Nothing {}).await? {
            self.of_connection(actor, &connection, &mut list).await?;
        }
        list.extend(self.desktop.crash_line().await?);
        list.sort_by_key(|one| !one.urgent);
        Ok(list)
    }

    /// What is wrong with the server as a whole: the worst alone, as its state has it.
    async fn of_server(&self) -> Result<Vec<Attention>, Error> {
        let view = self.scim_server.server_view().await?;
        let line = |code: &str, urgent: bool, message: String, action: &str| Attention {
            code: code.to_owned(),
            urgent,
            message,
            action: action.to_owned(),
            connection_id: None,
        };
        let mut list = Vec::new();
        let facts = self.scim_server.server_facts().await?;
        let reach = view.reach.as_ref();
        if let Some(problem) = &view.problem {
            list.push(line("server.stopped", true, problem.message.clone(), "Open settings"));
        } else if let (true, Some(reach)) = (facts.unreachable, reach) {
            let message = format!("The public address is {}", lower(&reach.message));
            list.push(line("address.notReachable", true, message, "Check address"));
        } else if let (true, Some(moved)) = (facts.moved, &view.moved) {
            list.push(line("server.portChanged", true, moved.text(), "Check address"));
        }
        if let Some(end) = self.scim_server.certificate_end() {
            let message =
                format!("The certificate of the public address ends {}. Renew it.", ends(end, self.now()));
            list.push(line("certificate.expiring", end <= self.now() + URGENT, message, "See certificate"));
        }
        Ok(list)
    }

    async fn of_connection(
        &self,
        actor: &Actor,
        connection: &ConnectionView,
        list: &mut Vec<Attention>,
    ) -> Result<(), Error> {
        let name = &connection.name;
        let mut add = |code: &str, urgent: bool, message: String, action: &str| {
            list.push(Attention {
                code: code.to_owned(),
                urgent,
                message,
                action: action.to_owned(),
                connection_id: Some(connection.id.clone()),
            });
        };
        match connection.status {
            ConnectionStatus::Failing => {
                add("connection.failing", true, format!("{name}: requests are being refused."), "See why");
            }
            ConnectionStatus::TokenExpired => {
                let refused = if connection.refusals.is_some() { " Requests are being refused." } else { "" };
                let message = format!("{name}: the token has expired.{refused}");
                add("token.expired", true, message, "Create token");
            }
            ConnectionStatus::NoToken => {
                add("token.none", true, format!("{name}: there is no valid token."), "Create token");
            }
            ConnectionStatus::Quiet => {
                let since = connection.last_request_at.map(|at| silence(at, self.now())).unwrap_or_default();
                add("connection.quiet", false, format!("{name}: no request{since}."), "Open");
            }
            _ => {}
        }
        let now = self.now();
        if let Some(end) = connection.token_expires_at.filter(|end| *end > now && *end <= now + NOTICE) {
            let message = format!("{name}: the token expires {}.", ends(end, now));
            add("token.expiring", end <= now + URGENT, message, "Replace token");
        }
        let tokens = self
            .connections
            .token_list(actor.clone(), crate::shapes::ById { id: connection.id.clone() })
            .await?;
        for old in tokens.iter().filter(|token| token.state == TokenState::Retiring) {
            let new = tokens.iter().find(|token| Some(&token.id) == old.replaced_by.as_ref());
            let first = new.and_then(|token| token.first_used_at);
            // A provider that uses both for a moment is changing over; after an hour something was forgotten.
            if let (Some(first), Some(last)) = (first, old.last_used_at)
                && last > first + Duration::from_hours(1)
            {
                let from = old.last_used_ip.as_deref().map(|ip| format!(" from {ip}")).unwrap_or_default();
                add(
                    "token.old",
                    false,
                    format!("{name}: something still uses the old token{from}."),
                    "See tokens",
                );
            }
        }
        let waiting = self.store().pending_matches(Some(&connection.id)).await?.len();
        if waiting > 0 {
            let message = match waiting {
                1 => format!("{name}: one account waits for your decision."),
                _ => format!("{name}: {waiting} accounts wait for your decision."),
            };
            add("match.waiting", false, message, "Decide");
        }
        Ok(())
    }
}
