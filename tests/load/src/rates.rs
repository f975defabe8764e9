//! W1 to W5: how many requests a second.

use std::rc::Rc;

use anyhow::{Context as _, Result};

use crate::bench::{Bench, Measured};
use crate::measure::{Limit, measure as run};
use crate::report::Subject;
use crate::work::create::Create;
use crate::work::lookup::{Lookup, Miss};
use crate::work::read::{Keys, Read};
use crate::work::update::{Form, Update, Updated};
use crate::work::{each, shares};

/// How many connections send at once.
pub(crate) const PARALLEL: [usize; 3] = [1, 16, 64];

/// How many people are read repeatedly where cache hits are measured.
const HOT: usize = 2_000;

/// How many changed people are read again at the end.
const READ_AGAIN: usize = 200;

/// Measures W2 to W5.
pub(crate) async fn without_creates(bench: &mut Bench, size: usize) -> Result<()> {
    for work in ["W2", "W3"] {
        if bench.options.wants(work) {
            cold(bench, work, size).await?;
            uniform(bench, work, size).await?;
            hits(bench, work, size).await?;
        }
    }
    if bench.options.wants("W2") {
        for connections in [1, 16] {
            let subject = subject("W2", "no such person", size, connections);
            bench
                .rate(Measured::Server, subject, bench.options.limit(), || each(connections, |_| Miss))
                .await?;
        }
    }
    if bench.options.wants("W4") {
        for connections in [1, 16] {
            updates(bench, subject("W4", "active, Azure", size, connections), Form::AzureActive).await?;
            updates(bench, subject("W4", "active, Okta", size, connections), Form::OktaActive).await?;
        }
    }
    if bench.options.wants("W5") {
        for connections in [1, 16] {
            updates(bench, subject("W5", "replace", size, connections), Form::Replace).await?;
        }
    }
    Ok(())
}

/// Measures W1.
pub(crate) async fn creates(bench: &Bench, size: usize) -> Result<()> {
    for connections in PARALLEL {
        let subject = subject("W1", "create", size, connections);
        let works = || each(connections, |_| Create::new(Rc::clone(&bench.people)));
        bench.rate(Measured::Server, subject, bench.options.limit(), works).await?;
    }
    Ok(())
}

fn subject(work: &'static str, variant: &str, people: usize, connections: usize) -> Subject {
    Subject { work, variant: variant.to_owned(), people, connections }
}

/// A look-up or a reading for one connection.
pub(crate) fn reading(bench: &Bench, work: &str, keys: Keys) -> Box<dyn crate::measure::Work> {
    let people = Rc::clone(&bench.people);
    if work == "W2" { Box::new(Lookup::new(people, keys)) } else { Box::new(Read::new(people, keys)) }
}

/// Each person once, by a server that has just started: nothing that it read before helps it.
async fn cold(bench: &mut Bench, work: &'static str, size: usize) -> Result<()> {
    let Some(server) = &mut bench.server else { return Ok(()) };
    server.stop().await?;
    server.start().await?;
    let limit = bench.options.limit();
    let connections = 16;
    let numbers = bench.people.borrow().shuffled();
    let works =
        shares(&numbers, connections).into_iter().map(|share| reading(bench, work, Keys::Once(share)));
    let sample = run(&bench.target, bench.process(), works.collect(), limit).await?;
    bench.add(subject(work, "first reading", size, connections), vec![sample]);
    Ok(())
}

/// Random people of all.
async fn uniform(bench: &Bench, work: &'static str, size: usize) -> Result<()> {
    for connections in PARALLEL {
        let works = || (0..connections).map(|_| reading(bench, work, Keys::Uniform)).collect();
        let subject = subject(work, "uniform", size, connections);
        bench.rate(Measured::Server, subject, bench.options.limit(), works).await?;
    }
    Ok(())
}

/// People who were all read just before.
async fn hits(bench: &Bench, work: &'static str, size: usize) -> Result<()> {
    let mut hot = bench.people.borrow().shuffled();
    hot.truncate(HOT);
    let once = vec![reading(bench, work, Keys::Once(hot.clone().into_iter()))];
    run(&bench.target, None, once, Limit::WORK).await?;
    for connections in [1, 16] {
        let works = || (0..connections).map(|_| reading(bench, work, Keys::Of(hot.clone()))).collect();
        let subject = subject(work, "read before", size, connections);
        bench.rate(Measured::Server, subject, bench.options.limit(), works).await?;
    }
    Ok(())
}

/// Updates of random people of all; each connection has its own ones. Some of them are read again at the end.
pub(crate) async fn updates(bench: &Bench, subject: Subject, form: Form) -> Result<()> {
    let updated = Updated::default();
    let connections = subject.connections;
    let works = || {
        let numbers = bench.people.borrow().shuffled();
        let mut shares = shares(&numbers, connections).into_iter();
        each(connections, |_| {
            let numbers = shares.next().into_iter().flatten().collect();
            Update::new(Rc::clone(&bench.people), form, numbers, Rc::clone(&updated))
        })
    };
    bench.rate(Measured::Server, subject, bench.options.limit(), works).await?;
    let numbers = std::mem::take(&mut *updated.borrow_mut());
    read_again(bench, numbers).await
}

/// Reads some of these people again, who were changed for the last figure. What is wrong counts for that figure.
pub(crate) async fn read_again(bench: &Bench, mut numbers: Vec<u32>) -> Result<()> {
    fastrand::shuffle(&mut numbers);
    numbers.truncate(READ_AGAIN);
    let again = vec![reading(bench, "W3", Keys::Once(numbers.into_iter()))];
    let sample = run(&bench.target, None, again, Limit::WORK).await?;
    if let Some(first) = &sample.first_wrong {
        crate::table::note(&format!(
            "WRONG: {} of the changed people read again; the first: {first}",
            sample.wrong
        ));
    }
    let mut report = bench.report.borrow_mut();
    let figure = report.figures.last_mut().context("no figure")?;
    figure.wrong += sample.wrong;
    figure.first_wrong = figure.first_wrong.take().or(sample.first_wrong);
    Ok(())
}
