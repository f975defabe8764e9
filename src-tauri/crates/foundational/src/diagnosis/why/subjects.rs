//! Which traces are of one person: what one connection knows under names that are the same, and which of them a text means.

use std::collections::BTreeSet;

use jiff::Timestamp;
use scim::fold;
use serde_json::Value;
use store::Person;

use super::verdict::{Done, Facts};
use crate::diagnosis::why_views::WhyRequest;

/// A person as one source knows them.
#[derive(Debug)]
pub(super) struct Subject {
    /// The connection's id; none for local accounts.
    pub source: Option<String>,
    /// What sentences call the person.
    pub name: String,
    /// Every name, folded.
    names: BTreeSet<String>,
    /// The userNames and externalIds of the account and of tombstones, folded.
    keys: BTreeSet<String>,
    /// The id of the account, or of its tombstone.
    pub id: Option<String>,
    /// The account is here.
    pub is_here: bool,
    pub facts: Facts,
    /// The requests that are known so far.
    pub requests: Vec<WhyRequest>,
}

/// What was looked for, and what was found of it.
#[derive(Debug)]
pub(super) struct Subjects {
    /// Folded: the text, and the userNames of those who have it as another name.
    terms: Vec<String>,
    found: Vec<Subject>,
}

impl Subjects {
    pub(super) fn new(text: &str) -> Self {
        Self { terms: vec![fold(text)], found: Vec::new() }
    }

    /// What the log is searched for.
    pub(super) fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The account of a person who is here, or a tombstone. A tombstone is of the person with the same userName or
    /// externalId. The userName of an exact match is looked for as well, `most` at most.
    pub(super) fn add_person(&mut self, person: &Person, is_here: bool, most: usize) -> &mut Subject {
        let (source, names, keys) = (person.connection_id.as_deref(), names_of(person), keys_of(person));
        let user_name = fold(text_of(person.document.get("userName")));
        let is_new = !user_name.is_empty() && !self.terms.contains(&user_name) && self.terms.len() <= most;
        if is_new && names.contains(&self.terms[0]) {
            self.terms.push(user_name);
        }
        let known = self.found.iter().position(|one| {
            one.source.as_deref() == source && !one.keys.is_disjoint(&keys) && !(is_here && one.is_here)
        });
        let place = known.unwrap_or_else(|| self.push(source, &person.display));
        let subject = &mut self.found[place];
        subject.names.extend(names);
        subject.keys.extend(keys);
        if is_here || subject.id.is_none() {
            subject.id = Some(person.id.clone());
            subject.name.clone_from(&person.display);
        }
        subject.is_here |= is_here;
        subject
    }

    /// The account or tombstone with this id.
    pub(super) fn by_id(&mut self, id: &str) -> Option<&mut Subject> {
        self.found.iter_mut().find(|one| one.id.as_deref() == Some(id))
    }

    /// The person of this source with one of these names, who is added where they are not known yet. None when no name is
    /// looked for.
    pub(super) fn named(&mut self, source: &str, names: &[&str]) -> Option<&mut Subject> {
        let names: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        let folded: BTreeSet<String> = names.iter().map(|name| fold(name)).collect();
        let known = self
            .found
            .iter()
            .position(|one| one.source.as_deref() == Some(source) && !one.names.is_disjoint(&folded));
        let is_meant = |name: &&&str| self.terms.iter().any(|term| fold(name).contains(term.as_str()));
        let place = match (known, names.iter().find(is_meant)) {
            (Some(place), _) => place,
            (None, Some(name)) => self.push(Some(source), name),
            (None, None) => return None,
        };
        let subject = &mut self.found[place];
        subject.names.extend(folded);
        Some(subject)
    }

    fn push(&mut self, source: Option<&str>, name: &str) -> usize {
        self.found.push(Subject { source: source.map(str::to_owned), ..Subject::unknown("", name) });
        self.found.len() - 1
    }

    /// Those who match exactly, where anyone does; otherwise those with the text in a name, `most` of each source. Whether
    /// there are more.
    pub(super) fn chosen(self, most: usize) -> (Vec<Subject>, bool) {
        let Self { terms, found } = self;
        let is_exact = |one: &Subject| terms.iter().any(|term| one.names.contains(term));
        let any_exact = found.iter().any(is_exact);
        let mut chosen: Vec<Subject> = Vec::new();
        let mut more = false;
        for one in found.into_iter().filter(|one| !any_exact || is_exact(one)) {
            if chosen.iter().filter(|other| other.source == one.source).count() < most {
                chosen.push(one);
            } else {
                more = true;
            }
        }
        (chosen, more)
    }
}

impl Subject {
    /// A person that a connection knows nothing about.
    pub(super) fn unknown(source: &str, name: &str) -> Self {
        Self {
            source: Some(source.to_owned()),
            name: name.to_owned(),
            names: BTreeSet::new(),
            keys: BTreeSet::new(),
            id: None,
            is_here: false,
            facts: Facts::default(),
            requests: Vec::new(),
        }
    }

    /// A request names the person so.
    pub(super) fn also_called(&mut self, name: &str) {
        self.names.insert(fold(name));
    }

    /// A look-up that found nothing.
    pub(super) fn add_lookup(&mut self, request: WhyRequest) {
        self.facts.not_found_at = self.facts.not_found_at.max(Some(request.at));
        self.requests.push(request);
    }

    /// A deletion.
    pub(super) fn add_deletion(&mut self, done: Done) {
        if self.facts.deleted.as_ref().is_none_or(|known| known.at < done.at) {
            self.facts.deleted = Some(done);
        }
    }

    /// The provider was refused because an Admin decides.
    pub(super) fn add_match(&mut self, at: Timestamp) {
        self.facts.held_at = self.facts.held_at.max(Some(at));
    }
}

/// The names that no two people of a source have at the same time, folded.
fn keys_of(person: &Person) -> BTreeSet<String> {
    let keys = ["userName", "externalId"].into_iter().map(|name| fold(text_of(person.document.get(name))));
    keys.filter(|key| !key.is_empty()).collect()
}

/// Every name by which a person can be meant, folded.
fn names_of(person: &Person) -> BTreeSet<String> {
    let document = &person.document;
    let emails = document.get("emails").and_then(Value::as_array).into_iter().flatten();
    let emails = emails.map(|email| text_of(email.get("value")));
    ["userName", "externalId", "displayName"]
        .into_iter()
        .map(|name| text_of(document.get(name)))
        .chain([person.display.as_str()])
        .chain(emails)
        .map(fold)
        .filter(|name| !name.is_empty())
        .collect()
}

fn text_of(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, source: Option<&str>, user_name: &str, display: &str, email: &str) -> Person {
        let document = serde_json::json!({"userName": user_name, "emails": [{"value": email}]});
        Person {
            id: id.to_owned(),
            connection_id: source.map(str::to_owned),
            display: display.to_owned(),
            active: true,
            role: store::Role::Member,
            document: document.as_object().unwrap().clone(),
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            modified_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn names(subjects: Subjects, most: usize) -> (Vec<String>, bool) {
        let (chosen, more) = subjects.chosen(most);
        (chosen.into_iter().map(|one| one.name).collect(), more)
    }

    #[test]
    fn traces_with_a_name_in_common_are_of_one_person_of_each_source() {
        let mut subjects = Subjects::new("Ada@Example.com");
        subjects.add_person(&person("1", Some("a"), "ada", "Ada Lovelace", "ada@example.com"), true, 3);
        assert_eq!(subjects.terms(), ["ada@example.com", "ada"], "requests name her by her userName");
        assert_eq!(subjects.named("a", &["ADA@example.com"]).unwrap().id.as_deref(), Some("1"));
        assert_eq!(subjects.named("b", &["ada@example.com"]).unwrap().id, None, "another source");
        assert!(subjects.named("a", &["grace"]).is_none(), "another person");
        assert_eq!(
            names(subjects, 5),
            (vec!["Ada Lovelace".to_owned(), "ada@example.com".to_owned()], false)
        );
    }

    #[test]
    fn a_tombstone_is_of_the_person_with_the_same_user_name_and_never_of_one_with_the_same_name_alone() {
        let mut subjects = Subjects::new("Ada Lovelace");
        subjects.add_person(&person("1", Some("a"), "ada", "Ada Lovelace", ""), true, 3);
        subjects.add_person(&person("2", Some("a"), "ada.l", "Ada Lovelace", ""), true, 3);
        subjects.add_person(&person("3", Some("a"), "ADA", "Ada Lovelace", ""), false, 3);
        subjects.add_person(&person("4", Some("a"), "other", "Ada Lovelace", ""), false, 3);
        let (found, _) = subjects.chosen(5);
        let ids: Vec<_> = found.iter().map(|one| (one.id.as_deref().unwrap(), one.is_here)).collect();
        assert_eq!(ids, [("1", true), ("2", true), ("4", false)]);
    }

    #[test]
    fn an_exact_match_hides_those_with_the_text_in_a_name() {
        let mut subjects = Subjects::new("ann");
        for (id, name) in [("1", "joann"), ("2", "annabel")] {
            subjects.add_person(&person(id, None, name, name, ""), true, 3);
        }
        assert!(subjects.named("a", &["hannah"]).is_some());
        subjects.add_person(&person("3", None, "ann", "Ann", ""), true, 3);
        assert_eq!(names(subjects, 5), (vec!["Ann".to_owned()], false));
    }

    #[test]
    fn each_source_has_so_many_at_most() {
        let mut subjects = Subjects::new("an");
        for name in ["anna", "andy", "joan"] {
            subjects.named("a", &[name]).unwrap();
        }
        // A filter compares with other values as well.
        subjects.named("b", &["work", "anna"]).unwrap();
        let (found, more) = names(subjects, 2);
        assert_eq!(found, ["anna", "andy", "anna"]);
        assert!(more);
    }
}
