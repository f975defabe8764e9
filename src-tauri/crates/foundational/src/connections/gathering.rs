//! What is known of connections at this moment, read once for all of them.

use std::collections::HashMap;

use jiff::Timestamp;
use store::{
    Connection, HeldRemovals, Observed, PendingMatch, Removals, SleepInterval, Token, TokenUse, WithheldCount,
};

use crate::connections::names_in_use::NamesInUse;
use crate::connections::old_host::Hosts;
use crate::connections::progress::progress;
use crate::connections::wizard::read_wizard;
use crate::connections::{Connections, rhythm};
use crate::context::Room as _;
use crate::diagnosis::facts::ConnectionFacts;
use crate::diagnosis::thresholds::{HELD_SHOWN, MASS_SHOWN, SLEEP_SHOWN, WITHHELD_SHOWN};
use crate::error::Error;
use crate::server::state::ServerFacts;

/// What is read for all connections together.
struct Gathered {
    tokens: Vec<Token>,
    uses: HashMap<String, TokenUse>,
    server: ServerFacts,
    hosts: Option<Hosts>,
    names: NamesInUse,
    /// Those since the oldest of the last requests, and in the last day.
    slept: Vec<SleepInterval>,
    pending: Vec<PendingMatch>,
}

impl Connections {
    /// Everything that is known of these connections at this moment, in their order.
    pub(crate) async fn facts(&self, connections: Vec<Connection>) -> Result<Vec<ConnectionFacts>, Error> {
        let store = self.store();
        let ids: Vec<String> = connections.iter().map(|one| one.id.clone()).collect();
        // First: what is read later is at least as new, so that whatever a request shows is there with it.
        let mut observed = store.observed(&ids, rhythm::VISITS).await?;
        let uses = store.token_uses().await?;
        let lately = self.now() - SLEEP_SHOWN;
        let oldest = observed.values().filter_map(last_request).min();
        let gathered = Gathered {
            tokens: store.tokens_of(&ids).await?,
            server: self.scim_server.server_facts().await?,
            hosts: self.hosts(&uses).await?,
            names: self.names_in_use(&observed).await?,
            slept: match oldest {
                Some(oldest) => store.sleep_intervals_since(oldest.min(lately)).await?,
                None => Vec::new(),
            },
            pending: store.pending_matches(None).await?,
            uses,
        };
        let since = self.now() - MASS_SHOWN;
        let with_removals = store.with_removals(since).await?;
        let mut all_withheld = store.withheld_counts().await?;
        let mut facts = Vec::new();
        for connection in connections {
            let removals = if with_removals.contains(&connection.id) {
                store.removals(&connection, since).await?
            } else {
                Removals::default()
            };
            let held = match &connection.hold {
                Some(_) => store.held_removals(&connection.id, HELD_SHOWN).await?,
                None => HeldRemovals::default(),
            };
            let withheld = all_withheld.remove(&connection.id).unwrap_or_default();
            let withheld_first = match withheld.people {
                0 => Vec::new(),
                _ => store.withheld_people(&connection.id, 0, WITHHELD_SHOWN).await?,
            };
            let observed = observed.remove(&connection.id).unwrap_or_default();
            let facts_of = self.facts_of(connection, observed, &gathered);
            facts.push(ConnectionFacts { removals, held, withheld, withheld_first, ..facts_of });
        }
        Ok(facts)
    }

    fn facts_of(&self, connection: Connection, observed: Observed, all: &Gathered) -> ConnectionFacts {
        let (clock, id) = (self.store().clock(), connection.id.as_str());
        let last_request_at = last_request(&observed).max(self.store().last_not_logged(id));
        let tokens: Vec<Token> =
            all.tokens.iter().filter(|token| token.connection_id == id).cloned().collect();
        let of_token = |token: &Token| Some((token.id.clone(), all.uses.get(&token.id)?.clone()));
        let uses: HashMap<String, TokenUse> = tokens.iter().filter_map(of_token).collect();
        let usable: Vec<Token> =
            tokens.iter().filter(|token| token.is_usable(clock, &uses)).cloned().collect();
        let unrevoked = tokens.iter().filter(|token| usable.is_empty() && token.revoked_at.is_none());
        let lapsed_at = unrevoked.filter_map(|token| token.ends_at(token.successor_first_use(&uses))).max();
        let wizard = read_wizard(&connection);
        let provider = idp::Provider::of(&connection.provider);
        let Observed { cycles, evidence, runs, refused } = observed;
        let (refused, loops) = all.names.sorted(id, refused);
        let last_use = uses.values().map(|used| used.at).max();
        ConnectionFacts {
            endpoint: self.endpoint_of(&connection),
            server: self.scim_server.server_facts_of(all.server, connection.way_in, last_use),
            lapsed_at,
            token_end: end_of_use(&usable, &uses),
            runs,
            refused,
            loops,
            // Without the public address it is called by the name of this computer, which is no old one.
            old_host: all
                .hosts
                .as_ref()
                .filter(|_| connection.way_in.is_public())
                .and_then(|hosts| hosts.old(&uses)),
            slept: match last_request_at {
                Some(last) => {
                    let since = last.min(self.now() - SLEEP_SHOWN);
                    all.slept.iter().filter(|one| one.until > since).copied().collect()
                }
                None => Vec::new(),
            },
            last_request_at,
            is_logged: self.store().is_logging(),
            progress: progress(&wizard, &evidence),
            usual: rhythm::measured(provider, &cycles, wizard.finished_at),
            matches: all.pending.iter().filter(|one| one.connection_id == id).count(),
            removals: Removals::default(),
            held: HeldRemovals::default(),
            withheld: WithheldCount::default(),
            withheld_first: Vec::new(),
            newest_cycle: cycles.into_iter().next(),
            evidence,
            tokens,
            usable,
            uses,
            provider,
            wizard,
            connection,
        }
    }
}

/// When a connection was last called, however long ago: sync cycles outlast the rows of their requests.
fn last_request(observed: &Observed) -> Option<Timestamp> {
    observed.cycles.iter().map(|cycle| cycle.last_at).max()
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
