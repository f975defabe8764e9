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
}

impl Create {
    pub(crate) const fn new(people: SharedPeople) -> Self {
        Self { people, number: 0 }
    }
}

impl Work for Create {
    fn next(&mut self) -> Option<Request> {
        self.number = self.people.borrow_mut().new_number();
        Some(create(self.number))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        created(&self.people, self.number, answer)
    }
}

/// The request that creates a person.
pub(crate) fn create(number: u32) -> Request {
    Request::with_body(Method::POST, "/Users".to_owned(), document(number, true, 0))
}

/// Verifies that a person was created as sent, and adds the person to the expected ones.
///
/// # Errors
/// What is wrong with the answer.
pub(crate) fn created(people: &SharedPeople, number: u32, answer: &Answer) -> Result<()> {
    let person: PersonAnswer<'_> = read(answer, 201)?;
    verify_sent(number, true, 0, &person)?;
    let location = answer.headers.get(LOCATION).context("no Location")?.to_str()?;
    ensure!(location.ends_with(&format!("/Users/{}", person.id)), "Location {location}");
    people.borrow_mut().add(number, &person.id);
    Ok(())
}
