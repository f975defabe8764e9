//! How a connection is doing: what is known of it, its status, its last days.

use std::collections::{HashMap, HashSet};

use idp::reason_code::ReasonCode;
use jiff::Timestamp;
use scim::fold;
use store::{Connection, HeldRemovals, RefusalRun, RefusedWrite, Token, TokenUse};

use crate::access::sessions::Actor;
use crate::connections::days_views::{ConnectionDays, DayBar, DaysView};
use crate::connections::find::find_connection;
use crate::connections::progress::progress;
use crate::connections::status::{StatusFacts, meaning, status};
use crate::connections::views::{ConnectionView, PauseView, Refusals};
use crate::connections::wizard::read_wizard;
use crate::connections::{Connections, rhythm};
use crate::context::Room as _;
use crate::data::retention::COUNTED_DAYS;
use crate::diagnosis::facts::{ConnectionFacts, name_of_idp};
use crate::diagnosis::rules::requests::is_failing;
use crate::diagnosis::rules::rhythm::{is_silent, rhythm_of};
use crate::diagnosis::rules::tokens::is_tokenless;
use crate::diagnosis::thresholds::{HELD_SHOWN, MASS_SHOWN, SLEEP_SHOWN};
use crate::error::Error;
use crate::shapes::SleepIntervalView;

impl Connections {
    pub(crate) async fn connection_view(&self, connection: Connection) -> Result<ConnectionView, Error> {
        let facts = self.facts(connection).await?;
        self.view(facts).await
    }

    /// Everything that is known of a connection at this moment.
    pub(crate) async fn facts(&self, connection: Connection) -> Result<ConnectionFacts, Error> {
        let (store, id) = (self.store(), connection.id.as_str());
        // First: what is read later is at least as new, so that whatever a request shows is there with it.
        let last_request_at = store.last_request(id).await?;
        let (tokens, all_uses) = (store.tokens(id).await?, store.token_uses().await?);
        let of_token = |token: &Token| Some((token.id.clone(), all_uses.get(&token.id)?.clone()));
        let uses: HashMap<String, TokenUse> = tokens.iter().filter_map(of_token).collect();
        let usable: Vec<Token> =
            tokens.iter().filter(|token| token.is_usable(store.clock(), &uses)).cloned().collect();
        let unrevoked = tokens.iter().filter(|token| usable.is_empty() && token.revoked_at.is_none());
        let lapsed_at = unrevoked.filter_map(|token| token.ends_at(token.successor_first_use(&uses))).max();
        let wizard = read_wizard(&connection);
        let evidence = store.setup_evidence(id).await?;
        let provider = idp::Provider::of(&connection.provider);
        let cycles = store.sync_cycles(id, rhythm::VISITS).await?;
        Ok(ConnectionFacts {
            endpoint: self.server().address().endpoint(id),
            server: self.scim_server.server_facts_of(uses.values().map(|used| used.at).max()).await?,
            lapsed_at,
            token_end: end_of_use(&usable, &uses),
            runs: store.refusal_runs(id).await?,
            refused: self.refused(id).await?,
            slept: match last_request_at {
                Some(last) => store.sleep_intervals_since(last.min(self.now() - SLEEP_SHOWN)).await?,
                None => Vec::new(),
            },
            last_request_at,
            progress: progress(&wizard, &evidence),
            usual: rhythm::measured(provider, &cycles, wizard.finished_at),
            waiting: store.pending_matches(Some(id)).await?.len(),
            removals: store.removals(&connection, self.now() - MASS_SHOWN).await?,
            held: match &connection.hold {
                Some(_) => store.held_removals(id, HELD_SHOWN).await?,
                None => HeldRemovals::default(),
            },
            newest_cycle: cycles.into_iter().next(),
            evidence,
            tokens,
            usable,
            uses,
            provider,
            wizard,
            connection,
        })
    }

    /// The refused writes of which something is missing. A person whose name was in use is not, once the name is free or a
    /// person of the connection itself has it: many clients create a person again to see whether it exists.
    async fn refused(&self, connection_id: &str) -> Result<Vec<RefusedWrite>, Error> {
        let mut refused = self.store().refused_writes(connection_id).await?;
        let name_in_use = |one: &RefusedWrite| {
            let is_of_person =
                one.reason == ReasonCode::Duplicate.as_str() && one.subject.starts_with("User");
            one.user_name.as_deref().filter(|_| is_of_person).map(fold)
        };
        let names: Vec<String> = refused.iter().filter_map(name_in_use).collect();
        if !names.is_empty() {
            let mut holders = self.store().accounts_named(&names).await?;
            holders.retain(|holder| holder.connection_id.as_deref() != Some(connection_id));
            let held: HashSet<String> = holders.iter().map(|holder| fold(&holder.user_name)).collect();
            refused.retain(|one| name_in_use(one).is_none_or(|name| held.contains(&name)));
        }
        Ok(refused)
    }

    async fn view(&self, facts: ConnectionFacts) -> Result<ConnectionView, Error> {
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
        let address = self.server().address();
        let rhythm = rhythm_of(&facts, now);
        let ConnectionFacts { connection, provider, .. } = facts;
        Ok(ConnectionView {
            endpoint: address.endpoint(&connection.id),
            endpoint_is_public: address.public,
            status,
            status_meaning: meaning(status, &status_text, name_of_idp(provider, &connection)),
            status_text,
            people: connection.people,
            deactivated: self.store().deactivated(&connection.id).await?,
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
fn end_of_use(usable: &[Token], uses: &HashMap<String, TokenUse>) -> Option<Timestamp> {
    let mut counted: Vec<&Token> = usable.iter().filter(|token| uses.contains_key(&token.id)).collect();
    if counted.is_empty() {
        counted.extend(usable);
    }
    let ends: Option<Vec<Timestamp>> =
        counted.iter().map(|token| token.ends_at(token.successor_first_use(uses))).collect();
    ends?.into_iter().max()
}

fn longest(runs: &[RefusalRun]) -> Option<Refusals> {
    let run = runs.iter().max_by_key(|run| run.refusals)?;
    Some(Refusals { count: u32::try_from(run.refusals).unwrap_or(u32::MAX), since: run.since })
}
