//! What the Home screen shows: the last day, what needs a person, what changed.

use std::time::Duration;

use idp::guide::ProofKind;
use jiff::Timestamp;
use store::Role;

use crate::access::sessions::{Actor, Caller};
use crate::app::open::Foundational;
use crate::connections::status::ends;
use crate::error::Error;
use crate::server::port_change::place_of;
use crate::server::public_url_check::RENEWED_BEFORE;
use crate::views::{
    AddressVerdict, AsleepView, Attention, ConnectionStatus, ConnectionView, HomeView, HourBar, Moved,
    Nothing, RecentChange, ServerView, TokenState,
};

const HOUR: i64 = 3600;
/// How long before its end a token is mentioned first, and when that becomes urgent.
const NOTICE: Duration = Duration::from_hours(30 * 24);
const URGENT: Duration = Duration::from_hours(7 * 24);

impl Foundational {
    pub(crate) async fn home(&self, actor: Actor, _: Nothing) -> Result<HomeView, Error> {
        let is_admin = actor.caller == Caller::Operator
            || actor.session.as_ref().is_some_and(|session| session.role == Role::Admin);
        let mut view = HomeView {
            hours: Vec::new(),
            asleep: Vec::new(),
            attention: Vec::new(),
            recent: Vec::new(),
            leaver_seen: false,
            person_seen: false,
        };
        if !is_admin {
            return Ok(view);
        }
        view.hours = self.last_day().await?;
        if let Some(first) = view.hours.first() {
            let asleep = self.store().sleep_intervals_since(first.from).await?;
            view.asleep = asleep
                .into_iter()
                .map(|one| AsleepView { from: one.from.max(first.from), until: one.until })
                .collect();
        }
        view.attention = self.attention(&actor).await?;
        view.recent = self.recent().await?;
        view.leaver_seen = self.store().has_evidence(ProofKind::Deactivation.as_str()).await?;
        view.person_seen = self.store().has_evidence(ProofKind::FirstPerson.as_str()).await?;
        Ok(view)
    }

    async fn last_day(&self) -> Result<Vec<HourBar>, Error> {
        let this_hour = self.now().as_second().div_euclid(HOUR);
        let first = this_hour - 23;
        let from = Timestamp::from_second(first * HOUR).unwrap_or(Timestamp::UNIX_EPOCH);
        let counted = self.store().hours_since(from).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok((first..=this_hour)
            .map(|hour| {
                let found = counted.iter().find(|one| one.hour == hour);
                HourBar {
                    from: Timestamp::from_second(hour * HOUR).unwrap_or(Timestamp::UNIX_EPOCH),
                    ok: found.map_or(0, |one| count(one.ok)),
                    refused: found.map_or(0, |one| count(one.refused)),
                    failed: found.map_or(0, |one| count(one.failed)),
                }
            })
            .collect())
    }

    /// Everything that needs a person, the most pressing first.
    pub(crate) async fn attention(&self, actor: &Actor) -> Result<Vec<Attention>, Error> {
        let mut list = Vec::new();
        list.extend(self.of_server().await?);
        list.extend(self.file_problems());
        list.extend(self.clock_problem().await?);
        if let Some(message) = self.crowding() {
            list.push(Attention {
                code: "server.crowded".to_owned(),
                urgent: true,
                message,
                action: "Open settings".to_owned(),
                connection_id: None,
            });
        }
        list.extend(self.after_restore().await?);
        list.extend(self.unconfirmed().await?);
        if let Some(problem) = self.backups().failing() {
            list.push(Attention {
                code: "backup.failing".to_owned(),
                urgent: false,
                message: problem,
                action: "See backups".to_owned(),
                connection_id: None,
            });
        }
        for connection in self.connection_list(actor.clone(), Nothing {}).await? {
            self.of_connection(actor, &connection, &mut list).await?;
        }
        list.extend(self.crash_line().await?);
        list.sort_by_key(|one| !one.urgent);
        Ok(list)
    }

    /// What stands against the server as a whole: the worst alone, as its state has it.
    async fn of_server(&self) -> Result<Vec<Attention>, Error> {
        let view = self.server_view().await?;
        let line = |code: &str, urgent: bool, message: String, action: &str| Attention {
            code: code.to_owned(),
            urgent,
            message,
            action: action.to_owned(),
            connection_id: None,
        };
        let mut list = Vec::new();
        let facts = self.server_facts().await?;
        let reach = view.reach.as_ref();
        if let Some(problem) = &view.problem {
            list.push(line("server.stopped", true, problem.message.clone(), "Open settings"));
        } else if let (true, Some(reach)) = (facts.unreachable, reach) {
            let message = format!("The public address is {}", lower(&reach.message));
            list.push(line("address.notReachable", true, message, "Check address"));
        } else if let (true, Some(moved)) = (facts.moved, &view.moved) {
            list.push(line("server.portChanged", true, follow(moved, &view), "Check address"));
        }
        if let Some(end) = self.certificate_end() {
            let message =
                format!("The certificate of the public address ends {}. Renew it.", ends(end, self.now()));
            list.push(line("certificate.expiring", end <= self.now() + URGENT, message, "See certificate"));
        }
        Ok(list)
    }

    /// When the certificate of the public address ends, if that is soon.
    pub(crate) fn certificate_end(&self) -> Option<Timestamp> {
        let reach = self.exposure().reach.known();
        let reach = reach.filter(|reach| reach.verdict == AddressVerdict::Reachable)?;
        let now = self.now();
        reach.certificate_ends.filter(|end| *end > now && *end <= now + RENEWED_BEFORE)
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
        let tokens = self.token_list(actor.clone(), crate::views::ById { id: connection.id.clone() }).await?;
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

    async fn recent(&self) -> Result<Vec<RecentChange>, Error> {
        let connections = self.connections_by_id().await?;
        let mut list = Vec::new();
        for recent in self.store().recent_changes(12).await? {
            let told = self.change_view(recent.change, &connections).await?;
            list.push(RecentChange {
                at: told.at,
                sentence: format!("{}: {}", recent.display, lower(&told.sentence)),
                resource_type: recent.resource_type,
                resource_id: recent.resource_id,
            });
        }
        Ok(list)
    }
}

/// What has to follow the server to another port.
pub(crate) fn follow(moved: &Moved, view: &ServerView) -> String {
    let (from, to) = (place_of(&moved.from, &view.listen), place_of(&view.listen, &moved.from));
    match view.public_url {
        Some(_) => format!(
            "Foundational moved from {from} to {to}. Let the proxy or tunnel pass requests on to http://{}.",
            view.listen
        ),
        None => format!(
            "Foundational moved from {from} to {to}. Paste the new endpoint of each connection in its identity provider."
        ),
    }
}

/// A sentence as it goes on after a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// " for 5 hours", " for 3 days".
pub(crate) fn silence(since: Timestamp, now: Timestamp) -> String {
    match now.duration_since(since).as_hours() {
        hours if hours < 48 => format!(" for {hours} hours"),
        hours => format!(" for {} days", hours / 24),
    }
}
