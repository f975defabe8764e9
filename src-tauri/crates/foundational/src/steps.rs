//! Work in steps that do not depend on each other: each is done although another one failed.

use store::catch_panic;

use crate::error::Error;

/// What has failed so far.
#[derive(Default)]
pub(crate) struct Steps(Option<Error>);

impl Steps {
    /// Does a step. Its error, and a panic in it, are in the log by its name, and the next step is done all the same.
    pub(crate) async fn run(&mut self, step: &'static str, work: impl Future<Output = Result<(), Error>>) {
        if let Err(error) = catch_panic(step, work).await.map_err(Error::from).flatten() {
            tracing::warn!(step, %error, "a step failed; the others are done");
            self.0.get_or_insert(error);
        }
    }

    /// The first failure, after the last step.
    pub(crate) fn end(self) -> Result<(), Error> {
        self.0.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[tokio::test]
    async fn a_step_that_fails_or_panics_keeps_no_other_from_being_done() {
        let mut done = Vec::new();
        let mut steps = Steps::default();
        steps.run("first", async { Err(Error::new(Code::Conflict, "the first")) }).await;
        steps.run("second", async { panic!("a defect, injected by the test") }).await;
        steps
            .run("third", async {
                done.push("third");
                Ok(())
            })
            .await;
        assert_eq!(done, ["third"], "it is done after both");
        assert_eq!(steps.end().unwrap_err().message, "the first", "the first failure is the result");
        assert!(Steps::default().end().is_ok());
    }
}
