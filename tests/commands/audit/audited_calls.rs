//! Calls commands and checks what each leaves behind.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::Path;

use foundational::commands::{Effect, TABLE};
use serde_json::Value;
use tests::Api;

use super::{entries, newest, window};

/// How many transactions were committed since the log (WAL) of the workspace began, and what begins each new log. By
/// <https://sqlite.org/fileformat2.html#the_write_ahead_log>: a header of 32 bytes, then frames of 24 bytes and a page;
/// a frame with a size of the database, in its second word, is a commit; the salt is the log's.
fn commits(folder: &Path) -> (Vec<u8>, usize) {
    let log = std::fs::read(folder.join("foundational.db-wal")).unwrap_or_default();
    if log.len() < 32 {
        return (Vec::new(), 0);
    }
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let salt = log[16..24].to_vec();
    let frames = log[32..].chunks_exact(24 + page).take_while(|frame| frame[8..16] == salt);
    let count = frames.filter(|frame| frame[4..8] != [0; 4]).count();
    (salt, count)
}
/// Calls commands and checks what each leaves behind.
pub(super) struct AuditedCalls {
    pub api: Api,
    pub called: BTreeSet<&'static str>,
    /// What was not as it should be; all of it is shown at the end.
    pub wrong: Vec<String>,
}

impl AuditedCalls {
    pub(super) fn over(api: Api) -> Self {
        Self { api, called: BTreeSet::new(), wrong: Vec::new() }
    }

    pub(super) fn check(&mut self, is_right: bool, otherwise: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(otherwise());
        }
    }

    /// The newest entry is this one, by the Admin.
    pub(super) async fn says(&mut self, sentence: &str) {
        let found = newest(&self.api).await;
        self.check(found == format!("Grace Hopper: {sentence}"), || format!("{found}, not {sentence}"));
    }

    /// Calls a command as the Admin at the main window.
    pub(super) async fn call(&mut self, name: &str, args: Value) -> Value {
        self.call_at("main", name, args, 1..=1).await
    }

    /// Calls a command at a window. One that acts commits this often: once, unless it does several things.
    pub(super) async fn call_at(
        &mut self,
        at: &str,
        name: &str,
        args: Value,
        expected: RangeInclusive<usize>,
    ) -> Value {
        let (name, _, effect) = *TABLE.iter().find(|(known, ..)| *known == name).expect(name);
        self.called.insert(name);
        let (mut output, mut recorded, mut committed) = self.measured(at, name, args.clone()).await;
        // Background work may have committed beside a reading command. One that commits itself does it again; an entry counts both times.
        if effect == Effect::Reads && committed > 0 {
            let again = self.measured(at, name, args).await;
            (output, recorded, committed) = (again.0, recorded + again.1, again.2);
        }
        let expected = match effect {
            Effect::Acts => (1..=1, expected),
            Effect::SavesProgress => (0..=0, expected),
            // These write down what they find out about the disk and the network.
            Effect::Reads
                if ["workspace.doctor", "diagnosis.findings", "diagnosis.check", "server.checkPublicUrl"]
                    .contains(&name) =>
            {
                (0..=0, 0..=3)
            }
            Effect::Reads => (0..=0, 0..=0),
        };
        let is_right = expected.0.contains(&recorded) && expected.1.contains(&committed);
        self.check(is_right, || {
            format!("{name}: {recorded} entries in {committed} commits, expected {expected:?} ({effect:?})")
        });
        output
    }

    /// What a command answers, and how many entries and transactions it leaves behind.
    async fn measured(&mut self, at: &str, name: &str, args: Value) -> (Value, usize, usize) {
        let before = (commits(self.api.folder()), entries(&self.api.app).await);
        let done = self.api.app.call(&window(at), name, args).await;
        let output = done.unwrap_or_else(|error| {
            self.wrong.push(format!("{name}: {error:?}"));
            Value::Null
        });
        let after = (commits(self.api.folder()), entries(&self.api.app).await);
        // A new log has only what followed.
        let fresh = before.0.0 != after.0.0;
        let committed = after.0.1 - if fresh { 0 } else { before.0.1 };
        (output, after.1.len() - before.1.len(), committed)
    }

    pub(super) async fn scim(&self, method: &str, path: &str, body: Value) -> Value {
        self.api.scim(method, path, body).await.body
    }
}
