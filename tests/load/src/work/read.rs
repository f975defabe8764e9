//! W3: people are read by id.

use anyhow::Result;

use crate::answers::{PersonAnswer, read};
use crate::http::{Answer, Request};
use crate::measure::Work;
use crate::people::SharedPeople;

/// Which people one connection works on.
pub(crate) enum Keys {
    /// Random ones of all.
    Uniform,
    /// Random ones of these.
    Of(Vec<u32>),
    /// These, each once.
    Once(std::vec::IntoIter<u32>),
}

impl Keys {
    /// The number of the next person.
    pub(crate) fn next(&mut self, people: &SharedPeople) -> Option<u32> {
        match self {
            Self::Uniform => people.borrow().random(),
            Self::Of(numbers) => fastrand::choice(&*numbers).copied(),
            Self::Once(numbers) => numbers.next(),
        }
    }
}

/// Reads people.
pub(crate) struct Read {
    pub people: SharedPeople,
    pub keys: Keys,
    pub number: u32,
}

impl Read {
    pub(crate) const fn new(people: SharedPeople, keys: Keys) -> Self {
        Self { people, keys, number: 0 }
    }
}

impl Work for Read {
    fn next(&mut self) -> Option<Request> {
        self.number = self.keys.next(&self.people)?;
        Some(Request::get(format!("/Users/{}", self.people.borrow().get(self.number)?.id)))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        let person: PersonAnswer<'_> = read(answer, 200)?;
        self.people.borrow().verify(self.number, &person)
    }
}
