//! L1: requests for the fixed answer.

use anyhow::{Result, ensure};

use crate::answers::{PersonAnswer, read};
use crate::http::{Answer, Request};
use crate::limits::http::ID;
use crate::measure::Work;

/// Reads the fixed answer.
pub(crate) struct Fixed;

impl Work for Fixed {
    fn next(&mut self) -> Option<Request> {
        Some(Request::get(format!("/Users/{ID}")))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        let person: PersonAnswer<'_> = read(answer, 200)?;
        ensure!(person.id == ID, "id {} instead of {ID}", person.id);
        Ok(())
    }
}
