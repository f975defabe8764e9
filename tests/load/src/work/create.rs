//! W1: people are created.

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;
use axum::http::header::LOCATION;

use crate::answers::{PersonAnswer, read};
use crate::http::{Answer, Request};
use crate::measure::Work;
use crate::people::{SharedPeople, document, verify_sent};

/// Creates new people.
pub(crate) struct Create {
    pub people: SharedPeople,
    pub number: u32,
    /// Whether an answer without the `Location` of the person is wrong.
    needs_location: bool,
}

impl Create {
    pub(crate) const fn new(people: SharedPeople) -> Self {
        Self { people, number: 0, needs_location: true }
    }

    /// For servers of which some send no `Location`: the person in the answer is compared, and no header.
    pub(crate) const fn without_location(people: SharedPeople) -> Self {
        Self { people, number: 0, needs_location: false }
    }
}

impl Work for Create {
    fn next(&mut self) -> Option<Request> {
        self.number = self.people.borrow_mut().new_number();
        Some(create(self.number))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        let check = if self.needs_location { created } else { added };
        check(&self.people, self.number, answer)
    }
}

/// The request that creates a person.
pub(crate) fn create(number: u32) -> Request {
    Request::with_body(Method::POST, "/Users".to_owned(), document(number, true, 0))
}

/// Verifies that a person was created as sent and where the answer says it is, and adds the person to the expected ones.
///
/// # Errors
/// What is wrong with the answer.
pub(crate) fn created(people: &SharedPeople, number: u32, answer: &Answer) -> Result<()> {
    added(people, number, answer)?;
    let location = answer.headers.get(LOCATION).context("no Location")?.to_str()?;
    let people = people.borrow();
    let id = &people.get(number).context("there is no such person")?.id;
    ensure!(location.ends_with(&format!("/Users/{id}")), "Location {location}");
    Ok(())
}

/// Verifies that a person was created as sent, and adds the person to the expected ones.
///
/// # Errors
/// What is wrong with the answer.
pub(crate) fn added(people: &SharedPeople, number: u32, answer: &Answer) -> Result<()> {
    let person: PersonAnswer<'_> = read(answer, 201)?;
    verify_sent(number, true, 0, &person)?;
    people.borrow_mut().add(number, &person.id);
    Ok(())
}
