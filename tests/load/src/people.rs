//! The people of a run: what was sent last for each of them, which is what every answer is compared with.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use crate::answers::PersonAnswer;

/// The people of a run, shared by its connections.
pub(crate) type SharedPeople = Rc<RefCell<People>>;

/// The values of a person that answers are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub id: Box<str>,
    pub active: bool,
    /// The number in the title.
    pub title: u32,
}

/// Everyone by number; the numbers of deleted people are not used again.
#[derive(Default)]
pub(crate) struct People {
    all: Vec<Option<Person>>,
    /// The numbers of the people that exist, in no order.
    existing: Vec<u32>,
    next: u32,
}

impl People {
    /// A number that was not used before.
    pub(crate) const fn new_number(&mut self) -> u32 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// Adds a person who was created.
    pub(crate) fn add(&mut self, number: u32, id: &str) {
        let at = number as usize;
        if self.all.len() <= at {
            self.all.resize(at + 1, None);
        }
        self.next = self.next.max(number + 1);
        self.all[at] = Some(Person { id: id.into(), active: true, title: 0 });
        self.existing.push(number);
    }

    /// Takes a person out.
    pub(crate) fn remove(&mut self, number: u32) -> Option<Person> {
        let at = self.existing.iter().position(|other| *other == number)?;
        self.existing.swap_remove(at);
        self.all.get_mut(number as usize)?.take()
    }

    /// The numbers of all people in the order of their ids.
    pub(crate) fn sorted_by_id(&self) -> Vec<u32> {
        let mut numbers = self.existing.clone();
        numbers.sort_unstable_by_key(|number| self.get(*number).map(|person| &person.id));
        numbers
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.existing.len()
    }

    /// The number of a random person; each is as likely as any other.
    pub(crate) fn random(&self) -> Option<u32> {
        fastrand::choice(&self.existing).copied()
    }

    /// The numbers of all people, in random order.
    pub(crate) fn shuffled(&self) -> Vec<u32> {
        let mut numbers = self.existing.clone();
        fastrand::shuffle(&mut numbers);
        numbers
    }

    /// The person with this number.
    pub(crate) fn get(&self, number: u32) -> Option<&Person> {
        self.all.get(number as usize)?.as_ref()
    }

    /// Remembers what was sent for a person.
    pub(crate) fn change(&mut self, number: u32, change: impl FnOnce(&mut Person)) {
        if let Some(Some(person)) = self.all.get_mut(number as usize) {
            change(person);
        }
    }

    /// Verifies that an answer shows this person as it was sent.
    ///
    /// # Errors
    /// The first value that is another one.
    pub(crate) fn verify(&self, number: u32, answer: &PersonAnswer<'_>) -> Result<()> {
        let person = self.get(number).context("there is no such person")?;
        ensure!(answer.id == *person.id, "id {} instead of {}", answer.id, person.id);
        verify_sent(number, person.active, person.title, answer)
    }
}

/// Verifies the values that a client sent.
///
/// # Errors
/// The first value that is another one.
pub(crate) fn verify_sent(number: u32, active: bool, title: u32, answer: &PersonAnswer<'_>) -> Result<()> {
    let name = user_name(number);
    ensure!(answer.user_name == name, "userName {} instead of {name}", answer.user_name);
    let external = external_id(number);
    ensure!(answer.external_id.as_deref() == Some(&*external), "externalId {:?}", answer.external_id);
    ensure!(answer.active == Some(active), "active {:?} instead of {active}", answer.active);
    let title = title_text(title);
    ensure!(answer.title.as_deref() == Some(&*title), "title {:?} instead of {title}", answer.title);
    Ok(())
}

/// The userName of a person.
pub(crate) fn user_name(number: u32) -> String {
    format!("person-{number:07}@example.com")
}

/// The number of the person with this userName.
pub(crate) fn number_of(user_name: &str) -> Option<u32> {
    user_name.strip_prefix("person-")?.strip_suffix("@example.com")?.parse().ok()
}

fn external_id(number: u32) -> String {
    format!("object-{number:07}")
}

fn title_text(title: u32) -> String {
    format!("Engineer {title}")
}

/// What Azure sends for a person with its usual mapping and the enterprise extension, about 1 KB.
pub(crate) fn document(number: u32, active: bool, title: u32) -> String {
    let (user_name, external_id, title) = (user_name(number), external_id(number), title_text(title));
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"{external_id}","userName":"{user_name}","active":{active},"displayName":"Alex Person {number:07}","name":{{"formatted":"Alex Person {number:07}","familyName":"Person {number:07}","givenName":"Alex"}},"title":"{title}","preferredLanguage":"en-GB","emails":[{{"primary":true,"type":"work","value":"{user_name}"}}],"phoneNumbers":[{{"type":"work","value":"+49 30 555 1234"}},{{"type":"mobile","value":"+49 170 555 6789"}}],"addresses":[{{"type":"work","formatted":"Long Street 12, 10115 Berlin","streetAddress":"Long Street 12","locality":"Berlin","region":"Berlin","postalCode":"10115","country":"DE"}}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"employeeNumber":"{number:07}","department":"Engineering","costCenter":"4711","division":"Products","organization":"Example"}}}}"#
    )
}

/// The number of the person whose stored document is the pattern of all others.
pub(crate) const PATTERN: u32 = 0;

/// Makes a document of [`PATTERN`] into that of another person: the number occurs only where it is the person's.
pub(crate) fn of_pattern(pattern: &str, number: u32) -> String {
    pattern.replace(&format!("{PATTERN:07}"), &format!("{number:07}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_from_the_pattern_is_the_person_that_is_sent() {
        assert_eq!(of_pattern(&document(PATTERN, true, 0), 1_234_567), document(1_234_567, true, 0));
    }

    #[test]
    fn a_user_name_names_the_number_of_its_person() {
        assert_eq!(number_of(&user_name(7)), Some(7));
        assert_eq!(number_of(&user_name(12_345_678)), Some(12_345_678), "more digits than usual");
        assert_eq!(number_of("former-0000007@example.com"), None);
    }

    #[test]
    fn an_answer_with_another_value_is_wrong() {
        let mut people = People::default();
        people.add(7, "id-7");
        let right = r#"{"id":"id-7","userName":"person-0000007@example.com","externalId":"object-0000007","active":true,"title":"Engineer 0"}"#;
        let verify = |text: &str| people.verify(7, &serde_json::from_str(text).unwrap());
        verify(right).unwrap();
        for (sent, other) in [
            ("id-7", "id-8"),
            ("person-0000007", "person-0000008"),
            ("object-0000007", "object-0000008"),
            ("true", "false"),
            ("Engineer 0", "Engineer 1"),
        ] {
            assert!(verify(&right.replace(sent, other)).is_err(), "{other} instead of {sent} is wrong");
        }
        let text = right.replace("true", "\"True\"");
        assert!(serde_json::from_str::<PersonAnswer<'_>>(&text).is_err(), "a text is no boolean");
    }
}
