//! W6 of any server: everyone in pages of 100, from the first to the last page and again, in whatever order it lists them.

use std::collections::HashSet;

use anyhow::{Context as _, Result, ensure};

use crate::answers::{PeopleAnswer, read};
use crate::http::{Answer, Request};
use crate::measure::Work;
use crate::order::{PAGE, by_index};
use crate::people::{SharedPeople, number_of};

/// Reads page after page.
pub(crate) struct Pages {
    people: SharedPeople,
    /// How many people are on the pages before the next one.
    before: usize,
    /// Who was on those pages.
    listed: HashSet<u32>,
}

impl Pages {
    pub(crate) fn new(people: SharedPeople) -> Self {
        Self { people, before: 0, listed: HashSet::new() }
    }
}

impl Work for Pages {
    fn next(&mut self) -> Option<Request> {
        Some(by_index(self.before))
    }

    /// Right is a page with the exact total and as many people as remain, 100 at most, each as sent and on no page before.
    fn check(&mut self, answer: &Answer) -> Result<()> {
        let people = self.people.borrow();
        let (before, total) = (self.before, people.count());
        self.before = if before + PAGE < total { before + PAGE } else { 0 };
        if before == 0 {
            self.listed.clear();
        }
        let page: PeopleAnswer<'_> = read(answer, 200)?;
        ensure!(
            page.total_results == Some(total),
            "totalResults {:?} instead of {total}",
            page.total_results
        );
        let expected = PAGE.min(total.saturating_sub(before));
        ensure!(page.resources.len() == expected, "{} resources instead of {expected}", page.resources.len());
        for person in &page.resources {
            let number = number_of(&person.user_name).context("another userName")?;
            people.verify(number, person)?;
            ensure!(self.listed.insert(number), "{} is on two pages", person.user_name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use axum::http::HeaderMap;

    use super::*;
    use crate::people::user_name;

    fn page(numbers: impl Iterator<Item = u32>, total: usize) -> Answer {
        let person = |number: u32| {
            let name = user_name(number);
            format!(
                r#"{{"id":"{number}","userName":"{name}","externalId":"object-{number:07}","active":true,"title":"Engineer 0"}}"#
            )
        };
        let people: Vec<String> = numbers.map(person).collect();
        let body = format!(r#"{{"totalResults":{total},"Resources":[{}]}}"#, people.join(","));
        Answer { status: 200, headers: HeaderMap::new(), body: body.into() }
    }

    #[test]
    fn every_person_is_on_one_page_in_any_order() {
        let people = SharedPeople::default();
        for number in 0..150 {
            people.borrow_mut().add(number, &number.to_string());
        }
        let mut pages = Pages::new(Rc::clone(&people));
        let mut is_right = |answer: &Answer| pages.check(answer).is_ok();
        assert!(is_right(&page((50..150).rev(), 150)), "the first page");
        assert!(is_right(&page(0..50, 150)), "the rest");
        assert!(is_right(&page(0..100, 150)), "the first page again, in another order");
        assert!(!is_right(&page(99..149, 150)), "99 was on the first page");
        assert!(!is_right(&page(0..100, 100)), "another total");
        assert!(!is_right(&page(100..149, 150)), "one is missing");
    }
}
