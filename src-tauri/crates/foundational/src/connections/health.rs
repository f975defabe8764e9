//! How a connection is doing: what is known of it, its status, its last days.

use store::{Connection, RefusalRun};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::days_views::{ConnectionDays, DayBar, DaysView};
use crate::connections::find::find_connection;
use crate::connections::pause_words::reason;
use crate::connections::status::{StatusFacts, meaning, status};
use crate::connections::views::{ConnectionView, PauseView, Refusals};
use crate::context::Room as _;
use crate::data::retention::COUNTED_DAYS;
use crate::diagnosis::facts::{ConnectionFacts, name_of_idp};
use crate::diagnosis::rules::requests::is_failing;
use crate::diagnosis::rules::rhythm::{is_silent, rhythm_of};
use crate::diagnosis::rules::tokens::is_tokenless;
use crate::error::Error;
use crate::shapes::SleepIntervalView;

impl Connections {
    pub(crate) async fn connection_view(&self, connection: Connection) -> Result<ConnectionView, Error> {
        let id = connection.id.clone();
        let view = self.connection_views(vec![connection]).await?.pop();
        view.ok_or_else(|| Error::not_found("connection", &id))
    }

    /// One for each, in their order.
    pub(crate) async fn connection_views(
        &self,
        connections: Vec<Connection>,
    ) -> Result<Vec<ConnectionView>, Error> {
        let ids: Vec<String> = connections.iter().map(|one| one.id.clone()).collect();
        let deactivated = self.store().deactivated(&ids).await?;
        let facts = self.facts(connections).await?.into_iter();
        Ok(facts
            .map(|facts| {
                let deactivated = deactivated.get(&facts.connection.id).copied().unwrap_or_default();
                self.view(facts, deactivated)
            })
            .collect())
    }

    fn view(&self, facts: ConnectionFacts, deactivated: u64) -> ConnectionView {
        let now = self.now();
        let (status, status_text) = status(
            &StatusFacts {
                server: facts.server,
                paused: facts.connection.pause.is_some(),
                lapsed: facts.lapsed_at.is_some(),
                tokenless: is_tokenless(&facts),
                failing: is_failing(&facts),
                token_end: facts.token_end,
                quiet: is_silent(&facts, now),
                setting_up: facts.wizard.finished_at.is_none().then_some(facts.progress),
                called: facts.last_request_at.is_some(),
            },
            now,
        );
        let endpoint_is_public = self.server().address().is_public_by(facts.connection.way_in);
        let awaits_check = self.awaits_check(&facts.connection);
        let rhythm = rhythm_of(&facts, now);
        let ConnectionFacts { connection, provider, endpoint, .. } = facts;
        ConnectionView {
            way: connection.way_in,
            uses_public_url: connection.way_in.is_public(),
            endpoint,
            endpoint_is_public,
            status,
            status_meaning: meaning(status, &status_text, name_of_idp(provider, &connection)),
            status_text,
            people: connection.people,
            deactivated,
            groups: connection.groups,
            created_at: connection.created_at,
            last_request_at: facts.last_request_at,
            rhythm,
            refusals: longest(&facts.runs),
            token_expires_at: facts.token_end,
            tokens_usable: u32::try_from(facts.usable.len()).unwrap_or(u32::MAX),
            wizard: facts.wizard,
            pause: connection.pause.map(|pause| PauseView {
                at: pause.at,
                by: pause.by,
                together: pause.by_pause_all,
                reason: reason(pause.cause).map(str::to_owned),
                awaits_check,
            }),
            id: connection.id,
            name: connection.name,
            provider,
        }
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

fn longest(runs: &[RefusalRun]) -> Option<Refusals> {
    let run = runs.iter().max_by_key(|run| run.refusals)?;
    Some(Refusals { count: u32::try_from(run.refusals).unwrap_or(u32::MAX), since: run.since })
}
