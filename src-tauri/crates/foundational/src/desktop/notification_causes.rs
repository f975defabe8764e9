//! The causes there are at this moment, notified or not.

use std::collections::HashMap;
use std::time::Duration;

use idp::guide::EvidenceKind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{Clock, Connection, RefusalRun, Token, TokenUse};

use crate::connections::progress::is_proved;
use crate::connections::views::ConnectionStatus;
use crate::context::Room as _;
use crate::desktop::Desktop;
use crate::error::Error;
use crate::words::{ends, silence, upper};

/// How many days before its end a token is notified.
const STEPS: [u64; 3] = [1, 7, 14];
/// So many refusals in a row are no accident.
const IN_A_ROW: u64 = 3;
/// A tunnel that is restarted is away for less than this.
const AWAY: Duration = Duration::from_mins(10);

/// What can be switched off as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    TokenExpiring,
    TokenExpired,
    Failing,
    NotReachable,
    Quiet,
    /// Of the files of the workspace; it can't be switched off.
    Files,
}

/// One thing that a person would want to know.
#[derive(Debug)]
pub(crate) struct Cause {
    pub kind: Kind,
    /// One and the same for as long as it is the same thing.
    pub key: String,
    /// It is notified again while it lasts; else once is enough.
    pub lasts: bool,
    pub title: String,
    pub detail: String,
    pub place: String,
}

impl Desktop {
    pub(crate) async fn causes(&self, notified: &HashMap<String, Timestamp>) -> Result<Vec<Cause>, Error> {
        let mut causes: Vec<Cause> = self
            .data
            .file_problems()
            .into_iter()
            .map(|problem| Cause {
                kind: Kind::Files,
                key: problem.code,
                lasts: true,
                title: problem.message.split_inclusive(". ").next().unwrap_or_default().trim().to_owned(),
                detail: String::new(),
                place: "settings/data".to_owned(),
            })
            .collect();
        causes.extend(self.causes_of_server().await?);
        for connection in self.store().connections().await? {
            causes.extend(self.causes_of(connection, notified).await?);
        }
        Ok(causes)
    }

    /// What is wrong with the server as a whole, the worst alone; and the certificate, while it is still valid.
    async fn causes_of_server(&self) -> Result<Vec<Cause>, Error> {
        let (facts, view, now) =
            (self.scim_server.server_facts().await?, self.scim_server.server_view().await?, self.now());
        let cause = |key: &str, lasts: bool, title: &str, detail: String, place: &str| Cause {
            kind: Kind::NotReachable,
            key: key.to_owned(),
            lasts,
            title: title.to_owned(),
            detail,
            place: place.to_owned(),
        };
        let is_long = |since: Timestamp| now >= since + AWAY;
        let mut causes = Vec::new();
        if let Some(problem) = &view.problem {
            causes.push(cause(
                "server.stopped",
                true,
                &problem.message,
                problem.hint.clone(),
                "settings/server",
            ));
        } else if let (true, Some(reach)) = (facts.unreachable, &view.reach) {
            if self.scim_server.exposure().reach.lost_since().is_some_and(is_long) {
                let why = reach.message.strip_prefix("Not reachable: ").unwrap_or(&reach.message);
                let title = "The public address is not reachable.";
                causes.push(cause("address.notReachable", true, title, upper(why), "settings/address"));
            }
        } else if let Some(moved) = view.moved.as_ref().filter(|moved| is_long(moved.at)) {
            let key = format!("server.portChanged:{}", view.listen);
            causes.push(cause(&key, true, "The port has changed.", moved.text(), "settings/address"));
        }
        if let Some(end) = self.scim_server.certificate_end()
            && let Some(step) = STEPS.iter().find(|days| end <= now + Duration::from_hours(24 * **days))
        {
            let key = format!("certificate:{step}:{}", end.as_millisecond());
            let title = format!("The certificate of the public address ends {}.", ends(end, now));
            let detail = "Renew it in time, and no request is lost.".to_owned();
            causes.push(cause(&key, false, &title, detail, "settings/address"));
        }
        Ok(causes)
    }

    async fn causes_of(
        &self,
        connection: Connection,
        notified: &HashMap<String, Timestamp>,
    ) -> Result<Vec<Cause>, Error> {
        let now = self.now();
        let tokens = self.store().tokens(&connection.id).await?;
        let expired_at = lapsed(&tokens, self.store().clock(), &self.store().token_uses().await?);
        let view = self.connections.connection_view(connection).await?;
        let (id, name) = (view.id.as_str(), view.name.as_str());
        let cause = |kind, key: &str, title: String, detail: String, tab: &str| Cause {
            kind,
            key: format!("{key}:{id}"),
            lasts: true,
            title: format!("{name}: {title}"),
            detail,
            place: format!("connections/{id}{tab}"),
        };
        let mut causes = Vec::new();
        if let Some(end) = view.token_expires_at
            && let Some(step) = STEPS.iter().find(|days| end <= now + Duration::from_hours(24 * **days))
        {
            let detail = "Replace it in time, and no request is refused.".to_owned();
            let title = format!("the token expires {}.", ends(end, now));
            let key = format!("token.expiring:{step}:{}", end.as_millisecond());
            causes.push(Cause { lasts: false, ..cause(Kind::TokenExpiring, &key, title, detail, "/tokens") });
        }
        let runs = self.store().refusal_runs(id).await?;
        let refused = runs.iter().any(|run| run.refusals >= IN_A_ROW);
        let of_server = matches!(
            view.status,
            ConnectionStatus::Stopped | ConnectionStatus::NotReachable | ConnectionStatus::PortChanged
        );
        if of_server || view.status == ConnectionStatus::Paused {
            // The server's state is a cause of its own, and who paused it knows.
        } else if let Some(end) = expired_at {
            let title = if refused { "requests are being refused." } else { "the token has expired." };
            let detail = if refused {
                format!("The token expired {}.", ago(end, now))
            } else {
                format!("It expired {}. Until it is replaced, every request is refused.", ago(end, now))
            };
            causes.push(cause(Kind::TokenExpired, "token.expired", title.to_owned(), detail, "/tokens"));
        } else if refused && self.ever_worked(id).await? {
            let (title, detail) = failure(&runs);
            causes.push(cause(Kind::Failing, "failing", title.to_owned(), detail, "/activity"));
        } else if view.status == ConnectionStatus::Quiet {
            let since = view.last_request_at.map(|at| silence(at, now)).unwrap_or_default();
            let detail = view.rhythm.as_ref().map(|rhythm| {
                format!(
                    "It usually calls every {} minutes. Is provisioning still on there?",
                    rhythm.every_minutes
                )
            });
            let title = format!("no request{since}.");
            causes.push(cause(Kind::Quiet, "quiet", title, detail.unwrap_or_default(), ""));
        }
        let trouble = ["failing", "token.expired"].map(|key| notified.get(&format!("{key}:{id}")));
        let trouble = trouble.into_iter().flatten().max();
        let since = notified.get(&format!("recovered:{id}"));
        if let Some(trouble) = trouble
            && since.is_none_or(|since| since < trouble)
            && runs.is_empty()
            && view.last_request_at.is_some_and(|at| at > *trouble)
        {
            let title = "requests are answered again.".to_owned();
            causes.push(cause(Kind::Failing, "recovered", title, String::new(), ""));
        }
        Ok(causes)
    }

    /// What never worked has not stopped working: the person who sets it up sees it in the wizard.
    async fn ever_worked(&self, connection_id: &str) -> Result<bool, Error> {
        Ok(is_proved(&self.store().setup_evidence(connection_id).await?, EvidenceKind::Credentials))
    }
}

/// When the last token ended, if none is left that works.
fn lapsed(tokens: &[Token], clock: &Clock, uses: &HashMap<String, TokenUse>) -> Option<Timestamp> {
    if tokens.iter().any(|token| token.is_usable(clock, uses)) {
        return None;
    }
    let unrevoked = tokens.iter().filter(|token| token.revoked_at.is_none());
    unrevoked.filter_map(|token| token.ends_at(token.successor_first_use(uses))).max()
}

/// What the newest run of refusals is called, and why.
fn failure(runs: &[RefusalRun]) -> (&'static str, String) {
    let newest = runs.iter().max_by_key(|run| run.newest_at);
    let reason = newest.and_then(|run| idp::reasons::reason(&run.reason));
    let detail = reason.map(|reason| format!("{}.", reason.headline)).unwrap_or_default();
    match reason {
        Some(reason) if reason.status == 500 => ("requests fail.", detail),
        _ => ("requests are being refused.", detail),
    }
}

/// "today", "yesterday", "5 days ago", as this computer's calendar has it.
fn ago(then: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let day = |at: Timestamp| zone.to_datetime(at).date();
    match day(then).duration_until(day(now)).as_hours() / 24 {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}
