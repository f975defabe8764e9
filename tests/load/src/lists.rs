//! W6: pages of 100 people, first, middle and last, by index and by cursor, while people are created and deleted.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;

use crate::answers::{PeopleAnswer, has_status, read};
use crate::bench::Bench;
use crate::http::{Answer, Request};
use crate::order::{Order, PAGE, by_index};
use crate::report::Subject;
use crate::single::Single;
use crate::statistics::float;
use crate::work::create::{create, created};

/// How many random pages are read.
const RANDOM: usize = 1_000;

/// How many people are listed from the first to the last page, at most.
const WALK: usize = 250_000;

/// Measures pages of the people that exist.
pub(crate) async fn measure(bench: &Bench, size: usize) -> Result<()> {
    let mut order = Order::of(Rc::clone(&bench.people));
    let mut single = Single::open(&bench.target).await?;
    let subject =
        |variant: &str| Subject { work: "W6", variant: variant.to_owned(), people: size, connections: 1 };
    let last = order.count().saturating_sub(PAGE);
    let times = if bench.options.smoke { 3 } else { 100 };
    for (name, before) in [("first page", 0), ("middle page", last / 2), ("last page", last)] {
        for _ in 0..times {
            single.timed(&by_index(before), |answer| order.verify(before, answer)).await;
        }
        bench.add(subject(name), vec![single.take()]);
    }
    random(bench, &mut order, &mut single).await?;
    let sample = single.take();
    let middle = crate::statistics::percentile(&sample.times, 50).as_secs_f64().max(1e-9);
    let worst = sample.times.last().copied().unwrap_or_default().as_secs_f64();
    bench.add(subject("random, changing"), vec![sample]);
    bench.value("W6", "random pages: the slowest, of the median", size, worst / middle, "times");
    walk_by_index(&order, &mut single).await;
    walked(bench, size, "all pages by index", &mut single, subject("list, by index"));
    walk_by_cursor(&order, &mut single).await?;
    walked(bench, size, "all pages by cursor", &mut single, subject("list, by cursor"));
    Ok(())
}

/// Random pages, and between every two of them a person is created or deleted.
async fn random(bench: &Bench, order: &mut Order, single: &mut Single) -> Result<()> {
    let pages = if bench.options.smoke { 20 } else { RANDOM };
    for page in 0..pages {
        let before = fastrand::usize(..order.count().max(1));
        single.timed(&by_index(before), |answer| order.verify(before, answer)).await;
        if page % 2 == 0 {
            let number = bench.people.borrow_mut().new_number();
            single.untimed(&create(number), |answer| created(&bench.people, number, answer)).await;
            order.insert(number);
        } else {
            let id = order.remove_random().context("there is no person to delete")?;
            let request = Request::with_body(Method::DELETE, format!("/Users/{id}"), "");
            single.untimed(&request, |answer| has_status(answer, 204)).await;
        }
    }
    Ok(())
}

async fn walk_by_index(order: &Order, single: &mut Single) {
    for before in (0..order.count().min(WALK)).step_by(PAGE) {
        single.timed(&by_index(before), |answer| order.verify(before, answer)).await;
    }
}

/// As RFC 9865 section 2 says: the first request names an empty cursor, each later one that of the page before.
async fn walk_by_cursor(order: &Order, single: &mut Single) -> Result<()> {
    let mut cursor = String::new();
    for before in (0..order.count().min(WALK)).step_by(PAGE) {
        let request = Request::get(format!("/Users?cursor={cursor}&count={PAGE}"));
        let mut next = None;
        single
            .timed(&request, |answer| {
                next = next_cursor(answer)?;
                order.verify(before, answer)
            })
            .await;
        let Some(next) = next else {
            let listed = before + PAGE;
            ensure!(
                listed >= order.count(),
                "the list by cursor ends after {listed} of {} people",
                order.count()
            );
            break;
        };
        cursor = next;
    }
    Ok(())
}

fn next_cursor(answer: &Answer) -> Result<Option<String>> {
    let page: PeopleAnswer<'_> = read(answer, 200)?;
    Ok(page.next_cursor)
}

fn walked(bench: &Bench, size: usize, name: &str, single: &mut Single, subject: Subject) {
    let sample = single.take();
    let (time, people): (Duration, f64) = (sample.elapsed, float(bench.count().min(WALK)));
    bench.add(subject, vec![sample]);
    bench.value("W6", &format!("{name}, {people} people"), size, time.as_secs_f64(), "s");
}
