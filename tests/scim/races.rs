//! 64 clients at once: of those who create one person one succeeds, no update is lost, and a token that is replaced while it is in use
//! is refused to no one too early and accepted from no one too late. `FOUNDATIONAL_RUNS` sets how many rounds each test has, or
//! `FOUNDATIONAL_SECONDS` for how long.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Api, Reply, Rounds};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::requests::{USER, group, id, patch, percent, person, read, values};

const CLIENTS: usize = 64;
/// Rounds of each test in `npm test`.
const ROUNDS: usize = 2;
/// Longer than the overlap of two tokens.
const AFTER_OVERLAP: Duration = Duration::from_hours(2);

/// A request with this token.
async fn send(api: &Api, token: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(format!("/scim/v2/{}{path}", api.connection_id))
        .header("authorization", format!("Bearer {token}"))
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    api.send(request).await
}

/// What each of 64 clients does at the same moment, in the order of their numbers.
async fn at_once<F, Fut>(api: &Arc<Api>, client: F) -> Vec<Reply>
where
    F: Fn(usize, Arc<Api>) -> Fut,
    Fut: Future<Output = Reply> + Send + 'static,
{
    let start = Arc::new(Barrier::new(CLIENTS));
    let mut clients = JoinSet::new();
    for n in 0..CLIENTS {
        let (start, work) = (Arc::clone(&start), client(n, Arc::clone(api)));
        clients.spawn(async move {
            start.wait().await;
            (n, work.await)
        });
    }
    let mut replies = clients.join_all().await;
    replies.sort_by_key(|(n, _)| *n);
    replies.into_iter().map(|(_, reply)| reply).collect()
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_who_create_the_same_person_exactly_one_succeeds() {
    let api = Arc::new(Api::start("custom").await);
    let mut rounds = 0;
    for round in Rounds::new("FOUNDATIONAL_RUNS", ROUNDS) {
        let replies = at_once(&api, move |n, api| async move {
            // One name without regard to case.
            let name = if n % 2 == 0 { format!("ada{round}") } else { format!("ADA{round}") };
            api.scim("POST", "/Users", json!({"schemas": [USER], "userName": name})).await
        })
        .await;
        assert_eq!((count(&replies, 201), count(&replies, 409)), (1, CLIENTS - 1), "{replies:?}");
        let made = id(&replies.iter().find(|reply| reply.status == 201).unwrap().body);
        let filter = percent(&format!("userName eq \"ada{round}\""));
        let found = read(&api, &format!("/Users?filter={filter}")).await;
        assert_eq!(
            (&found["totalResults"], &found["Resources"][0]["id"]),
            (&json!(1), &json!(made)),
            "{found}"
        );
        rounds = round + 1;
    }
    println!("race: {rounds} rounds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_who_change_the_same_version_exactly_one_does_and_the_others_are_412() {
    let api = Arc::new(Api::start("custom").await);
    let ada = format!("/Users/{}", id(&person(&api, "ada").await));
    let mut rounds = 0;
    for round in Rounds::new("FOUNDATIONAL_RUNS", ROUNDS) {
        let (path, held) = (ada.clone(), format!("W/\"{}\"", round + 1));
        let replies = at_once(&api, move |n, api| {
            let (path, held) = (path.clone(), held.clone());
            async move {
                let title = format!("{round} by {n}");
                let change = patch(json!([{"op": "replace", "path": "title", "value": title}]));
                api.scim_with("PATCH", &path, &[("if-match", held.as_str())], change).await
            }
        })
        .await;
        assert_eq!((count(&replies, 200), count(&replies, 412)), (1, CLIENTS - 1), "{replies:?}");
        let winner = replies.iter().position(|reply| reply.status == 200).unwrap();
        let now = read(&api, &ada).await;
        assert_eq!(now["title"], format!("{round} by {winner}"), "no update is lost: {now}");
        assert_eq!(now["meta"]["version"], format!("W/\"{}\"", round + 2), "and none is done twice: {now}");
        rounds = round + 1;
    }
    println!("race: {rounds} rounds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_members_who_join_and_leave_at_once_no_change_is_lost() {
    let api = Arc::new(Api::start("custom").await);
    let mut people = Vec::new();
    for n in 0..CLIENTS {
        people.push(id(&person(&api, &format!("p{n}")).await));
    }
    let mut members: BTreeSet<usize> = (0..CLIENTS).step_by(2).collect();
    let first: Vec<&str> = members.iter().map(|n| people[*n].as_str()).collect();
    let crew = format!("/Groups/{}", id(&group(&api, "Crew", &first).await));
    let mut rounds = 0;
    for round in Rounds::new("FOUNDATIONAL_RUNS", ROUNDS) {
        // Who is in the group leaves, and the others join.
        let replies = at_once(&api, |n, api| {
            let (crew, person, leaves) = (crew.clone(), people[n].clone(), members.contains(&n));
            async move {
                let change = if leaves {
                    json!([{"op": "remove", "path": format!("members[value eq \"{person}\"]")}])
                } else {
                    json!([{"op": "add", "path": "members", "value": [{"value": person}]}])
                };
                api.scim("PATCH", &crew, patch(change)).await
            }
        })
        .await;
        assert!(replies.iter().all(|reply| reply.status.is_success()), "{replies:?}");
        members = (0..CLIENTS).filter(|n| !members.contains(n)).collect();
        let mut expected: Vec<String> = members.iter().map(|n| people[*n].clone()).collect();
        expected.sort();
        let now = read(&api, &format!("{crew}?attributes=members")).await;
        assert_eq!(values(&now["members"]), expected, "each change is there");
        rounds = round + 1;
    }
    println!("race: {rounds} rounds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_replaced_or_revoked_while_64_use_it_is_accepted_until_its_end_and_never_after_it() {
    let api = Arc::new(Api::start("custom").await);
    let create = |round: usize, n: usize| json!({"schemas": [USER], "userName": format!("r{round}n{n}")});
    let (mut token, mut made) = (api.token.clone(), 0);
    let mut rounds = 0;
    for round in Rounds::new("FOUNDATIONAL_RUNS", ROUNDS) {
        let rotate = json!({"connectionId": api.connection_id, "expires": "never", "overlap": "1h"});
        let old = token.clone();
        let in_use = at_once(&api, |n, api| {
            let (old, body) = (old.clone(), create(round, n));
            async move { send(&api, &old, "POST", "/Users", Some(&body)).await }
        });
        let (new, replies) = tokio::join!(api.command("token.rotate", rotate), in_use);
        token = new["token"].as_str().unwrap().to_owned();
        assert_eq!(
            count(&replies, 201),
            CLIENTS,
            "the old one is accepted while it is replaced: {replies:?}"
        );
        let replies = at_once(&api, |n, api| {
            let used = if n % 2 == 0 { old.clone() } else { token.clone() };
            async move { send(&api, &used, "GET", "/Users?count=0", None).await }
        })
        .await;
        assert_eq!(count(&replies, 200), CLIENTS, "both are accepted during the overlap: {replies:?}");
        api.clock.advance(AFTER_OVERLAP);
        send(&api, &old, "GET", "/Users", None).await.refused(401, None);
        send(&api, &token, "GET", "/Users?count=0", None).await.expect(200, "the new one remains");

        // Another one is revoked while it is in use.
        let another = json!({"connectionId": api.connection_id, "expires": "never"});
        let another = api.command("token.create", another).await;
        let doomed = another["token"].as_str().unwrap().to_owned();
        let in_use = at_once(&api, |n, api| {
            let (doomed, body) = (doomed.clone(), create(round, CLIENTS + n));
            async move { send(&api, &doomed, "POST", "/Users", Some(&body)).await }
        });
        let revoke = api.command("token.revoke", json!({"id": another["id"]}));
        let (_, replies) = tokio::join!(revoke, in_use);
        let done = count(&replies, 201);
        assert_eq!(done + count(&replies, 401), CLIENTS, "{replies:?}");
        send(&api, &doomed, "GET", "/Users", None).await.refused(401, None);
        made += CLIENTS + done;
        let found = send(&api, &token, "GET", "/Users?count=0", None).await.expect(200, "reading works");
        assert_eq!(found["totalResults"], made, "what is refused has done nothing, and the rest is there");
        rounds = round + 1;
    }
    println!("race: {rounds} rounds");
}
