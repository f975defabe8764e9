//! How a connection is doing: its status, its rhythm, what was refused, its last days.

use std::collections::HashMap;

use jiff::Timestamp;
use store::{Connection, RefusalRun, RefusedWrite, Token, TokenUse, WriteAct};

use crate::access::sessions::Actor;
use crate::connections::days_views::{ConnectionDays, DayBar, DaysView};
use crate::connections::find::find_connection;
use crate::connections::progress::progress;
use crate::connections::status::{Facts, meaning, status};
use crate::connections::views::{ConnectionView, PauseView, Refusals};
use crate::connections::wizard::read_wizard;
use crate::connections::{Connections, rhythm};
use crate::context::Room as _;
use crate::data::retention::COUNTED_DAYS;
use crate::error::Error;
use crate::shapes::SleepIntervalView;

/// So many refusals of one kind in a row are no accident.
const IN_A_ROW: u64 = 3;

impl Connections {
    pub(crate) async fn connection_view(&self, connection: Connection) -> Result<ConnectionView, Error> {
        let now = self.now();
        let tokens = self.store().tokens(&connection.id).await?;
        let uses = self.store().token_uses().await?;
        let usable: Vec<&Token> =
            tokens.iter().filter(|token| token.is_usable(self.store().clock(), &uses)).collect();
        let last_request_at = self.store().last_request(&connection.id).await?;
        let wizard = read_wizard(&connection);
        let token_expires_at = end_of_use(&usable, &uses);
        let last_use = tokens.iter().filter_map(|token| uses.get(&token.id)).map(|used| used.at).max();
        let progress = progress(&wizard, &self.store().setup_evidence(&connection.id).await?);
        let visits = self.store().sync_cycles(&connection.id, rhythm::VISITS).await?;
        let usual = rhythm::measured(idp::Provider::of(&connection.provider), &visits, wizard.finished_at);
        let runs = self.store().refusal_runs(&connection.id).await?;
        let refused = self.store().refused_writes(&connection.id).await?;
        let facts = Facts {
            server: self.scim_server.server_facts_of(last_use).await?,
            paused: connection.pause.is_some(),
            lapsed: usable.is_empty() && tokens.iter().any(|token| token.revoked_at.is_none()),
            tokenless: usable.is_empty() && wizard.finished_at.is_some(),
            failing: is_failing(&runs, &refused),
            token_end: token_expires_at,
            quiet: match usual.zip(last_request_at) {
                Some((usual, last)) => {
                    rhythm::is_quiet(usual, last, &self.store().sleep_intervals_since(last).await?, now)
                }
                None => false,
            },
            setting_up: wizard.finished_at.is_none().then_some(progress),
            called: last_request_at.is_some(),
        };
        let (status, status_text) = status(&facts, now);
        let provider = idp::Provider::of(&connection.provider);
        let idp = if provider == idp::Provider::Custom { connection.name.as_str() } else { provider.label() };
        let address = self.server().address();
        Ok(ConnectionView {
            endpoint: address.endpoint(&connection.id),
            endpoint_is_public: address.public,
            status,
            status_meaning: meaning(status, &status_text, idp),
            status_text,
            people: connection.people,
            deactivated: self.store().deactivated(&connection.id).await?,
            groups: connection.groups,
            created_at: connection.created_at,
            last_request_at,
            rhythm: usual.zip(visits.first()).map(|(usual, newest)| rhythm::shown(usual, newest)),
            refusals: longest(&runs),
            token_expires_at,
            tokens_usable: u32::try_from(usable.len()).unwrap_or(u32::MAX),
            wizard,
            pause: connection.pause.map(|pause| PauseView {
                at: pause.at,
                by: pause.by,
                together: pause.by_pause_all,
                restored: pause.restored,
            }),
            id: connection.id,
            name: connection.name,
            provider,
        })
    }

    /// The requests of some days, each beginning where the caller says: only they know where midnight is.
    pub(crate) async fn connection_days(&self, _: Actor, args: ConnectionDays) -> Result<DaysView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let starts = args.starts;
        let most = usize::try_from(COUNTED_DAYS).unwrap_or(usize::MAX);
        let Some(first) = starts.first().filter(|_| starts.len() <= most && starts.is_sorted()) else {
            let message = format!(
                "1 to {COUNTED_DAYS} days can be asked for, oldest first; these are {}.",
                starts.len()
            );
            return Err(Error::invalid("starts", message));
        };
        let mut days: Vec<DayBar> =
            starts.iter().map(|from| DayBar { from: *from, ok: 0, refused: 0, failed: 0 }).collect();
        for quarter in self.store().quarter_hour_counts(&connection.id, *first).await? {
            // A quarter of an hour in which two days meet belongs to the later one.
            let end = quarter.from + jiff::SignedDuration::from_mins(15);
            let place = starts.partition_point(|start| *start < end);
            if let Some(day) = place.checked_sub(1).and_then(|place| days.get_mut(place)) {
                day.ok += quarter.ok;
                day.refused += quarter.refused;
                day.failed += quarter.failed;
            }
        }
        let intervals = self.store().sleep_intervals_since(*first).await?;
        let intervals = intervals
            .into_iter()
            .map(|one| SleepIntervalView { from: one.from.max(*first), until: one.until })
            .collect();
        Ok(DaysView { days, sleep_intervals: intervals })
    }
}

/// When the last of the tokens ends that a provider uses. A new one that was not pasted yet keeps no request from being
/// refused; one that never expires outlives every date.
fn end_of_use(usable: &[&Token], uses: &HashMap<String, TokenUse>) -> Option<Timestamp> {
    let pasted: Vec<&&Token> = usable.iter().filter(|token| uses.contains_key(&token.id)).collect();
    let counted = if pasted.is_empty() { usable.iter().collect() } else { pasted };
    let ends: Option<Vec<Timestamp>> =
        counted.iter().map(|token| token.ends_at(token.successor_first_use(uses))).collect();
    ends?.into_iter().max()
}

/// Whether several requests of one kind were refused in a row, or a deactivation was refused that was not done since.
fn is_failing(runs: &[RefusalRun], refused: &[RefusedWrite]) -> bool {
    runs.iter().any(|run| run.refusals >= IN_A_ROW)
        || refused.iter().any(|one| one.act == WriteAct::Deactivate)
}

fn longest(runs: &[RefusalRun]) -> Option<Refusals> {
    let run = runs.iter().max_by_key(|run| run.refusals)?;
    Some(Refusals { count: u32::try_from(run.refusals).unwrap_or(u32::MAX), since: run.since })
}
