//! What happened before the window is opened: the scenes are played into a data folder, in the order of their times, with
//! the real core and a clock that is moved.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use foundational::views::FindingCode;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::{Clock, Ids, TokenText};
use tower::ServiceExt as _;

use super::scenes::{Act, Scene, minutes, scene};

/// Longer ago than anything that happens.
const BEGIN: u64 = 400 * 24 * 60;

/// A connection for one finding.
struct Play {
    code: FindingCode,
    id: String,
    tokens: Vec<Value>,
    /// The ids of what was created.
    made: Vec<String>,
    people: Vec<String>,
}

/// Plays all scenes into this folder.
pub async fn play(data: &Path) {
    let clock = Clock::fixed(Clock::system().now() - minutes(BEGIN));
    let options = Options { data: data.to_owned(), listen: None, public_url: None, insist: false };
    let app =
        Foundational::open_at(options, clock.clone(), Ids::random()).await.expect("the folder can be opened");
    let core = Core { app, clock };
    let mut plays = Vec::new();
    let mut acts = Vec::new();
    for code in FindingCode::ALL {
        let Scene::Past(provider, steps) = scene(*code) else { continue };
        let made =
            core.command("connection.create", json!({"name": code.as_str(), "provider": provider})).await;
        let id = text(&made["id"]);
        acts.extend(steps.iter().map(|(before, act)| (*before, plays.len(), *act)));
        plays.push(Play { code: *code, id, tokens: Vec::new(), made: Vec::new(), people: Vec::new() });
    }
    // The longest ago first; of one time in the order of the table.
    acts.sort_by_key(|(before, ..)| std::cmp::Reverse(*before));
    let mut at = BEGIN;
    for (before, place, act) in acts {
        core.clock.advance(minutes(at - before));
        at = before;
        let other = plays.iter().enumerate().find(|(each, play)| *each != place && !play.tokens.is_empty());
        let other = other.map(|(_, play)| text(&play.tokens[0]["token"]));
        core.act(&mut plays[place], act, other).await;
    }
    core.clock.advance(minutes(at));
    core.app.close().await;
}

/// The core over the folder.
struct Core {
    app: Foundational,
    clock: Clock,
}

impl Core {
    async fn command(&self, name: &str, args: Value) -> Value {
        self.app.call(&Caller::Operator, name, args).await.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    async fn act(&self, play: &mut Play, act: Act, other: Option<String>) {
        let id = play.id.clone();
        let newest = play.tokens.last().map(|token| text(&token["token"])).unwrap_or_default();
        match act {
            Act::Token(expires) => {
                let args = json!({"connectionId": id, "expires": expires});
                play.tokens.push(self.command("token.create", args).await);
            }
            Act::Rotate => {
                let args = json!({"connectionId": id, "expires": "1y", "overlap": "24h"});
                play.tokens.push(self.command("token.rotate", args).await);
            }
            Act::Revoke => {
                let token = play.tokens.last().expect("there is a token");
                self.command("token.revoke", json!({"id": token["id"]})).await;
            }
            Act::Finish => _ = self.command("wizard.finish", json!({"id": id})).await,
            Act::Call(path) => _ = self.send(play, "GET", path, "", &[&newest], "").await,
            Act::CallOld => {
                let first = text(&play.tokens[0]["token"]);
                self.send(play, "GET", "/Users", "", &[&first], "").await;
            }
            Act::Wrong => {
                let wrong = TokenText::generate().expect("there is randomness");
                self.send(play, "GET", "/Users", "", &[wrong.reveal()], "").await;
            }
            Act::Another => {
                let other = other.expect("another connection has a token");
                self.send(play, "GET", "/Users", "", &[&other], "").await;
            }
            Act::Twice => _ = self.send(play, "GET", "/Users", "", &[&newest, &newest], "").await,
            Act::Okta => {
                let path = "/Users?filter=userName%20eq%20%22ada%22";
                self.send(play, "GET", path, "", &[&newest], "Okta SCIM Client 1.0.0").await;
            }
            Act::Send(method, path, body) => {
                let made = self.send(play, method, path, body, &[&newest], "").await;
                play.made.extend(made);
            }
            Act::People(count) => {
                for number in 0..count {
                    let body = json!({"userName": format!("{}.{number}", play.code.as_str())}).to_string();
                    let made =
                        self.send(play, "POST", "/Users", &body, &[&newest], "").await.expect("a person");
                    play.people.push(made.clone());
                    play.made.push(made);
                }
            }
            Act::Group => {
                let members: Vec<Value> = play.people.iter().map(|id| json!({"value": id})).collect();
                let body = json!({"displayName": "Crew", "members": members}).to_string();
                play.made.extend(self.send(play, "POST", "/Groups", &body, &[&newest], "").await);
            }
            Act::Admins => {
                let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": play.made.last(),
                    "allowedAddresses": []});
                self.command("connection.setRules", json!({"id": id, "rules": rules})).await;
            }
            Act::LeaveGroup => {
                let path = format!("members[value eq \"{}\"]", play.people[0]);
                let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "remove", "path": path}]});
                self.send(play, "PATCH", "/Groups/{made}", &body.to_string(), &[&newest], "").await;
            }
            Act::Leavers => {
                for id in play.people.clone() {
                    self.send(play, "DELETE", &format!("/Users/{id}"), "", &[&newest], "").await;
                }
            }
        }
    }

    /// Sends a request with these tokens; gives the id of what it created.
    async fn send(
        &self,
        play: &Play,
        method: &str,
        path: &str,
        body: &str,
        tokens: &[&str],
        agent: &str,
    ) -> Option<String> {
        let path = path.replace("{id}", &play.id);
        let path = path.replace("{made}", play.made.last().map_or("", String::as_str));
        let is_below = !path.starts_with("/scim/");
        let address = if is_below { format!("/scim/v2/{}{path}", play.id) } else { path };
        let mut request = Request::builder().method(method).uri(address).header("host", "127.0.0.1:8470");
        for token in tokens {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !agent.is_empty() {
            request = request.header("user-agent", agent);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/scim+json");
        }
        let request = request.body(Body::from(body.to_owned())).expect("it is a request");
        let answer = self.app.server().router().oneshot(request).await.expect("it is answered");
        let is_made = answer.status() == 201;
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("the answer is whole");
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        is_made.then(|| text(&answer["id"]))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text")).to_owned()
}
