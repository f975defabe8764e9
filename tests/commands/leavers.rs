//! Proof of leaving: what is seen of each end of access, what is refused, and who may see it.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use store::{ChangeSource, Clock, Error, Ids, Scope, Store};
use tests::{Api, until};

use crate::audit::{PASSWORD, newest, window};

async fn start() -> Api {
    let api = Api::start("okta").await;
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    api
}

async fn joiner(api: &Api, name: &str) -> String {
    let body =
        json!({"userName": name, "externalId": format!("x-{name}"), "displayName": name, "active": true});
    let made = api.scim("POST", "/Users", body).await.expect(201, "a joiner");
    made["id"].as_str().unwrap().to_owned()
}

fn patch(value: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": value}]})
}

async fn deactivate(api: &Api, id: &str) {
    api.scim("PATCH", &format!("/Users/{id}"), patch(&json!(false))).await.expect(200, "a leaver");
}

async fn list(api: &Api, filter: Value) -> Value {
    api.command("leavers.list", json!({"filter": filter, "offset": 0, "limit": 50})).await
}

/// All leavers once none of them is being read back any more.
async fn proved(api: &Api, number: usize) -> Vec<Value> {
    until("the leavers are read back", async || {
        let page = list(api, json!({})).await;
        let rows = page["rows"].as_array().unwrap().clone();
        let is_open = |row: &Value| row["readBackAt"].is_null() && !row["storedAt"].is_null();
        (rows.len() == number && !rows.iter().any(is_open)).then_some(rows)
    })
    .await
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

fn count(page: &Value, proof: &str) -> u64 {
    let found = page["proofs"].as_array().unwrap().iter().find(|one| one["proof"] == proof);
    found.unwrap()["count"].as_u64().unwrap()
}

#[tokio::test]
async fn each_way_of_ending_access_is_proved_by_reading_back() {
    let api = start().await;
    let mut ids = Vec::new();
    for name in ["patched", "replaced", "bulk", "deleted"] {
        ids.push(joiner(&api, name).await);
    }
    api.clock.advance(Duration::from_mins(1));
    let now = api.clock.now().to_string();
    deactivate(&api, &ids[0]).await;
    let whole = json!({"userName": "replaced", "displayName": "replaced", "active": false});
    api.scim("PUT", &format!("/Users/{}", ids[1]), whole).await.expect(200, "a leaver");
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "PATCH", "path": format!("/Users/{}", ids[2]), "data": patch(&json!(false))}]});
    api.scim("POST", "/Bulk", bulk).await.expect(200, "a leaver");
    api.scim("DELETE", &format!("/Users/{}", ids[3]), None).await;
    let rows = proved(&api, 4).await;
    assert_eq!(names(&rows), ["deleted", "bulk", "replaced", "patched"]);
    for row in &rows {
        let times = ["requestedAt", "storedAt", "readBackAt", "sessionsEndedAt"];
        assert!(times.iter().all(|time| row[time] == json!(now)), "all of it is dated: {row:#}");
        assert_eq!((&row["proof"], &row["word"]), (&json!("complete"), &json!("Complete")));
        assert_eq!((&row["took"], &row["sessions"]), (&json!(0), &json!(0)), "{row:#}");
    }
    assert_eq!(rows[0]["act"], "Deleted");
    assert_eq!(rows[0]["sentence"], "Read back: the account is deleted. No session was open.");
    assert_eq!((&rows[0]["personExists"], &rows[1]["personExists"]), (&json!(false), &json!(true)));
    assert_eq!(rows[1]["sentence"], "Read back: the account is inactive. No session was open.");
    let request = api.recorded("POST", "/Bulk").await;
    assert_eq!(rows[1]["activityId"], request["row"]["id"], "with the request that did it");

    // Once more changes nothing, and the deletion of one without access is no second leaver.
    deactivate(&api, &ids[0]).await;
    api.scim("DELETE", &format!("/Users/{}", ids[1]), None).await;
    assert_eq!(proved(&api, 4).await.len(), 4);
    let one = list(&api, json!({"personId": ids[2]})).await;
    assert_eq!((&one["total"], &one["rows"][0]["name"]), (&json!(1), &json!("bulk")));
}

#[tokio::test]
async fn the_sessions_of_a_leaver_are_ended_and_counted() {
    let api = start().await;
    let ada = joiner(&api, "ada@example.com").await;
    let by_id = json!({"id": ada});
    let allowed = api.app.call(&window("main"), "people.allowSignIn", by_id).await.unwrap();
    let sign_in = async |name: &str, password: Value| {
        let args = json!({"email": "ada@example.com", "password": password});
        api.app.call(&window(name), "session.signIn", args).await.unwrap();
    };
    sign_in("one", allowed["passcode"].clone()).await;
    let choose = json!({"password": allowed["passcode"], "newPassword": PASSWORD});
    api.app.call(&window("one"), "session.changePassword", choose).await.unwrap();
    sign_in("two", json!(PASSWORD)).await;
    deactivate(&api, &ada).await;
    let rows = proved(&api, 1).await;
    assert_eq!((&rows[0]["sessions"], &rows[0]["proof"]), (&json!(2), &json!("complete")), "{:#}", rows[0]);
    assert_eq!(rows[0]["sentence"], "Read back: the account is inactive. 2 sessions were ended.");
    let status = api.app.call(&window("one"), "workspace.status", json!({})).await.unwrap();
    assert_eq!(status["session"], Value::Null);
}

#[tokio::test]
async fn a_refused_request_is_an_incomplete_proof_until_it_succeeds() {
    let api = start().await;
    let (ada, bob) = (joiner(&api, "ada").await, joiner(&api, "bob").await);
    deactivate(&api, &bob).await;
    proved(&api, 1).await;
    for _ in 0..2 {
        api.scim("PATCH", &format!("/Users/{ada}"), patch(&json!("no"))).await.expect(400, "no truth value");
    }
    let page = until("the refusals are in the log", async || {
        let page = list(&api, json!({})).await;
        (page["total"] == 2 && page["rows"][0]["sentence"].as_str()?.starts_with("2 requests"))
            .then_some(page)
    })
    .await;
    let refused = &page["rows"][0];
    assert_eq!((&refused["personId"], &refused["act"]), (&json!(ada), &json!("Refused")), "{refused:#}");
    assert_eq!((&refused["proof"], &refused["storedAt"]), (&json!("incomplete"), &Value::Null));
    assert_eq!((count(&page, "incomplete"), count(&page, "complete")), (1, 1));
    for (filter, total) in [
        (json!({"proof": "incomplete"}), 1),
        (json!({"proof": "complete"}), 1),
        (json!({"text": "AD"}), 1),
        (json!({"text": "zoe"}), 0),
        (json!({"connectionId": api.connection_id}), 2),
        (json!({"connectionId": "other"}), 0),
        (json!({"from": "2026-11-24T10:00:01Z"}), 0),
        (json!({"until": "2026-11-24T10:00:01Z"}), 2),
    ] {
        let page = list(&api, filter.clone()).await;
        assert_eq!(page["total"], total, "{filter}");
        assert_eq!(page["rows"].as_array().unwrap().len(), total, "{filter}");
    }
    let second = api.command("leavers.list", json!({"filter": {}, "offset": 1, "limit": 1})).await;
    assert_eq!((&second["rows"][0]["name"], &second["total"]), (&json!("bob"), &json!(2)), "pages continue");

    deactivate(&api, &ada).await;
    let rows = proved(&api, 2).await;
    assert!(rows.iter().all(|row| row["proof"] == "complete"), "{rows:#?}");
}

#[tokio::test]
async fn a_check_that_did_not_finish_is_said_and_done_later() {
    let api = start().await;
    let ada = joiner(&api, "ada").await;
    let (id, folder) = (api.connection_id.clone(), api.folder().to_owned());
    api.app.close().await;
    // The process ends between the commit and the reading back.
    let store = Store::open(&folder, api.clock.clone(), Ids::random()).await.unwrap();
    leave(&store, &id, &ada, &api.clock).await;
    store.close().await;
    let api = api.reopened().await;
    let row = list(&api, json!({})).await["rows"][0].clone();
    assert_eq!((&row["proof"], &row["readBackAt"]), (&json!("incomplete"), &Value::Null), "{row:#}");
    assert_eq!(row["sentence"], "The account is being read back.");
    api.clock.advance(Duration::from_mins(3));
    let row = list(&api, json!({})).await["rows"][0].clone();
    let sentence = "The change is stored, but the account was not read back: the check did not finish.";
    assert_eq!(row["sentence"], sentence);

    let bob = joiner(&api, "bob").await;
    deactivate(&api, &bob).await;
    let rows = proved(&api, 2).await;
    assert_eq!(names(&rows), ["ada", "bob"], "the slowest first");
    assert_eq!((&rows[0]["took"], &rows[1]["took"]), (&json!(180_000), &json!(0)), "the wait is in it");
    assert_eq!(list(&api, json!({})).await["slowest"], 180_000);
}

/// Deactivates a person as the client of a connection does, without a program that reads back.
async fn leave(store: &Store, connection_id: &str, id: &str, clock: &Clock) {
    let (scope, id, now) = (Scope::of(connection_id.to_owned()), id.to_owned(), clock.now());
    let origin = ChangeSource {
        connection_id: Some(connection_id.to_owned()),
        requested_at: Some(now),
        ..ChangeSource::default()
    };
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope, &id).await?.unwrap();
            let mut document = person.document.clone();
            document.insert("active".to_owned(), json!(false));
            tx.update_person(person, document, &origin).await.map(drop)
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn leavers_are_exported_with_an_audit_entry_and_names_that_are_no_formulas() {
    let api = start().await;
    let id = joiner(&api, "=cmd").await;
    deactivate(&api, &id).await;
    proved(&api, 1).await;
    let file = api.app.call(&window("main"), "leavers.export", json!({})).await.unwrap();
    assert_eq!((&file["name"], &file["count"]), (&json!("leavers-2026-11-24.csv"), &json!(1)));
    let lines: Vec<&str> = file["text"].as_str().unwrap().lines().collect();
    assert!(lines[0].ends_with("name,userName,userId,connection,connectionId,act,requestArrived,stored,readBack,noSessionOpen,sessionsEnded,seconds,proof,explanation,request"), "{}", lines[0]);
    assert!(lines[1].starts_with("\"'=cmd\",\"'=cmd\","), "no formula: {}", lines[1]);
    let middle = "First,".to_owned()
        + &api.connection_id
        + ",Deactivated,2026-11-24T10:00:00Z,2026-11-24T10:00:00Z,2026-11-24T10:00:00Z,2026-11-24T10:00:00Z,0,0.000,Complete,";
    assert!(lines[1].contains(&middle), "{}", lines[1]);
    assert_eq!(newest(&api).await, "Grace: Exported 1 proof of leaving.");
}

#[tokio::test]
async fn a_member_sees_no_proof_of_leaving() {
    let api = start().await;
    let ada = joiner(&api, "ada").await;
    let local = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = api.app.call(&window("main"), "people.createLocal", local).await.unwrap();
    let sign_in = json!({"email": "mel@example.com", "password": mel["passcode"]});
    api.app.call(&window("mel"), "session.signIn", sign_in).await.unwrap();
    let choose = json!({"password": mel["passcode"], "newPassword": PASSWORD});
    api.app.call(&window("mel"), "session.changePassword", choose).await.unwrap();
    deactivate(&api, &ada).await;
    proved(&api, 1).await;
    let query = json!({"filter": {}, "offset": 0, "limit": 10});
    for (name, args) in [("leavers.list", query), ("leavers.export", json!({}))] {
        let refused = api.app.call(&window("mel"), name, args).await.unwrap_err();
        assert_eq!(refused.code, Code::Role, "{name}");
    }
    let shown = api.app.call(&window("mel"), "people.show", json!({"id": ada})).await.unwrap().to_string();
    for word in ["readBack", "requestedAt", "Read back", "sessionsEnded"] {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
    let operator = api.app.call(&Caller::Operator, "leavers.export", json!({})).await.unwrap();
    assert_eq!(operator["count"], 1, "the canary is there for others");
}
