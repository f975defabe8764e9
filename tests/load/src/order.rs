//! The naive list that pages are compared with: all people in the order in which the server lists them.

use anyhow::{Result, ensure};

use crate::answers::{PeopleAnswer, read};
use crate::http::{Answer, Request};
use crate::people::SharedPeople;

/// How many people a page has.
pub(crate) const PAGE: usize = 100;

/// The numbers of all people in the order of their ids, which is the order of the list.
pub(crate) struct Order {
    people: SharedPeople,
    numbers: Vec<u32>,
}

impl Order {
    /// The order of the people that exist.
    pub(crate) fn of(people: SharedPeople) -> Self {
        let numbers = people.borrow().sorted_by_id();
        Self { people, numbers }
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Adds a person who was created.
    pub(crate) fn insert(&mut self, number: u32) {
        let people = self.people.borrow();
        let id = |number: u32| people.get(number).map(|person| &*person.id);
        let at = self.numbers.partition_point(|other| id(*other) < id(number));
        self.numbers.insert(at, number);
    }

    /// Takes out a random person, who is to be deleted, and returns the id.
    pub(crate) fn remove_random(&mut self) -> Option<Box<str>> {
        let at = fastrand::usize(..self.numbers.len().max(1));
        let number = (at < self.numbers.len()).then(|| self.numbers.remove(at))?;
        self.people.borrow_mut().remove(number).map(|person| person.id)
    }

    /// Verifies the page after the first `before` people: the total, the people on it, their order and their values.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn verify(&self, before: usize, answer: &Answer) -> Result<()> {
        let page: PeopleAnswer<'_> = read(answer, 200)?;
        let total = self.numbers.len();
        if let Some(shown) = page.total_results {
            ensure!(shown == total, "totalResults {shown} instead of {total}");
        }
        let expected = self.numbers.get(before..).unwrap_or_default();
        let expected = &expected[..expected.len().min(PAGE)];
        ensure!(page.resources.len() == expected.len(), "{} resources", page.resources.len());
        let people = self.people.borrow();
        for (number, person) in expected.iter().zip(&page.resources) {
            people.verify(*number, person)?;
        }
        Ok(())
    }
}

/// The page after the first `before` people, by index.
pub(crate) fn by_index(before: usize) -> Request {
    Request::get(format!("/Users?startIndex={}&count={PAGE}", before + 1))
}
