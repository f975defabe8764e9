//! W7: groups of M members.

use std::collections::HashSet;

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;

use crate::answers::{GroupAnswer, MembershipAnswer, has_status, read};
use crate::bench::Bench;
use crate::http::{Answer, Request};
use crate::measure::Sample;
use crate::report::Subject;
use crate::single::Single;
use crate::statistics::mebibytes;
use crate::work::lookup::is_empty;

/// How many members the groups have with the one that is added.
const MEMBERS: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// How many members one request adds while a group is filled.
const BATCH: usize = 1_000;

/// A group of this run.
struct Group {
    id: String,
    name: String,
    members: Vec<Box<str>>,
}

/// Measures groups of each size for which there are people.
pub(crate) async fn measure(bench: &Bench, size: usize) -> Result<()> {
    let ids: Vec<Box<str>> = {
        let people = bench.people.borrow();
        people.shuffled().into_iter().filter_map(|number| Some(people.get(number)?.id.clone())).collect()
    };
    let mut single = Single::open(&bench.target).await?;
    for count in MEMBERS.into_iter().filter(|count| *count <= size) {
        // The last one is added and removed: a group of the largest size takes no more.
        let Some(outsider) = ids.get(count - 1).cloned() else { break };
        let members = ids[..count - 1].to_vec();

        let group = filled(&mut single, format!("Group of {count}, {size} people"), members).await?;
        let subject = |variant: &str| Subject {
            work: "W7",
            variant: format!("{count}: {variant}"),
            people: size,
            connections: 1,
        };
        // How long the filling took is no figure; what was wrong in it counts.
        single.forget_times();
        let times = if bench.options.smoke { 2 } else { 1 + 200_000 / count.max(4_000) };
        membership(bench, &mut single, &group, &outsider, times, subject).await;
        whole(bench, &mut single, &group, times.min(20), subject).await?;
        replace(bench, &mut single, group, outsider, times.min(5), subject).await;
    }
    Ok(())
}

/// Creates a group and adds its members in batches.
async fn filled(single: &mut Single, name: String, members: Vec<Box<str>>) -> Result<Group> {
    let id = create_group(single, &name).await?;
    for batch in members.chunks(BATCH) {
        single.untimed(&add_members(&id, batch), is_done).await;
    }
    Ok(Group { id, name, members })
}

/// Creates a group without members, which is measured, and returns its id. No other group has the name: a look-up before
/// finds none.
pub(crate) async fn create_group(single: &mut Single, name: &str) -> Result<String> {
    let filter = name.replace(' ', "%20").replace(',', "%2C");
    let look_up =
        Request::get(format!("/Groups?filter=displayName+eq+%22{filter}%22&excludedAttributes=members"));
    single.timed(&look_up, is_empty).await;
    let body = format!(r#"{{"schemas":["{GROUP}"],"displayName":"{name}"}}"#);
    let mut id = None;
    let request = Request::with_body(Method::POST, "/Groups".to_owned(), body);
    single
        .timed(&request, |answer| {
            let group: GroupAnswer<'_> = read(answer, 201)?;
            ensure!(group.display_name == name, "displayName {}", group.display_name);
            id = Some(group.id.into_owned());
            Ok(())
        })
        .await;
    id.context("a group cannot be created")
}

/// Adds and removes one person; the result is read from the person's groups.
async fn membership(
    bench: &Bench,
    single: &mut Single,
    group: &Group,
    outsider: &str,
    times: usize,
    subject: impl Fn(&str) -> Subject,
) {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    let person = Request::get(format!("/Users/{outsider}"));
    for _ in 0..times {
        single.timed(&add_members(&group.id, &[outsider.into()]), is_done).await;
        added.push(single.take());
        single.untimed(&person, |answer| has_group(answer, &group.id, true)).await;
        let operation = format!(r#"{{"op":"Remove","path":"members[value eq \"{outsider}\"]"}}"#);
        single.timed(&patch(&group.id, &operation), is_done).await;
        removed.push(single.take());
        single.untimed(&person, |answer| has_group(answer, &group.id, false)).await;
    }
    bench.add(subject("add one"), vec![Sample::joined(added)]);
    bench.add(subject("remove one"), vec![Sample::joined(removed)]);
}

/// The group without and with its members.
async fn whole(
    bench: &Bench,
    single: &mut Single,
    group: &Group,
    times: usize,
    subject: impl Fn(&str) -> Subject,
) -> Result<()> {
    let without = Request::get(format!("/Groups/{}?excludedAttributes=members", group.id));
    for _ in 0..times.max(2) {
        single
            .timed(&without, |answer| {
                let found: GroupAnswer<'_> = read(answer, 200)?;
                ensure!(found.display_name == group.name, "displayName {}", found.display_name);
                ensure!(found.members.is_empty(), "{} members that are excluded", found.members.len());
                Ok(())
            })
            .await;
    }
    bench.add(subject("read without members"), vec![single.take()]);
    let before = bench.process().map(|process| process.reset_peak().and_then(|()| process.resident_memory()));
    for _ in 0..times.max(2) {
        single
            .timed(&Request::get(format!("/Groups/{}", group.id)), |answer| has_members(answer, group))
            .await;
    }
    let subject = subject("read with members");
    let name = format!("{}: memory for it", subject.variant);
    let people = subject.people;
    bench.add(subject, vec![single.take()]);
    if let (Some(process), Some(before)) = (bench.process(), before) {
        let more = process.peak_memory()?.saturating_sub(before?);
        bench.value("W7", &name, people, mebibytes(more), "MiB");
    }
    Ok(())
}

/// The whole group is replaced, with another person in the place of one member.
async fn replace(
    bench: &Bench,
    single: &mut Single,
    mut group: Group,
    outsider: Box<str>,
    times: usize,
    subject: impl Fn(&str) -> Subject,
) {
    let mut other = outsider;
    for _ in 0..times {
        let at = fastrand::usize(..group.members.len());
        std::mem::swap(&mut group.members[at], &mut other);
        let Group { id, name, members } = &group;
        let values = values(members);
        let body =
            format!(r#"{{"schemas":["{GROUP}"],"id":"{id}","displayName":"{name}","members":[{values}]}}"#);
        let request = Request::with_body(Method::PUT, format!("/Groups/{id}"), body);
        single.timed(&request, |answer| has_status(answer, 200)).await;
        let whole = Request::get(format!("/Groups/{id}"));
        single.untimed(&whole, |answer| has_members(answer, &group)).await;
    }
    bench.add(subject("replace"), vec![single.take()]);
}

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// As Azure sends it.
pub(crate) fn add_members(group: &str, members: &[Box<str>]) -> Request {
    patch(group, &format!(r#"{{"op":"Add","path":"members","value":[{}]}}"#, values(members)))
}

fn patch(group: &str, operation: &str) -> Request {
    let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    let body = format!(r#"{{"schemas":["{schema}"],"Operations":[{operation}]}}"#);
    Request::with_body(Method::PATCH, format!("/Groups/{group}"), body)
}

fn values(members: &[Box<str>]) -> String {
    members.iter().map(|id| format!(r#"{{"value":"{id}"}}"#)).collect::<Vec<_>>().join(",")
}

/// Verifies that a PATCH was done: it may be answered with the resource or without.
///
/// # Errors
/// Another status.
pub(crate) fn is_done(answer: &Answer) -> Result<()> {
    if answer.status == 204 { Ok(()) } else { has_status(answer, 200) }
}

fn has_group(answer: &Answer, group: &str, expected: bool) -> Result<()> {
    let person: MembershipAnswer<'_> = read(answer, 200)?;
    let found = person.groups.iter().any(|one| one.value == group);
    ensure!(found == expected, "member: {found} instead of {expected}");
    Ok(())
}

fn has_members(answer: &Answer, group: &Group) -> Result<()> {
    let found: GroupAnswer<'_> = read(answer, 200)?;
    ensure!(found.display_name == group.name, "displayName {}", found.display_name);
    let shown: HashSet<&str> = found.members.iter().map(|member| &*member.value).collect();
    let expected: HashSet<&str> = group.members.iter().map(|id| &**id).collect();
    ensure!(
        found.members.len() == expected.len(),
        "{} members instead of {}",
        found.members.len(),
        expected.len()
    );
    ensure!(shown == expected, "other members");
    Ok(())
}
