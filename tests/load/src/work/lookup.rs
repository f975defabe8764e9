//! W2: people are looked up by userName.

use anyhow::{Context as _, Result, ensure};

use crate::answers::{PageAnswer, PeopleAnswer, read};
use crate::http::{Answer, Request};
use crate::measure::Work;
use crate::people::{SharedPeople, user_name};
use crate::work::read::Keys;

/// Looks people up who exist.
pub(crate) struct Lookup {
    pub people: SharedPeople,
    pub keys: Keys,
    pub number: u32,
}

impl Lookup {
    pub(crate) const fn new(people: SharedPeople, keys: Keys) -> Self {
        Self { people, keys, number: 0 }
    }
}

impl Work for Lookup {
    fn next(&mut self) -> Option<Request> {
        self.number = self.keys.next(&self.people)?;
        Some(by_user_name(&user_name(self.number)))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        let page: PeopleAnswer<'_> = read(answer, 200)?;
        ensure!(page.total_results == Some(1), "totalResults {:?}", page.total_results);
        ensure!(page.resources.len() == 1, "{} resources", page.resources.len());
        let person = page.resources.first().context("no resource")?;
        self.people.borrow().verify(self.number, person)
    }
}

/// Looks up people who do not exist.
pub(crate) struct Miss;

impl Work for Miss {
    fn next(&mut self) -> Option<Request> {
        Some(by_user_name(&format!("absent-{:07}@example.com", fastrand::u32(..10_000_000))))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        is_empty(answer)
    }
}

/// Verifies a page without resources.
///
/// # Errors
/// What is wrong with the answer.
pub(crate) fn is_empty(answer: &Answer) -> Result<()> {
    let page: PageAnswer = read(answer, 200)?;
    ensure!(page.total_results == 0, "totalResults {}", page.total_results);
    ensure!(page.resources.is_empty(), "{} resources", page.resources.len());
    Ok(())
}

/// The look-up as Azure and Okta send it.
pub(crate) fn by_user_name(name: &str) -> Request {
    Request::get(format!("/Users?filter=userName+eq+%22{}%22", name.replace('@', "%40")))
}
