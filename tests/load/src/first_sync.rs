//! W8: the first synchronisation of many people and 20 groups, as Azure does it: a look-up without a result, a create,
//! and the members later in batches.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Result, ensure};

use crate::answers::{PeopleAnswer, read};
use crate::bench::Bench;
use crate::groups::{add_members, create_group, is_done};
use crate::http::{Answer, Request};
use crate::measure::{Limit, Sample, Work, measure as run};
use crate::people::{SharedPeople, user_name};
use crate::report::Subject;
use crate::single::Single;
use crate::statistics::float;
use crate::work::create::{create, created};
use crate::work::each;
use crate::work::lookup::{by_user_name, is_empty};

const GROUPS: usize = 20;

/// How many members Azure adds by one request at most.
const BATCH: usize = 100;

/// The numbers of people who are still to be sent, and those who were.
#[derive(Default)]
struct Plan {
    left: Vec<u32>,
    sent: Vec<u32>,
}

/// One connection that sends people.
struct SendPeople {
    people: SharedPeople,
    plan: Rc<RefCell<Plan>>,
    number: u32,
    /// Whether the person was looked up, and is to be created.
    is_looked_up: bool,
    /// Whether the answer that is expected next is that of a create.
    creates: bool,
}

impl Work for SendPeople {
    fn next(&mut self) -> Option<Request> {
        self.creates = std::mem::take(&mut self.is_looked_up);
        if self.creates {
            return Some(create(self.number));
        }
        self.number = self.plan.borrow_mut().left.pop()?;
        Some(by_user_name(&user_name(self.number)))
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        if self.creates {
            self.plan.borrow_mut().sent.push(self.number);
            return created(&self.people, self.number, answer);
        }
        self.is_looked_up = true;
        is_empty(answer)
    }
}

/// One connection that sends members.
struct SendMembers(Rc<RefCell<Vec<Request>>>);

impl Work for SendMembers {
    fn next(&mut self) -> Option<Request> {
        self.0.borrow_mut().pop()
    }

    fn check(&mut self, answer: &Answer) -> Result<()> {
        is_done(answer)
    }
}

/// Synchronises `count` people over `connections` connections.
pub(crate) async fn measure(bench: &Bench, size: usize, count: usize, connections: usize) -> Result<()> {
    let subject = |variant: &str, connections| Subject {
        work: "W8",
        variant: variant.to_owned(),
        people: size,
        connections,
    };
    let plan = Rc::new(RefCell::new(Plan::default()));
    plan.borrow_mut().left = (0..count).map(|_| bench.people.borrow_mut().new_number()).collect();
    let works = each(connections, |_| SendPeople {
        people: Rc::clone(&bench.people),
        plan: Rc::clone(&plan),
        number: 0,
        is_looked_up: false,
        creates: false,
    });
    let mut sample = run(&bench.target, bench.process(), works, Limit::WORK).await?;
    let mut single = Single::open(&bench.target).await?;
    let members: Vec<Box<str>> = {
        let (plan, people) = (plan.borrow(), bench.people.borrow());
        plan.sent.iter().filter_map(|number| Some(people.get(*number)?.id.clone())).collect()
    };
    let mut batches = Vec::new();
    for (at, share) in members.chunks(count.div_ceil(GROUPS)).enumerate() {
        let id = create_group(&mut single, &format!("Team {at} of {size}, {connections}")).await?;
        batches.extend(share.chunks(BATCH).map(|batch| add_members(&id, batch)));
    }
    sample.append(single.take());
    let batches = Rc::new(RefCell::new(batches));
    let works = each(connections, |_| SendMembers(Rc::clone(&batches)));
    sample.append(run(&bench.target, bench.process(), works, Limit::WORK).await?);
    let rate = float(count) / sample.elapsed.as_secs_f64().max(1e-9);
    bench.add(subject("first sync", connections), vec![sample]);
    bench.value("W8", &format!("people, {connections} connections"), size, rate, "people/s");
    bench.add(subject("total", 1), vec![total(bench, single).await]);
    Ok(())
}

/// The total of the list: exactly the people that were created.
pub(crate) async fn total(bench: &Bench, mut single: Single) -> Sample {
    let expected = bench.count();
    single
        .timed(&Request::get("/Users?count=1".to_owned()), |answer| {
            let page: PeopleAnswer<'_> = read(answer, 200)?;
            let total = page.total_results;
            ensure!(total == Some(expected), "totalResults {total:?} instead of {expected}");
            Ok(())
        })
        .await;
    single.take()
}
