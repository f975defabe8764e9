//! Rehearsals: a client's whole life played over real HTTP against a connection's own address.
//!
//! The people of a rehearsal never meet real ones. They live in a store of their own, in a folder below the data folder
//! that goes with the rehearsal, and after a crash at the next start; the server answers for it under a connection id
//! of its own, over the same listener and, if there is one, the same public URL. So nothing of it is ever in a list, a
//! count, a history or the activity, and nothing has to be taken back.

use idp::WayIn;
use idp::rehearsal::Dialect;
use server::{Address, Listener};
use store::{Connection, Ids};

use crate::access::actor::Actor;
use crate::connections::find::find_connection;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::rehearsal::Rehearsals;
use crate::rehearsal::player::{Stage, play};
use crate::rehearsal::sandbox::Sandbox;
use crate::rehearsal::verdict::verdict;
use crate::rehearsal::views::{Rehearsal, RehearsalRun};
use crate::shapes::ById;

/// Reads the word for a dialect.
pub(crate) fn dialect(word: &str) -> Result<Dialect, Error> {
    Dialect::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.as_str()).collect();
        let shown: String = word.chars().take(40).collect();
        Error::invalid("dialect", format!("There is no dialect \"{shown}\"."))
            .hinting(format!("There are: {}.", known.join(", ")))
    })
}

/// A mark for what a rehearsal makes, so that two at once don't meet.
pub(crate) fn tag(ids: &Ids) -> String {
    ids.opaque().chars().filter(char::is_ascii_hexdigit).take(10).collect()
}

impl Rehearsals {
    /// Plays a rehearsal to its end and answers how it went.
    pub(crate) async fn rehearsal_run(&self, _: Actor, args: RehearsalRun) -> Result<Rehearsal, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let dialect = match &args.dialect {
            Some(word) => dialect(word)?,
            None => usual_dialect(&connection),
        };
        let app = self.clone();
        let id = connection.id.clone();
        {
            let mut all = self.newest();
            if all.get(&id).is_some_and(|rehearsal| !rehearsal.finished) {
                return Err(Error::new(Code::Conflict, "A rehearsal of this connection is already running.")
                    .hinting("Wait until it has finished."));
            }
            all.insert(id.clone(), nothing_yet(dialect));
        }
        // A task of its own: the caller may go away, and the sandbox must be cleared all the same.
        let played = tokio::spawn(async move {
            let played = app.rehearse(&connection, dialect, args.local.unwrap_or(false)).await;
            if played.is_err() {
                app.newest().remove(&connection.id);
            }
            played
        });
        match played.await {
            Ok(played) => played,
            Err(error) => {
                self.newest().remove(&id);
                Err(Error::new(Code::Internal, error.to_string()))
            }
        }
    }

    /// The newest rehearsal of a connection since the app was started, under way or over.
    pub(crate) async fn rehearsal_show(&self, _: Actor, args: ById) -> Result<Rehearsal, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let known = self.newest().get(&connection.id).cloned();
        known.ok_or_else(|| Error::not_found("rehearsal of the connection", &connection.name))
    }

    async fn rehearse(
        &self,
        connection: &Connection,
        dialect: Dialect,
        local: bool,
    ) -> Result<Rehearsal, Error> {
        let sandbox = Sandbox::open(self.store().folder()).await?;
        // Where the identity provider does not use the public address, the rehearsal does not either.
        let local = local || !connection.way_in.is_public();
        let played = self.play_in(&sandbox, &connection.id, dialect, local).await;
        sandbox.close().await;
        played
    }

    async fn play_in(
        &self,
        sandbox: &Sandbox,
        real: &str,
        dialect: Dialect,
        local: bool,
    ) -> Result<Rehearsal, Error> {
        let (connection_id, token) = sandbox.connect(dialect.provider()).await?;
        let _answered_for = self.server().host_sandbox(sandbox.store.clone(), &connection_id);
        let (base, own_listener) = self.base(local)?;
        // The proof is for this computer alone: it stays off the way through the public address.
        let own_header = if base.starts_with("http://") { self.server().own_request_header() } else { None };
        let stage = Stage {
            endpoint: Address::of(&base).endpoint(&connection_id, WayIn::default()),
            token,
            own_header,
        };
        let played = play(&stage, dialect, &tag(&Ids::random()), |so_far| {
            self.newest().insert(real.to_owned(), so_far.clone());
            let event = Event { topic: Topic::Rehearsal, connection_id: Some(real.to_owned()), id: None };
            self.send(event);
        })
        .await;
        if let Some(listener) = own_listener {
            listener.stop().await;
        }
        Ok(played)
    }

    /// Where the requests go: the public URL, else the listener, else a listener made for this one rehearsal. A listener with a
    /// certificate is not called: it is for another name than this computer's own.
    fn base(&self, local: bool) -> Result<(String, Option<Listener>), Error> {
        let address = self.server().address();
        if address.public && !local {
            return Ok((address.base.clone(), None));
        }
        if self.scim_server.exposure().is_listening() && self.scim_server.exposure().certificate().is_none() {
            return Ok((format!("http://{}", self.scim_server.exposure().listen()), None));
        }
        let any = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0));
        let listener = Listener::start(self.server(), any)
            .map_err(|error| Error::new(Code::Unavailable, error.to_string()))?;
        Ok((format!("http://{}", listener.address()), Some(listener)))
    }
}

/// What the connection's wizard says of the kind of app or client, else what is usual for its provider.
fn usual_dialect(connection: &Connection) -> Dialect {
    let wizard: serde_json::Value = serde_json::from_str(&connection.wizard).unwrap_or_default();
    let variant = wizard.get("variant").and_then(serde_json::Value::as_str);
    Dialect::usual(idp::Provider::of(&connection.provider), variant)
}

fn nothing_yet(dialect: Dialect) -> Rehearsal {
    let mut rehearsal = Rehearsal {
        dialect: dialect.as_str().to_owned(),
        label: dialect.label().to_owned(),
        endpoint: String::new(),
        total: 0,
        steps: Vec::new(),
        finished: false,
        passed: false,
        verdict: String::new(),
    };
    rehearsal.verdict = verdict(&rehearsal);
    rehearsal
}
