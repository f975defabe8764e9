//! A client as identity providers are: it looks up, creates and changes by what it believes, and sends the same request again when
//! no answer arrives.

use serde_json::Value;
use tests::Random;

use super::client_request::{ClientRequest, Dialect};

/// How many people a client manages. Few, so that their lives are long.
pub const PEOPLE: usize = 2;
/// How often a request is sent before its client continues without an answer.
const TRIES: u32 = 3;

/// What a client believes of a person or a group.
#[derive(Clone, Debug, PartialEq)]
enum Belief {
    Unknown,
    Absent,
    Here(String),
}

struct Waiting {
    number: u64,
    request: ClientRequest,
    tries: u32,
}

pub struct Client {
    pub dialect: Dialect,
    people: [Belief; PEOPLE],
    group: Belief,
    waiting: Option<Waiting>,
    /// How many different requests it made.
    asked: u64,
}

impl Client {
    pub fn new(dialect: Dialect) -> Self {
        let people = std::array::from_fn(|_| Belief::Unknown);
        Self { dialect, people, group: Belief::Unknown, waiting: None, asked: 0 }
    }

    /// What it sends now: the request that was not answered, or another one. With its number.
    pub fn next(&mut self, random: &mut Random) -> (u64, ClientRequest) {
        if let Some(waiting) = self.waiting.as_mut().filter(|waiting| waiting.tries < TRIES) {
            waiting.tries += 1;
            return (waiting.number, waiting.request.clone());
        }
        let request = if random.below(3) == 0 { self.about_group(random) } else { self.about_person(random) };
        self.asked += 1;
        self.waiting = Some(Waiting { number: self.asked, request: request.clone(), tries: 1 });
        (self.asked, request)
    }

    fn about_person(&self, random: &mut Random) -> ClientRequest {
        let n = random.below(PEOPLE);
        let id = match &self.people[n] {
            Belief::Unknown => return ClientRequest::FindPerson { n },
            Belief::Absent => return ClientRequest::CreatePerson { n },
            Belief::Here(id) => id.clone(),
        };
        let title = format!("Title {}", random.below(3));
        match random.below(12) {
            0..=2 => ClientRequest::SetActive { n, id, active: false },
            3..=4 => ClientRequest::SetActive { n, id, active: true },
            5..=6 => ClientRequest::SetTitle { n, id, title },
            7 => ClientRequest::Replace { n, id, title, active: None },
            8 => ClientRequest::Replace { n, id, title, active: Some(random.below(2) == 0) },
            9..=10 => ClientRequest::DeletePerson { n, id },
            _ => ClientRequest::FindPerson { n },
        }
    }

    fn about_group(&self, random: &mut Random) -> ClientRequest {
        let id = match &self.group {
            Belief::Unknown => return ClientRequest::FindGroup,
            Belief::Absent => return ClientRequest::CreateGroup,
            Belief::Here(id) => id.clone(),
        };
        let known: Vec<String> = self
            .people
            .iter()
            .filter_map(|belief| match belief {
                Belief::Here(id) => Some(id.clone()),
                Belief::Unknown | Belief::Absent => None,
            })
            .collect();
        let member = random.of(&known).cloned();
        match (random.below(12), member) {
            (0..=4, Some(member)) => ClientRequest::AddMember { id, member },
            (5..=6, Some(member)) => ClientRequest::RemoveMember { id, member },
            (7, Some(_)) => ClientRequest::ReplaceGroup { id, members: Some(known) },
            (8, _) => ClientRequest::ReplaceGroup { id, members: None },
            (9, _) => ClientRequest::DeleteGroup { id },
            _ => ClientRequest::FindGroup,
        }
    }

    /// The answer to a request arrives. One that it does not wait for any more is ignored.
    pub fn hear(&mut self, number: u64, status: u16, body: &Value) {
        let Some(waiting) = self.waiting.take_if(|waiting| waiting.number == number) else { return };
        let found = |body: &Value| match body["Resources"][0]["id"].as_str() {
            Some(id) => Belief::Here(id.to_owned()),
            None => Belief::Absent,
        };
        match waiting.request {
            ClientRequest::FindPerson { n } => self.people[n] = found(body),
            ClientRequest::FindGroup => self.group = found(body),
            ClientRequest::CreatePerson { n } => self.people[n] = made(status, body),
            ClientRequest::CreateGroup => self.group = made(status, body),
            ClientRequest::SetActive { n, .. }
            | ClientRequest::SetTitle { n, .. }
            | ClientRequest::Replace { n, .. }
                if status == 404 =>
            {
                self.people[n] = Belief::Unknown;
            }
            ClientRequest::DeletePerson { n, .. } => self.people[n] = Belief::Absent,
            ClientRequest::AddMember { .. }
            | ClientRequest::RemoveMember { .. }
            | ClientRequest::ReplaceGroup { .. }
                if status == 404 =>
            {
                self.group = Belief::Unknown;
            }
            ClientRequest::DeleteGroup { .. } => self.group = Belief::Absent,
            _ => {}
        }
    }
}

/// What the answer to a creation says. What has the name already must be looked up.
fn made(status: u16, body: &Value) -> Belief {
    match (status, body["id"].as_str()) {
        (201, Some(id)) => Belief::Here(id.to_owned()),
        _ => Belief::Unknown,
    }
}
