//! Playing a transcript: once for its effect, and once more an hour later, when nothing may change.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use idp::WayIn;
use serde_json::{Map, Value, json};
use tests::{Api, Documented, Reply};

use crate::transcript::{self, Expected, Step, Transcript};
use crate::values::{Stored, fill, fill_text, forbidden, lacks};
use crate::workspace::{Workspace, differences};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

static DOCUMENTED: LazyLock<Documented> = LazyLock::new(Documented::standard);

/// What a replay found to be wrong, in sentences.
pub type Faults = Vec<String>;

/// Replays one file in a workspace of its own.
pub async fn replay(path: &Path) -> Faults {
    let transcript = transcript::read(path);
    let mut player = Player::new(&transcript.provider).await;
    Box::pin(player.prepare(transcript.after.as_deref())).await;
    player.whole(&transcript).await;
    player.faults
}

/// Plays transcripts in a workspace.
pub struct Player {
    workspace: Workspace,
    stored: Stored,
    faults: Faults,
}

impl Player {
    /// In a new workspace for this provider.
    pub async fn new(provider: &str) -> Self {
        let workspace = Workspace::open(provider).await;
        let mut stored = Stored::new();
        stored.insert("token".to_owned(), workspace.api.token.clone().into());
        let base =
            workspace.api.app.server().address().endpoint(&workspace.api.connection_id, WayIn::default());
        stored.insert("base".to_owned(), base.into());
        Self { workspace, stored, faults: Faults::new() }
    }

    pub const fn api(&self) -> &Api {
        &self.workspace.api
    }

    /// The ordinary look-up of a visit: one of a transcript, without a judgement of what is found, or else one of a bystander.
    pub async fn look_up(&mut self, step: Option<&Step>) {
        let (headers, path): (Vec<_>, String) = match step {
            Some(step) => (
                step.headers
                    .iter()
                    .map(|(name, value)| (name.clone(), fill_text(value, &self.stored)))
                    .collect(),
                fill_text(&step.path, &self.stored),
            ),
            None => (Vec::new(), "/Users?filter=userName%20eq%20%22bystander.one@example.com%22".to_owned()),
        };
        self.workspace.send("GET", &path, &headers, None).await;
    }

    /// Plays the transcripts before it, once.
    async fn prepare(&mut self, path: Option<&Path>) {
        let Some(path) = path else { return };
        let transcript = transcript::read(path);
        Box::pin(self.prepare(transcript.after.as_deref())).await;
        self.play(&transcript, false).await;
        self.workspace.api.clock.advance(Duration::from_mins(10));
    }

    async fn whole(&mut self, transcript: &Transcript) {
        let before = self.workspace.resources().await;
        let recorded_before = self.workspace.deviations().await;
        let sentences = self.play(transcript, false).await;
        self.check_activity(sentences).await;
        let recorded = self.workspace.deviations().await;
        self.deviations(transcript, &recorded_before, &recorded);

        let after = self.workspace.resources().await;
        for state in &transcript.afterwards {
            self.state(&fill_text(&state.resource, &self.stored), state.document.as_ref()).await;
        }
        let named: Vec<String> =
            transcript.afterwards.iter().map(|state| fill_text(&state.resource, &self.stored)).collect();
        let others = |dump: &[(String, String)]| {
            dump.iter().filter(|(name, _)| !named.contains(name)).cloned().collect()
        };
        for difference in differences(&others(&before), &others(&after)) {
            self.faults.push(format!("touched what it should not: {difference}"));
        }
        for name in &transcript.untouched {
            let name = fill_text(name, &self.stored);
            assert!(!named.contains(&name), "{name} cannot change and be untouched");
            if !before.iter().any(|(known, _)| *known == name) {
                self.faults.push(format!("{name} was not there before, so it cannot be untouched"));
            }
        }

        let before = self.workspace.everything().await;
        self.workspace.api.clock.advance(Duration::from_hours(1));
        self.play(transcript, true).await;
        for difference in differences(&before, &self.workspace.everything().await) {
            self.faults.push(format!("the replay changed {difference}"));
        }
    }

    /// Sends every step and checks the answers. Returns the expected sentence of each request in the activity.
    pub async fn play(&mut self, transcript: &Transcript, again: bool) -> Vec<(String, String)> {
        let mut sentences = Vec::new();
        for step in &transcript.steps {
            let expected = step.again.as_ref().filter(|_| again).unwrap_or(&step.first);
            let headers: Vec<(String, String)> = transcript
                .headers
                .iter()
                .filter(|(name, _)| !step.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
                .chain(&step.headers)
                .map(|(name, value)| (name.clone(), fill_text(value, &self.stored)))
                .collect();
            let body = step.body.as_ref().map(|body| fill(body, &self.stored));
            let path = fill_text(&step.path, &self.stored);
            let reply = self.workspace.send(&step.method, &path, &headers, body).await;
            let mut wrong = judged(&reply, expected, &headers, &self.stored);
            wrong.extend(DOCUMENTED.faults(&step.method, &path, &reply));
            for fault in wrong {
                let pass = if again { "again" } else { "first" };
                self.faults.push(format!("{} ({pass}): {fault}", step.title));
            }
            self.store(step, expected, &reply);
            if let Some(says) = step.says.as_ref().filter(|_| !again) {
                let id =
                    reply.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
                sentences.push((id.to_owned(), fill_text(says, &self.stored)));
            }
        }
        sentences
    }

    fn store(&mut self, step: &Step, expected: &Expected, reply: &Reply) {
        // In the replay the ids do not change; a look-up finds them.
        for (name, pointer) in &expected.store {
            match reply.body.pointer(pointer) {
                Some(value) => {
                    self.stored.insert(name.clone(), value.clone());
                }
                None => panic!("{}: {name} cannot be stored from {}", step.title, reply.body),
            }
        }
    }

    /// Compares the sentences of the requests in the activity.
    async fn check_activity(&mut self, sentences: Vec<(String, String)>) {
        for (id, says) in sentences {
            let shown = tests::until("the request is recorded", async || {
                let caller = foundational::Caller::Operator;
                self.workspace.api.app.call(&caller, "activity.show", json!({"id": id})).await.ok()
            })
            .await;
            let sentence = &shown["row"]["sentence"];
            if *sentence != says {
                self.faults.push(format!("the activity says {sentence}, not {says:?}"));
            }
        }
    }

    fn deviations(&mut self, transcript: &Transcript, before: &[(String, u64)], after: &[(String, u64)]) {
        let was = |code: &str| before.iter().find(|(known, _)| known == code).map_or(0, |(_, times)| *times);
        let mut recorded: Vec<&str> =
            after.iter().filter(|(code, times)| *times > was(code)).map(|(code, _)| code.as_str()).collect();
        let mut expected: Vec<&str> = transcript.deviations.iter().map(String::as_str).collect();
        recorded.sort_unstable();
        expected.sort_unstable();
        if recorded != expected {
            self.faults.push(format!("recorded the deviations {recorded:?}, not {expected:?}"));
        }
    }

    /// Compares one resource with what it must be.
    async fn state(&mut self, name: &str, expected: Option<&Value>) {
        let reply = self.workspace.send("GET", &format!("/{name}"), &[], None).await;
        let status = reply.status.as_u16();
        let Some(expected) = expected else {
            if status != 404 {
                self.faults.push(format!("{name} should be gone: {status} {}", reply.body));
            }
            return;
        };
        if status != 200 {
            self.faults.push(format!("{name} cannot be read: {status} {}", reply.body));
            return;
        }
        self.faults.extend(beside(name, &reply, self.stored["base"].as_str().unwrap()));
        let (found, expected) = (plain(reply.body), fill(expected, &self.stored));
        let mut expected = expected.as_object().cloned().unwrap_or_default();
        sort_members(&mut expected);
        if found != expected {
            let (found, expected) = (Value::Object(found), Value::Object(expected));
            self.faults.push(format!("{name}\n      is        {found}\n      should be {expected}"));
        }
    }
}

/// What is wrong with an answer.
fn judged(reply: &Reply, expected: &Expected, headers: &[(String, String)], stored: &Stored) -> Faults {
    let mut faults = Faults::new();
    let status = reply.status.as_u16();
    if status != expected.status {
        faults.push(format!("answered {status}, not {}: {}", expected.status, reply.body));
        return faults;
    }
    if let Some(body) = &expected.body {
        faults.extend(lacks(&reply.body, &fill(body, stored), ""));
    }
    if reply.body.is_null() {
        return faults;
    }
    let accept = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("accept"));
    let plain = accept.is_some_and(|(_, value)| value == "application/json");
    let wanted = if plain { "application/json" } else { "application/scim+json" };
    let kind = reply.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind != wanted {
        faults.push(format!("is {kind:?}, not {wanted}"));
    }
    faults.extend(forbidden(&reply.body).map(|what| format!("answers {what}")));
    if status >= 400 {
        let is_error = reply.body["schemas"] == json!([ERROR])
            && reply.body["status"] == json!(status.to_string())
            && reply.body["detail"].as_str().is_some_and(|detail| !detail.is_empty());
        if !is_error {
            faults.push(format!("is no whole SCIM error: {}", reply.body));
        }
    }
    faults
}

/// Checks what the files omit of a resource: id, meta, schemas and the headers that repeat them.
fn beside(name: &str, reply: &Reply, base: &str) -> Faults {
    let mut faults = Faults::new();
    let (body, meta) = (&reply.body, &reply.body["meta"]);
    let (collection, id) = name.split_once('/').unwrap_or_default();
    let mut hold = |right: bool, what: &str| {
        if !right {
            faults.push(format!("{name}: {what}: {body}"));
        }
    };
    let etag = reply.headers.get("etag").and_then(|etag| etag.to_str().ok());
    hold(body["id"] == id, "its id is not that of its address");
    hold(meta["location"] == format!("{base}/{name}"), "its location is not its address");
    hold(
        format!("{}s", meta["resourceType"].as_str().unwrap_or_default()) == collection,
        "its type is wrong",
    );
    hold(meta["version"].as_str() == etag && etag.is_some(), "its version is not its ETag");
    hold(meta["created"].is_string() && meta["lastModified"].is_string(), "it has no times");
    let mut urns: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    urns.retain(|key| key.starts_with("urn:"));
    let schemas: Vec<&str> =
        body["schemas"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    hold(schemas.iter().skip(1).eq(urns.iter()), "its schemas do not name its extensions");
    faults
}

/// A resource as the files write it.
fn plain(body: Value) -> Map<String, Value> {
    let Value::Object(mut resource) = body else { return Map::new() };
    for name in ["id", "meta", "schemas"] {
        resource.shift_remove(name);
    }
    for (name, part) in [("members", "value"), ("groups", "display")] {
        if let Some(Value::Array(elements)) = resource.get_mut(name) {
            for element in elements.iter_mut() {
                *element = element[part].take();
            }
        }
    }
    sort_members(&mut resource);
    resource
}

/// The order of members and groups has no meaning.
fn sort_members(resource: &mut Map<String, Value>) {
    for name in ["members", "groups"] {
        if let Some(Value::Array(elements)) = resource.get_mut(name) {
            elements.sort_by_key(ToString::to_string);
        }
    }
}
