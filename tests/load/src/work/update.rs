//! W4: people are deactivated and activated. W5: people are replaced.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::Result;
use axum::http::Method;

use crate::answers::{PersonAnswer, has_status, read};
use crate::http::{Answer, Request};
use crate::measure::Work;
use crate::people::{Person, SharedPeople, document};

/// The people whose updates are done, to be read again at the end.
pub(crate) type Updated = Rc<RefCell<Vec<u32>>>;

/// The form of an update.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// PATCH of `active` as Azure sends it: a path, and the value as a text.
    AzureActive,
    /// PATCH of `active` as Okta sends it: no path.
    OktaActive,
    /// PUT of the whole person with another title.
    Replace,
}

/// Updates people, each connection its own ones.
pub(crate) struct Update {
    pub people: SharedPeople,
    pub form: Form,
    /// This connection's people.
    pub numbers: Vec<u32>,
    pub updated: Updated,
    number: u32,
    expected: Option<Person>,
}

impl Update {
    pub(crate) fn new(people: SharedPeople, form: Form, numbers: Vec<u32>, updated: Updated) -> Self {
        Self { people, form, numbers, updated, number: 0, expected: None }
    }
}

impl Work for Update {
    fn next(&mut self) -> Option<Request> {
        self.number = fastrand::choice(&self.numbers).copied()?;
        let mut person = self.people.borrow().get(self.number)?.clone();
        let path = format!("/Users/{}", person.id);
        let request = match self.form {
            Form::Replace => {
                person.title += 1;
                let text = document(self.number, person.active, person.title);
                let text = text.replacen('{', &format!(r#"{{"id":"{}","#, person.id), 1);
                Request::with_body(Method::PUT, path, text)
            }
            form => {
                person.active = !person.active;
                Request::with_body(Method::PATCH, path, patch(form, person.active))
            }
        };
        self.expected = Some(person);
        Some(request)
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        let Some(expected) = self.expected.take() else { return Ok(()) };
        let mut people = self.people.borrow_mut();
        // A PATCH may be answered without the person (RFC 7644 section 3.5.2); the reading at the end shows what it did.
        if answer.status == 204 && !matches!(self.form, Form::Replace) {
            has_status(answer, 204)?;
            people.change(self.number, |person| *person = expected);
        } else {
            let person: PersonAnswer<'_> = read(answer, 200)?;
            people.change(self.number, |person| *person = expected);
            people.verify(self.number, &person)?;
        }
        self.updated.borrow_mut().push(self.number);
        Ok(())
    }
}

fn patch(form: Form, active: bool) -> String {
    let operation = match form {
        Form::AzureActive => {
            let value = if active { "True" } else { "False" };
            format!(r#"{{"op":"Replace","path":"active","value":"{value}"}}"#)
        }
        Form::OktaActive | Form::Replace => format!(r#"{{"op":"replace","value":{{"active":{active}}}}}"#),
    };
    format!(r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{operation}]}}"#)
}
