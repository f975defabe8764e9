//! What the name of a member says. It is remembered, because the bodies of a client have the same names each time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::decode::decode;
use super::{names, shapes};

/// How many names each thread remembers.
const MOST: usize = 1_024;
/// The longest name that is remembered, in bytes.
const LONGEST: usize = 128;

thread_local! {
    static READ: RefCell<HashMap<String, Rc<MemberName>>> = RefCell::default();
}

/// What a name says, however it is spelt.
pub(super) struct MemberName {
    /// Without disguise and case; empty with endless layers of disguise.
    pub simple: String,
    /// It is the name of a secret. One with endless layers is taken for one.
    pub is_secret: bool,
    /// Nothing in the name itself has to be hidden.
    pub is_plain: bool,
}

impl MemberName {
    fn of(name: &str) -> Self {
        match decode(name, false) {
            Some(view) => Self {
                simple: view.trim().to_lowercase(),
                is_secret: names::is_secret(&view),
                is_plain: shapes::hide(&view, |_| ()).is_none(),
            },
            None => Self { simple: String::new(), is_secret: true, is_plain: false },
        }
    }

    /// Reads a name, or remembers what it says.
    pub(super) fn read(name: &str) -> Rc<Self> {
        if name.len() > LONGEST {
            return Rc::new(Self::of(name));
        }
        READ.with_borrow_mut(|read| {
            if let Some(known) = read.get(name) {
                return Rc::clone(known);
            }
            if read.len() >= MOST {
                read.clear();
            }
            let new = Rc::new(Self::of(name));
            read.insert(name.to_owned(), Rc::clone(&new));
            new
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_same_each_time_however_many_others_there_are() {
        for n in 0..3 * MOST {
            drop(MemberName::read(&format!("attribute{n}")));
            for (name, is_secret) in [("userName", false), ("p%61ssword", true), ("Password", true)] {
                assert_eq!(MemberName::read(name).is_secret, is_secret, "{name}");
            }
        }
        assert_eq!(MemberName::read("UserName").simple, "username");
        assert!(!MemberName::read("password=x").is_plain && MemberName::read("password").is_plain);
    }
}
