//! `kill -9` while many clients write by all verbs. This shows that nothing acknowledged waits in the process's memory; what a
//! power cut takes is covered by `synchronous=FULL`, which a killed process cannot distinguish from less.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{KillOnDrop, Rounds, free_address, program, program_on, until};

/// How often the server is killed in `npm test`; `FOUNDATIONAL_KILLS` sets another number, `FOUNDATIONAL_SECONDS` a time.
const KILLS: usize = 100;
/// After how many kills all people are looked at.
const LOOKED_AT: usize = 100;
/// How many clients write at once.
const CLIENTS: usize = 32;

fn command(data: &std::path::Path, arguments: &[&str]) -> Value {
    let output =
        Command::new(program("foundational")).args(arguments).arg("--json").arg("--data").arg(data).output();
    let output = output.expect("it can be started");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn serve(data: &std::path::Path, address: &str) -> KillOnDrop {
    KillOnDrop::serve(program_on(data, &["serve", "--listen", address]), data).await
}

/// A person as a list shows it.
#[derive(Clone, Debug, PartialEq)]
struct Person {
    title: String,
    active: bool,
    is_member: bool,
}

/// What a person was when a write was acknowledged last, and what the write makes of it that was sent last; `None`: not there.
#[derive(Clone, Debug, Default)]
struct Life {
    acknowledged: Option<Person>,
    asked: Option<Person>,
}

/// The lives of all people by userName.
type Lives = Arc<Mutex<BTreeMap<String, Life>>>;

/// A request for a write: method, path, body, and the status of its success.
type Write = (Method, String, Value, u16);

struct Client {
    http: reqwest::Client,
    base: String,
    name: String,
    /// The path of the group that people join.
    group: String,
    lives: Lives,
    /// How many writes were acknowledged to all clients.
    writes: Arc<AtomicUsize>,
}

impl Client {
    /// Writes until the server is killed; each client begins with another verb. `None`: it was.
    async fn write(self, first: usize) -> Option<()> {
        for person in 0.. {
            let name = format!("{}-{person}", self.name);
            let mut now = Person { title: "made".to_owned(), active: true, is_member: false };
            let body = json!({"userName": name, "title": now.title});
            let made = self.step(&name, Some(&now), (Method::POST, "/Users".to_owned(), body, 201)).await?;
            let made: Value = made.json().await.ok()?;
            let path = format!("/Users/{}", made["id"].as_str().unwrap());
            for step in first.. {
                let title = format!("changed {step}");
                let write = match step % 5 {
                    0 => {
                        now = Person { title, active: false, ..now };
                        (Method::PATCH, path.clone(), patch(&now), 200)
                    }
                    1 => {
                        now = Person { title, active: true, ..now };
                        let body = json!({"userName": name, "title": now.title, "active": true});
                        (Method::PUT, path.clone(), body, 200)
                    }
                    2 => {
                        now.is_member = true;
                        let member = json!([{"value": made["id"]}]);
                        let add = json!([{"op": "add", "path": "members", "value": member}]);
                        (Method::PATCH, self.group.clone(), operations(&add), 200)
                    }
                    3 => {
                        now = Person { title, active: !now.active, ..now };
                        let one = json!([{"method": "PATCH", "path": path, "data": patch(&now)}]);
                        let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
                        let body = json!({"schemas": [schema], "Operations": one});
                        (Method::POST, "/Bulk".to_owned(), body, 200)
                    }
                    _ => {
                        self.step(&name, None, (Method::DELETE, path, Value::Null, 204)).await?;
                        break;
                    }
                };
                self.step(&name, Some(&now), write).await?;
            }
        }
        Some(())
    }

    /// A write that makes this of a person. Its answer; `None` where the server is killed first.
    async fn step(
        &self,
        name: &str,
        after: Option<&Person>,
        (method, path, body, status): Write,
    ) -> Option<reqwest::Response> {
        self.life(name, |life| life.asked = after.cloned());
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.ok()?;
        assert_eq!(answer.status(), status, "{path}: a write is acknowledged or not answered: {body}");
        self.life(name, |life| life.acknowledged = after.cloned());
        self.writes.fetch_add(1, Ordering::SeqCst);
        Some(answer)
    }

    fn life(&self, name: &str, change: impl FnOnce(&mut Life)) {
        change(self.lives.lock().unwrap().entry(name.to_owned()).or_default());
    }
}

fn operations(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn patch(person: &Person) -> Value {
    operations(&json!([
        {"op": "replace", "path": "title", "value": person.title},
        {"op": "replace", "path": "active", "value": person.active},
    ]))
}

/// All people of the connection by userName.
async fn listed(http: &reqwest::Client, base: &str) -> BTreeMap<String, Person> {
    let (mut all, mut seen) = (BTreeMap::new(), 0);
    loop {
        let url = format!("{base}/Users?startIndex={}&count=200", seen + 1);
        let page: Value = http.get(url).send().await.unwrap().json().await.unwrap();
        let people = page["Resources"].as_array().cloned().unwrap_or_default();
        if people.is_empty() {
            assert_eq!((&page["totalResults"], seen), (&json!(all.len()), all.len()), "each is counted once");
            return all;
        }
        seen += people.len();
        for one in people {
            let person = Person {
                title: one["title"].as_str().unwrap().to_owned(),
                active: one["active"].as_bool().unwrap(),
                is_member: one["groups"].as_array().is_some_and(|groups| !groups.is_empty()),
            };
            all.insert(one["userName"].as_str().unwrap().to_owned(), person);
        }
    }
}

/// Each person is as acknowledged, or as the write makes it that was not answered; and there is no one else.
async fn check(http: &reqwest::Client, base: &str, lives: &Lives) {
    let found = listed(http, base).await;
    let mut lives = lives.lock().unwrap();
    for (name, life) in &mut *lives {
        let person = found.get(name);
        let is_right = person == life.acknowledged.as_ref() || person == life.asked.as_ref();
        assert!(is_right, "{name} is {person:?} after {life:?}");
        // It remains so, whatever it is by now.
        *life = Life { acknowledged: person.cloned(), asked: person.cloned() };
    }
    let others: Vec<&String> = found.keys().filter(|name| !lives.contains_key(*name)).collect();
    assert!(others.is_empty(), "no one sent them: {others:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_no_write_is_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let made = command(folder.path(), &["connection", "create", "Killed", "--provider", "custom"]);
    let token = command(folder.path(), &["token", "create", "Killed"])["token"].as_str().unwrap().to_owned();
    let free = free_address().to_string();
    let base = format!("http://{free}/scim/v2/{}", made["id"].as_str().unwrap());
    let bearer = format!("Bearer {token}").parse().unwrap();
    let headers = reqwest::header::HeaderMap::from_iter([(reqwest::header::AUTHORIZATION, bearer)]);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().default_headers(headers).no_proxy().build().unwrap();
    let (lives, writes) = (Lives::default(), Arc::new(AtomicUsize::new(0)));
    let (mut group, mut kills) = (None, 0);
    for round in Rounds::new("FOUNDATIONAL_KILLS", KILLS) {
        let server = serve(folder.path(), &free).await;
        if round % LOOKED_AT == LOOKED_AT - 1 {
            check(&http, &base, &lives).await;
        }
        if group.is_none() {
            let all = json!({"displayName": "All"});
            let made = http.post(format!("{base}/Groups")).json(&all).send().await.unwrap();
            let made: Value = made.json().await.unwrap();
            group = Some(format!("/Groups/{}", made["id"].as_str().unwrap()));
        }
        let before = writes.load(Ordering::SeqCst);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let one = Client {
                    http: http.clone(),
                    base: base.clone(),
                    name: format!("r{round}c{client}"),
                    group: group.clone().unwrap(),
                    lives: lives.clone(),
                    writes: writes.clone(),
                };
                tokio::spawn(one.write(client))
            })
            .collect();
        // Each round is cut elsewhere in the work: after a different number of acknowledged writes.
        until("enough was acknowledged", async || {
            (writes.load(Ordering::SeqCst) >= before + 13 * (round % KILLS) + 24).then_some(())
        })
        .await;
        drop(server);
        for client in clients {
            tokio::time::timeout(Duration::from_secs(10), client).await.expect("the cut ends it").unwrap();
        }
        kills = round + 1;
    }
    let _server = serve(folder.path(), &free).await;
    assert!(writes.load(Ordering::SeqCst) > 20, "the load was real: {writes:?}");
    check(&http, &base, &lives).await;
    println!("long run: {kills} kills, {writes:?} writes acknowledged, 0 lost, 0 half done");
}
