//! W10: from the start of the process until its first right answer.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use rustix::fs::{Advice, fadvise};

use crate::answers::{PersonAnswer, read};
use crate::bench::Bench;
use crate::http::{Connection, Request};
use crate::statistics::median;

/// Restarts the server several times, with its files in the disk cache and without.
pub(crate) async fn measure(bench: &mut Bench, size: usize) -> Result<()> {
    let number = bench.people.borrow().random().context("there is no person to read")?;
    for (name, is_cold) in
        [("start until the first answer, warm", false), ("the same, cold disk cache", true)]
    {
        let mut times = Vec::new();
        for _ in 0..if is_cold { 1 } else { bench.options.rounds() } {
            let server = bench.server.as_mut().context("there is no server of ours")?;
            server.stop().await?;
            if is_cold {
                forget(&server.data())?;
            }
            let began = Instant::now();
            server.start().await?;
            let request = Request::get({
                let people = bench.people.borrow();
                format!("/Users/{}", people.get(number).context("no such person")?.id)
            });
            let answer = Connection::open(&bench.target).await?.send(&request).await?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
            let person: PersonAnswer<'_> = read(&answer, 200)?;
            bench.people.borrow().verify(number, &person)?;
        }
        bench.value("W10", name, size, median(&times), "ms");
    }
    Ok(())
}

/// Drops the files of a folder from the disk cache, after they are written to the disk.
fn forget(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let file = File::open(entry.path())?;
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}
