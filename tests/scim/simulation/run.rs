//! One seed: its clients, its network and its clock, step by step.

use std::time::Duration;

use tests::Random;

use super::client::Client;
use super::client_request::{ClientRequest, Dialect, Names};
use super::model::{Checked, Model};
use super::trace::Trace;
use super::visitor::Visitor;
use super::world::{Endpoint, World};

/// Steps of one seed.
const STEPS: usize = 40;
/// In one of this many seeds a person signs in, which takes as long as a hundred requests.
const VISITED: u64 = 25;
/// In one of this many seeds the process ends, which takes as long.
const ENDING: usize = 8;
/// How many requests are on their way at most.
const MOST_SENT: usize = 12;

/// A request on its way.
#[derive(Clone)]
pub struct Sent {
    pub client: usize,
    pub number: u64,
    pub request: ClientRequest,
}

pub struct Run<'w> {
    pub world: &'w mut World,
    pub endpoint: Endpoint,
    pub names: Names,
    pub random: Random,
    pub model: Model,
    pub clients: [Client; 2],
    /// In some seeds.
    pub visitor: Option<Visitor>,
    /// The requests that are on their way, in no order.
    sent: Vec<Sent>,
    /// The step before which the process ends.
    ends_at: Option<usize>,
    pub steps: usize,
    trace: Trace,
}

impl<'w> Run<'w> {
    /// Does all steps of a seed.
    pub async fn to_the_end(world: &'w mut World, seed: u64) {
        let mut run = Self::begin(world, seed).await;
        for _ in 0..STEPS {
            run.step().await;
        }
        run.end().await;
    }

    async fn begin(world: &'w mut World, seed: u64) -> Self {
        let mut random = Random(seed);
        let endpoint = world.connect(&format!("Simulation {seed}")).await;
        let ends_at = (random.below(ENDING) == 0).then(|| random.below(STEPS));
        let names = Names(seed);
        let mut run = Self {
            world,
            endpoint,
            names,
            random,
            model: Model::new(names),
            clients: [Client::new(Dialect::Okta), Client::new(Dialect::Entra)],
            sent: Vec::new(),
            visitor: seed.is_multiple_of(VISITED).then(|| Visitor::of(seed)),
            ends_at,
            steps: 0,
            trace: Trace { seed, lines: Vec::new() },
        };
        for request in [ClientRequest::CreatePerson { n: 0 }, ClientRequest::CreateGroup] {
            run.answer(&Sent { client: 0, number: 0, request }).await;
        }
        run
    }

    async fn step(&mut self) {
        if self.ends_at == Some(self.steps) {
            self.end_process().await;
        }
        self.steps += 1;
        match self.random.below(20) {
            0..=6 => self.send(),
            7..=15 if self.sent.is_empty() => self.send(),
            7..=15 => self.deliver().await,
            16 => self.lose(),
            17 => self.jump(),
            18 => {
                let millis = self.below(30_000);
                self.world.clock.advance(Duration::from_millis(millis));
            }
            // The clock shows the same time at the next step.
            _ => {}
        }
    }

    /// What is left on its way arrives; then all is as the model says.
    async fn end(&mut self) {
        while !self.sent.is_empty() {
            self.deliver().await;
        }
        let shown = self.world.snapshot(&self.endpoint).await;
        let checked = self.model.check(&shown);
        self.must(checked, "at the end");
    }

    fn below(&mut self, end: usize) -> u64 {
        self.random.below(end) as u64
    }

    pub fn note(&mut self, line: String) {
        self.trace.lines.push(line);
    }

    pub fn must(&self, checked: Checked, what: &str) {
        if let Err(difference) = checked {
            panic!("seed {}, step {}, {what}: {difference}", self.names.0, self.steps);
        }
    }

    /// A client sends what it wants, or once more what was not answered. Where too many requests are on their way, it does not
    /// arrive.
    fn send(&mut self) {
        let client = self.random.below(self.clients.len());
        let (number, request) = self.clients[client].next(&mut self.random);
        let is_lost = self.sent.len() >= MOST_SENT;
        self.note(format!("client {client} sends {number}: {request:?}, lost: {is_lost}"));
        if !is_lost {
            self.sent.push(Sent { client, number, request });
        }
    }

    /// A request arrives, in any order and perhaps not for the last time; its answer may be lost.
    async fn deliver(&mut self) {
        let at = self.random.below(self.sent.len());
        let sent = self.sent.swap_remove(at);
        if self.random.below(7) == 0 && self.steps < STEPS {
            self.sent.push(sent.clone());
        }
        let (status, body) = self.answer(&sent).await;
        let is_lost = self.random.below(4) == 0;
        self.note(format!("  {} of client {}: {status}, lost: {is_lost}", sent.number, sent.client));
        if !is_lost {
            self.clients[sent.client].hear(sent.number, status, &body);
        }
    }

    /// A request does not arrive.
    fn lose(&mut self) {
        if !self.sent.is_empty() {
            let at = self.random.below(self.sent.len());
            let lost = self.sent.swap_remove(at);
            self.note(format!("  {} of client {} does not arrive", lost.number, lost.client));
        }
    }

    /// The clock goes ahead by minutes, hours or days, or back by seconds.
    fn jump(&mut self) {
        let much = self.below(60) + 1;
        match self.random.below(4) {
            0 => self.world.clock.advance(Duration::from_mins(much)),
            1 => self.world.clock.advance(Duration::from_hours(much)),
            2 => self.world.clock.advance(Duration::from_hours(much * 12)),
            _ => self.world.clock.set_back(Duration::from_secs(much * 2)),
        }
        self.note(format!("the clock shows {}", self.world.clock.now()));
    }
}
