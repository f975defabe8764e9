//! What is in memory is never older than what was acknowledged: random requests are answered alike with and without it, also
//! after restarts, and as a naive model says; readers beside writers never see anything become older.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{Address, ServerLimits};
use store::{Clock, Ids};
use tests::Random;

use crate::bare_server::{BareServer, Tenant};
use crate::seeds::seeds;

/// Runs of the model in `npm test`; `FOUNDATIONAL_RUNS` sets another number.
const RUNS: u64 = 1_000;
/// How many kinds of acts there are, and some of them by number.
const KINDS: usize = 20;
const CREATE: usize = 0;
const CREATE_GROUP: usize = 3;
const READ: usize = 4;
/// Acts of one run; a person is read before and after each.
const STEPS: usize = 6;

#[derive(Debug, PartialEq)]
struct Seen {
    status: StatusCode,
    headers: BTreeMap<String, String>,
    body: Value,
}

async fn seen(response: Response<Body>) -> Seen {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = |map: &HeaderMap, name: &str| map.get(name).map(|value| value.to_str().unwrap().to_owned());
    let headers = ["etag", "location", "content-type"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), text(&parts.headers, name)?)));
    Seen {
        status: parts.status,
        headers: headers.collect(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

#[derive(Clone, Debug, Default)]
struct Person {
    id: String,
    name: String,
    active: bool,
}

#[derive(Clone, Debug, Default)]
struct Group {
    id: String,
    name: String,
    members: BTreeSet<String>,
}

/// What a client that remembers everything expects.
#[derive(Default)]
struct Model {
    people: Vec<Person>,
    groups: Vec<Group>,
}

impl Model {
    /// The names of all groups that the person is in, directly or through others.
    fn groups_of(&self, id: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::from([id.to_owned()]);
        loop {
            let more: Vec<_> = self
                .groups
                .iter()
                .filter(|group| !reached.contains(&group.id) && !group.members.is_disjoint(&reached))
                .map(|group| group.id.clone())
                .collect();
            if more.is_empty() {
                break;
            }
            reached.extend(more);
        }
        self.groups
            .iter()
            .filter(|group| reached.contains(&group.id))
            .map(|group| group.name.clone())
            .collect()
    }

    fn check(&self, person: &Person, shown: &Value) {
        assert_eq!(shown["userName"], person.name.as_str(), "{shown}");
        assert_eq!(shown["active"], person.active, "{shown}");
        let groups = shown["groups"].as_array().into_iter().flatten();
        let groups: BTreeSet<String> =
            groups.map(|group| group["display"].as_str().unwrap().to_owned()).collect();
        assert_eq!(groups, self.groups_of(&person.id), "{shown}");
    }
}

/// Two servers that get the same requests; the second one holds nothing in memory.
struct Pair {
    servers: [BareServer; 2],
    tenants: [Tenant; 2],
}

impl Pair {
    async fn start() -> Self {
        let clock = || Clock::fixed("2026-11-24T08:00:00Z".parse().unwrap());
        let start = || BareServer::start_at(ServerLimits::default(), clock(), Ids::sequence());
        let servers = [start().await, start().await];
        servers[1].store.set_memory(0);
        let tenants = [servers[0].connect("First").await, servers[1].connect("First").await];
        assert_eq!(tenants[0].id, tenants[1].id, "both draw the same ids");
        Self { servers, tenants }
    }

    async fn both(&self, method: &str, path: &str, body: &Value) -> Seen {
        let mut answers = Vec::new();
        for (server, tenant) in self.servers.iter().zip(&self.tenants) {
            let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
            answers.push(seen(server.send(tenant.request(method, path, body)).await).await);
        }
        let (second, first) = (answers.pop().unwrap(), answers.pop().unwrap());
        assert_eq!(first, second, "{method} {path} {body}: with memory, and without");
        first
    }

    /// Another token for both, and no other one.
    async fn rotate(&mut self) {
        let old: Vec<_> = self.tenants.iter().map(|tenant| tenant.token.clone()).collect();
        for (server, tenant) in self.servers.iter().zip(&mut self.tenants) {
            server.rotate(tenant).await;
        }
        for ((server, tenant), old) in self.servers.iter().zip(&self.tenants).zip(old) {
            let revoked = Tenant { id: tenant.id.clone(), token: old };
            let answer = server.send(revoked.request("GET", "/Users", Body::empty())).await;
            assert_eq!(answer.status(), 401, "a revoked token is refused from the next request on");
        }
    }

    async fn pause(&self, pause: bool) {
        for (server, tenant) in self.servers.iter().zip(&self.tenants) {
            server.pause(tenant, pause).await;
        }
    }

    /// Both begin again on their folders; what the first one had in memory is gone.
    async fn restart(&mut self) {
        for server in &mut self.servers {
            server.restart().await;
        }
        self.servers[1].store.set_memory(0);
    }

    fn move_to(&self, base: &str) {
        for server in &self.servers {
            server.server.set_address(Address::of(base));
        }
    }
}

// One test for each quarter of the runs, so that they run beside each other.

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_the_same_with_and_without_memory_and_as_a_model_says_1_of_4() {
    answers_agree(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_the_same_with_and_without_memory_and_as_a_model_says_2_of_4() {
    answers_agree(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_the_same_with_and_without_memory_and_as_a_model_says_3_of_4() {
    answers_agree(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_the_same_with_and_without_memory_and_as_a_model_says_4_of_4() {
    answers_agree(3).await;
}

/// The runs of one quarter.
async fn answers_agree(quarter: u64) {
    let mut pair = Pair::start().await;
    for run in seeds(RUNS, quarter, 4) {
        let mut model = Model::default();
        let mut random = Random(run);
        for kind in [CREATE, CREATE, CREATE, CREATE_GROUP, CREATE_GROUP] {
            one(&mut pair, &mut model, &mut random, kind, &format!("seed {run}")).await;
        }
        for step in 0..STEPS {
            let prefix = format!("seed {run}, step {step}");
            // What was read is in memory when it is changed.
            one(&mut pair, &mut model, &mut random, READ, &prefix).await;
            let kind = random.below(KINDS);
            one(&mut pair, &mut model, &mut random, kind, &prefix).await;
            one(&mut pair, &mut model, &mut random, READ, &prefix).await;
        }
        // The next run begins with an empty directory.
        for group in &model.groups {
            assert_eq!(pair.both("DELETE", &format!("/Groups/{}", group.id), &Value::Null).await.status, 204);
        }
        for person in &model.people {
            assert_eq!(pair.both("DELETE", &format!("/Users/{}", person.id), &Value::Null).await.status, 204);
        }
    }
}

/// One random request, or something else that an Admin does.
#[expect(clippy::too_many_lines, reason = "a table of requests")]
async fn one(pair: &mut Pair, model: &mut Model, random: &mut Random, kind: usize, prefix: &str) {
    let person = random.of(&model.people).cloned();
    let group = random.of(&model.groups).cloned();
    let everyone: Vec<String> = model
        .people
        .iter()
        .map(|one| one.id.clone())
        .chain(model.groups.iter().map(|one| one.id.clone()))
        .collect();
    let member = random.of(&everyone).cloned();
    let patch = |operations: Value| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    match (kind, person, group, member.clone()) {
        (0..=2, ..) => {
            let name = format!("person{}@{}", random.below(1_000_000), model.people.len());
            let made = pair.both("POST", "/Users", &json!({"userName": name})).await;
            assert_eq!(made.status, 201, "{prefix}: {}", made.body);
            let person = Person { id: text(&made.body["id"]), name, active: true };
            model.check(&person, &made.body);
            model.people.push(person);
        }
        (3, ..) => {
            let name = format!("Group {} {}", random.below(1_000_000), model.groups.len());
            let members = member.iter().map(|id| json!({"value": id})).collect::<Vec<_>>();
            let made = pair.both("POST", "/Groups", &json!({"displayName": name, "members": members})).await;
            assert_eq!(made.status, 201, "{prefix}: {}", made.body);
            model.groups.push(Group {
                id: text(&made.body["id"]),
                name,
                members: member.into_iter().collect(),
            });
        }
        (4..=6, Some(person), ..) => {
            let shown = pair.both("GET", &format!("/Users/{}", person.id), &Value::Null).await;
            model.check(&person, &shown.body);
        }
        (7..=8, Some(person), ..) => {
            let path = format!("/Users?filter=userName%20eq%20%22{}%22", person.name.to_uppercase());
            let shown = pair.both("GET", &path, &Value::Null).await;
            assert_eq!(shown.body["totalResults"], 1, "{prefix}: {}", shown.body);
            model.check(&person, &shown.body["Resources"][0]);
        }
        (9, Some(person), ..) => {
            for query in ["attributes=userName,groups", "excludedAttributes=groups", "attributes=active"] {
                pair.both("GET", &format!("/Users/{}?{query}", person.id), &Value::Null).await;
            }
        }
        (10, ..) => {
            let start = random.below(model.people.len() + 2) + 1;
            let shown = pair.both("GET", &format!("/Users?startIndex={start}&count=3"), &Value::Null).await;
            assert_eq!(shown.body["totalResults"], model.people.len(), "{prefix}: {}", shown.body);
            let listed = shown.body["Resources"].as_array().unwrap();
            let expected = model.people.iter().skip(start - 1).take(3);
            assert_eq!(listed.len(), expected.clone().count(), "{prefix}: {}", shown.body);
            expected.zip(listed).for_each(|(person, shown)| model.check(person, shown));
        }
        (11..=12, Some(person), ..) => {
            let active = !person.active;
            let body = patch(
                json!([{"op": "Replace", "path": "active", "value": if active { "True" } else { "False" }}]),
            );
            let done = pair.both("PATCH", &format!("/Users/{}", person.id), &body).await;
            assert_eq!(done.status, 200, "{prefix}: {}", done.body);
            let now = model.people.iter_mut().find(|one| one.id == person.id).unwrap();
            now.active = active;
            let now = now.clone();
            model.check(&now, &done.body);
        }
        (13, Some(person), ..) => {
            let name = format!("renamed{}@{}", random.below(1_000_000), person.id);
            let body = json!({"userName": name, "active": person.active});
            assert_eq!(
                pair.both("PUT", &format!("/Users/{}", person.id), &body).await.status,
                200,
                "{prefix}"
            );
            let path = format!("/Users?filter=userName%20eq%20%22{}%22", person.name);
            let gone = pair.both("GET", &path, &Value::Null).await;
            assert_eq!(gone.body["totalResults"], 0, "{prefix}: the previous name finds no one");
            model
                .people
                .iter_mut()
                .filter(|one| one.id == person.id)
                .for_each(|one| one.name.clone_from(&name));
        }
        (14, Some(person), ..) => {
            let path = format!("/Users/{}", person.id);
            assert_eq!(pair.both("DELETE", &path, &Value::Null).await.status, 204, "{prefix}");
            assert_eq!(pair.both("GET", &path, &Value::Null).await.status, 404, "{prefix}");
            model.people.retain(|one| one.id != person.id);
            model.groups.iter_mut().for_each(|group| {
                group.members.remove(&person.id);
            });
        }
        (15, _, Some(group), Some(member)) => {
            let body = patch(json!([{"op": "Add", "path": "members", "value": [{"value": member}]}]));
            let done = pair.both("PATCH", &format!("/Groups/{}", group.id), &body).await;
            if done.status == 200 {
                model.groups.iter_mut().filter(|one| one.id == group.id).for_each(|one| {
                    one.members.insert(member.clone());
                });
            }
        }
        (16, _, Some(group), _) => {
            let Some(member) = random.of(&group.members.iter().cloned().collect::<Vec<_>>()).cloned() else {
                return;
            };
            let body = patch(json!([{"op": "remove", "path": format!("members[value eq \"{member}\"]")}]));
            assert_eq!(
                pair.both("PATCH", &format!("/Groups/{}", group.id), &body).await.status,
                200,
                "{prefix}"
            );
            model.groups.iter_mut().filter(|one| one.id == group.id).for_each(|one| {
                one.members.remove(&member);
            });
        }
        (17, _, Some(group), _) => {
            if random.below(2) == 0 {
                let name = format!("Renamed {} {}", random.below(1_000_000), group.id);
                let body = patch(json!([{"op": "replace", "path": "displayName", "value": name}]));
                assert_eq!(
                    pair.both("PATCH", &format!("/Groups/{}", group.id), &body).await.status,
                    200,
                    "{prefix}"
                );
                model
                    .groups
                    .iter_mut()
                    .filter(|one| one.id == group.id)
                    .for_each(|one| one.name.clone_from(&name));
            } else {
                let path = format!("/Groups/{}", group.id);
                assert_eq!(pair.both("DELETE", &path, &Value::Null).await.status, 204, "{prefix}");
                model.groups.retain(|one| one.id != group.id);
                model.groups.iter_mut().for_each(|one| {
                    one.members.remove(&group.id);
                });
            }
        }
        (18, ..) => {
            pair.pause(true).await;
            assert_eq!(pair.both("GET", "/Users", &Value::Null).await.status, 503, "{prefix}: paused");
            pair.pause(false).await;
        }
        (19, ..) => match random.below(12) {
            // A restart takes a thousand times as long as a request.
            0 => pair.restart().await,
            1..=4 => pair.rotate().await,
            n => pair.move_to(["https://one.example", "https://two.example:8443"][n % 2]),
        },
        _ => {}
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The number in an ETag.
fn version(headers: &HeaderMap) -> u64 {
    headers["etag"].to_str().unwrap().trim_start_matches("W/").trim_matches('"').parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_beside_writers_never_see_anything_become_older() {
    const PEOPLE: usize = 4;
    let bare = Arc::new(BareServer::start(ServerLimits::default()).await);
    let tenant = Arc::new(bare.connect("First").await);
    let mut ids = Vec::new();
    for n in 0..PEOPLE {
        let body = Body::from(json!({"userName": format!("p{n}")}).to_string());
        ids.push(text(&seen(bare.send(tenant.request("POST", "/Users", body)).await).await.body["id"]));
    }
    let ids = Arc::new(ids);
    let acknowledged: Arc<[AtomicU64; PEOPLE]> = Arc::new(std::array::from_fn(|_| AtomicU64::new(1)));
    let is_over = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..16_usize {
        let (bare, tenant, ids, acknowledged) =
            (bare.clone(), tenant.clone(), ids.clone(), acknowledged.clone());
        writers.push(tokio::spawn(async move {
            for n in 0..12_usize {
                let person = (writer + n) % PEOPLE;
                let body = json!({"Operations": [{"op": "replace", "path": "title", "value": format!("{writer} {n}")}]});
                let request = tenant.request("PATCH", &format!("/Users/{}", ids[person]), Body::from(body.to_string()));
                let done = bare.send(request).await;
                assert_eq!(done.status(), 200);
                acknowledged[person].fetch_max(version(done.headers()), Ordering::SeqCst);
            }
        }));
    }
    let mut readers = Vec::new();
    for reader in 0..64_usize {
        let (bare, tenant, ids, acknowledged) =
            (bare.clone(), tenant.clone(), ids.clone(), acknowledged.clone());
        let is_over = is_over.clone();
        readers.push(tokio::spawn(async move {
            let mut seen_before = [0; PEOPLE];
            let mut reads = 0_usize;
            while !is_over.load(Ordering::SeqCst) || reads < 20 {
                let person = (reader + reads) % PEOPLE;
                let least = acknowledged[person].load(Ordering::SeqCst).max(seen_before[person]);
                let found = match reads % 3 {
                    0 => read(&bare, &tenant, &format!("/Users/{}", ids[person]), "").await,
                    1 => {
                        read(
                            &bare,
                            &tenant,
                            &format!("/Users?filter=userName%20eq%20%22p{person}%22"),
                            "/Resources/0",
                        )
                        .await
                    }
                    _ => {
                        read(
                            &bare,
                            &tenant,
                            &format!("/Users?startIndex={}&count=1", person + 1),
                            "/Resources/0",
                        )
                        .await
                    }
                };
                assert!(found >= least, "reader {reader} saw version {found} after {least}");
                seen_before[person] = found;
                reads += 1;
                tokio::task::yield_now().await;
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
}

/// The version of the person in an answer.
async fn read(bare: &BareServer, tenant: &Tenant, path: &str, place: &str) -> u64 {
    let answer = seen(bare.send(tenant.request("GET", path, Body::empty())).await).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let etag = answer.body.pointer(&format!("{place}/meta/version")).and_then(Value::as_str).unwrap();
    etag.trim_start_matches("W/").trim_matches('"').parse().unwrap()
}
