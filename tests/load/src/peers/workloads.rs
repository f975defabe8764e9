//! What each server of the comparison is sent: the same requests, by the same clients, with the same verification.

use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::header::LOCATION;
use tokio::time::timeout;

use crate::bench::{Bench, Measured};
use crate::http::Connection;
use crate::options::Options;
use crate::rates;
use crate::report::{Compared, Subject};
use crate::work::create::{Create, added, create};
use crate::work::each;
use crate::work::pages::Pages;
use crate::work::read::Keys;
use crate::work::update::Form;

/// How many people each server has at most.
const PEOPLE: usize = 1_000;

/// How long one workload may take: with a server that does not answer it would never end.
const PATIENCE: Duration = Duration::from_mins(3);

/// A kind of requests.
#[derive(Clone, Copy)]
enum Kind {
    Reading,
    Pages,
    Update(Form),
    Creates,
}

/// Workload, variant, kind and connections, in the order in which they are measured. Azure's form is the last update: a
/// server that does not know it may store a text as `active`, and show it in every answer about that person. Creates are after
/// the pages, which are of as many people for each server.
const ALL: [(&str, &str, Kind, usize); 13] = [
    ("W2", "look-up", Kind::Reading, 1),
    ("W2", "look-up", Kind::Reading, 16),
    ("W3", "read", Kind::Reading, 1),
    ("W3", "read", Kind::Reading, 16),
    ("W6", "page of 100", Kind::Pages, 1),
    ("W5", "replace", Kind::Update(Form::Replace), 1),
    ("W5", "replace", Kind::Update(Form::Replace), 16),
    ("W4", "active, Okta", Kind::Update(Form::OktaActive), 1),
    ("W4", "active, Okta", Kind::Update(Form::OktaActive), 16),
    ("W4", "active, Azure", Kind::Update(Form::AzureActive), 1),
    ("W4", "active, Azure", Kind::Update(Form::AzureActive), 16),
    ("W1", "create", Kind::Creates, 1),
    ("W1", "create", Kind::Creates, 64),
];

/// How many people each server has before creates are measured.
pub(crate) fn people(options: &Options) -> usize {
    options.sizes().first().map_or(PEOPLE, |size| PEOPLE.min(*size))
}

/// Measures the target of `bench`, which has no people. What ends before it is complete has the reason as a remark.
pub(crate) async fn measure(bench: &Bench, name: String) -> Compared {
    let mut remarks = Vec::new();
    if let Err(error) = all(bench, &mut remarks).await {
        remarks.push(format!("{error:#}"));
    }
    let figures = std::mem::take(&mut bench.report.borrow_mut().figures);
    Compared { name, figures, remarks }
}

async fn all(bench: &Bench, remarks: &mut Vec<String>) -> Result<()> {
    let size = people(&bench.options);
    let has_location = timeout(PATIENCE, fill(bench, size)).await.context("creates are not answered")??;
    if !has_location {
        remarks.push("creates are answered without the Location of RFC 7644 section 3.3".to_owned());
    }
    for (work, variant, kind, connections) in ALL {
        if !bench.options.wants(work) {
            continue;
        }
        let subject = Subject { work, variant: variant.to_owned(), people: size, connections };
        let what = || format!("{work} {variant}, {connections} connections, and what follows");
        timeout(PATIENCE, one(bench, subject, kind)).await.with_context(what)?.with_context(what)?;
    }
    Ok(())
}

/// Creates the people. Gives whether each answer had a `Location`.
async fn fill(bench: &Bench, size: usize) -> Result<bool> {
    let mut connection = Connection::open(&bench.target).await?;
    let mut has_location = true;
    while bench.count() < size {
        let number = bench.people.borrow_mut().new_number();
        let answer = connection.send(&create(number)).await?;
        added(&bench.people, number, &answer).context("a person cannot be created")?;
        has_location &= answer.headers.contains_key(LOCATION);
    }
    Ok(has_location)
}

async fn one(bench: &Bench, subject: Subject, kind: Kind) -> Result<()> {
    let (limit, work, connections) = (bench.options.limit(), subject.work, subject.connections);
    match kind {
        Kind::Update(form) => rates::updates(bench, subject, form).await,
        Kind::Reading => {
            let works = || (0..connections).map(|_| rates::reading(bench, work, Keys::Uniform)).collect();
            bench.rate(Measured::Server, subject, limit, works).await
        }
        Kind::Pages => {
            let works = || each(connections, |_| Pages::new(Rc::clone(&bench.people)));
            bench.rate(Measured::Server, subject, limit, works).await
        }
        Kind::Creates => {
            let before: HashSet<u32> = bench.people.borrow().shuffled().into_iter().collect();
            let works = || each(connections, |_| Create::without_location(Rc::clone(&bench.people)));
            bench.rate(Measured::Server, subject, limit, works).await?;
            let mut created = bench.people.borrow().shuffled();
            created.retain(|number| !before.contains(number));
            rates::read_again(bench, created).await
        }
    }
}
